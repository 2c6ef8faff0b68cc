package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// One trace leads from a dealer's request through the workflow to the row in the
// database, the call to the carrier and the mail, over two programs and an hour.
func TestTrace_LeadsFromTheRequestToTheMail(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newCustomer(t)
	const ours = "4bf92f3577b34da6a3ce929d0e0e4736" // the dealer's CRM traces, too
	parent := "00-" + ours + "-00f067aa0ba902b7-01"
	made := s.submit(t, c, "Traceparent", parent)
	s.complete(t, made.ID)

	wanted := []struct{ service, name string }{
		{"latchkey-api", "POST /v1/onboardings"},
		{"latchkey-api", "INSERT onboardings"},
		{"latchkey-api", "UpdateWithStartWorkflow:validate"},
		{"latchkey-worker", "RunWorkflow:OnboardAccount"},
		{"latchkey-worker", "RunActivity:RegisterModule"},
		{"latchkey-worker", "carrier register_module"},
		{"latchkey-worker", "RunActivity:SendLetter"},
		{"latchkey-worker", "smtp deliver"},
		{"latchkey-worker", "INSERT accounts"},
	}
	spans := await(t, "the whole trace", func() ([]seenSpan, bool) {
		spans := s.collector.traceOf(ours)
		for _, want := range wanted {
			if find(spans, want.service, want.name) == nil {
				return spans, false
			}
		}
		return spans, true
	})

	byID := map[string]seenSpan{}
	for _, span := range spans {
		byID[string(span.GetSpanId())] = span
	}
	root := find(spans, "latchkey-api", "POST /v1/onboardings")
	for _, want := range wanted[1:] {
		span := *find(spans, want.service, want.name)
		for above, known := span, true; known; above, known = byID[string(above.GetParentSpanId())] {
			span = above
		}
		require.Equal(t, root.GetSpanId(), span.GetSpanId(), "%s hangs under the request", want.name)
	}
	require.Contains(t, root.text(), made.ID, "the request's span names the onboarding")

	for _, span := range s.collector.seen() {
		for _, word := range c.privateWords() {
			require.NotContains(t, strings.ToLower(span.text()), strings.ToLower(word), span.GetName())
		}
	}
	require.Contains(t, s.api.output.String(), `"trace_id":"`+ours+`"`, "a line of the log leads to the trace")
	require.Contains(t, s.api.output.String(), `"onboarding_id":"`+made.ID+`"`, "and to the onboarding")
}

func TestTrace_TellsNothingOfWhatARequestHolds(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	const ours = "4bf92f3577b34da6a3ce929d0e0e4737"
	parent := []string{"Traceparent", "00-" + ours + "-00f067aa0ba902b7-01"}
	for _, path := range []string{
		"/v1/login-names/HermioneGranger?x=HermioneGranger", "/v1/onboardings/HermioneGranger", "/HermioneGranger",
		"/v1/coverage?country=US&postal_code=22102&street1=HermioneGranger&city=Tysons&state=VA",
	} {
		_, err := s.office.try(t.Context(), http.MethodGet, path, nil, parent...)
		require.NoError(t, err)
	}
	spans := await(t, "the spans", func() ([]seenSpan, bool) {
		spans := s.collector.traceOf(ours)
		return spans, find(spans, "latchkey-api", "carrier check_coverage") != nil && find(spans, "latchkey-api", "GET unmatched") != nil
	})
	for _, span := range spans {
		require.NotContains(t, span.text(), "Granger")
	}
}

func find(spans []seenSpan, service, name string) *seenSpan {
	for _, span := range spans {
		if span.service == service && span.GetName() == name {
			return &span
		}
	}
	return nil
}
