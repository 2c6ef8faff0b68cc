package e2e

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	enums "go.temporal.io/api/enums/v1"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// dump is a place where personal data must not be, with all that stands there.
type dump struct {
	place string
	text  string
}

var idsOfAll = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// requireNoPersonalData looks for everybody who was onboarded here in everything that
// operators, log shippers and Temporal's own people get to see.
func requireNoPersonalData(t *testing.T, s *stack) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // which is over when a test cleans up
	for _, d := range s.dumps(ctx, t) {
		// An ID is drawn: any number of four digits stands in one sooner or later.
		text := idsOfAll.ReplaceAllString(d.text, "an ID")
		found := strings.ToLower(text)
		for _, word := range s.privateWords() {
			if at := strings.Index(found, strings.ToLower(word)); at >= 0 {
				t.Errorf("%s has %q: …%s…", d.place, word, text[max(0, at-200):min(len(text), at+200)])
			}
		}
	}
}

func (s *stack) privateWords() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := append([]string{}, s.secrets...)
	for _, c := range s.customers {
		words = append(words, c.privateWords()...)
	}
	return words
}

// gaveOut notes a secret that must not be found anywhere.
func (s *stack) gaveOut(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets = append(s.secrets, secret)
}

func (s *stack) dumps(ctx context.Context, t *testing.T) []dump {
	t.Helper()
	metrics, err := s.office.try(ctx, http.MethodGet, "/metrics", nil)
	require.NoError(t, err)
	dumps := []dump{
		{"the API's log", s.api.output.String()},
		{"the worker's log", s.worker.output.String()},
		{"/metrics", seriesOf(metrics)},
	}
	if measured, err := (caller{url: s.workerURL}).try(ctx, http.MethodGet, "/metrics", nil); err == nil {
		dumps = append(dumps, dump{"the worker's /metrics", seriesOf(measured)})
	}
	for _, span := range s.collector.seen() {
		dumps = append(dumps, dump{"the span " + span.GetName(), span.text()})
	}
	for name, path := range map[string]string{
		"Temporal's log":   filepath.Join(s.dir, "temporal.log"),
		"PostgreSQL's log": filepath.Join(s.database.Dir, "postgres.log"),
	} {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		dumps = append(dumps, dump{name, string(text)})
	}
	return append(dumps, s.workflowDumps(ctx, t)...)
}

// seriesOf is what metrics are called and labelled. Their values are sums of seconds,
// whose digits may be anybody's number by chance.
func seriesOf(metrics answer) string {
	var names strings.Builder
	for line := range strings.Lines(string(metrics.body)) {
		if !strings.HasPrefix(line, "#") {
			line = line[:max(0, strings.LastIndex(line, " "))] + "\n"
		}
		names.WriteString(line)
	}
	return names.String()
}

// workflowDumps has every workflow of the namespace: what a list shows of it, its whole
// history, and its page's details.
func (s *stack) workflowDumps(ctx context.Context, t *testing.T) (dumps []dump) {
	t.Helper()
	for page := []byte(nil); ; {
		list, err := s.client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{NextPageToken: page})
		require.NoError(t, err)
		for _, execution := range list.GetExecutions() {
			id, run := execution.GetExecution().GetWorkflowId(), execution.GetExecution().GetRunId()
			described, err := s.client.DescribeWorkflowExecution(ctx, id, run)
			require.NoError(t, err)
			text := readable(t, execution) + readable(t, described)
			history := s.client.GetWorkflowHistory(ctx, id, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
			for history.HasNext() {
				event, err := history.Next()
				require.NoError(t, err)
				text += readable(t, event)
			}
			dumps = append(dumps, dump{"the history of " + id, text})
			if strings.HasPrefix(id, "onboarding-") {
				dumps = append(dumps, dump{"the details of " + id, s.currentDetails(ctx, t, id, run)})
			}
		}
		if page = list.GetNextPageToken(); len(page) == 0 {
			return dumps
		}
	}
}

// currentDetails is what the workflow's page in the Temporal UI shows on top.
func (s *stack) currentDetails(ctx context.Context, t *testing.T, id, run string) string {
	t.Helper()
	answered, err := s.client.QueryWorkflow(ctx, id, run, "__temporal_workflow_metadata")
	require.NoError(t, err)
	var metadata sdkpb.WorkflowMetadata
	require.NoError(t, answered.Get(&metadata))
	return readable(t, &metadata)
}

// readable is a message as JSON, followed by what its base64 strings hold: payloads are
// such strings.
func readable(t *testing.T, message proto.Message) string {
	t.Helper()
	encoded, err := protojson.Marshal(message)
	require.NoError(t, err)
	var text bytes.Buffer
	text.Write(encoded)
	var tree any
	require.NoError(t, json.Unmarshal(encoded, &tree))
	decodeInto(&text, tree)
	return text.String()
}

func decodeInto(text *bytes.Buffer, tree any) {
	switch node := tree.(type) {
	case map[string]any:
		for _, child := range node {
			decodeInto(text, child)
		}
	case []any:
		for _, child := range node {
			decodeInto(text, child)
		}
	case string:
		if decoded, err := base64.StdEncoding.DecodeString(node); err == nil && len(decoded) > 0 {
			text.WriteByte('\n')
			text.Write(decoded)
		}
	}
}
