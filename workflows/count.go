package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

const (
	counterStarted = "latchkey_onboardings_started"
	counterEnded   = "latchkey_onboardings_ended"
	counterParks   = "latchkey_parks"
	counterSwept   = "latchkey_commitments_swept"
)

// Counters are what workflows count, with what each means. They are shown with _total.
var Counters = map[string]string{
	counterStarted: "Onboardings that began, by source.",
	counterEnded:   "Onboardings that ended, by status.",
	counterParks:   "Times that an onboarding, swap or termination began to wait for a person, by step and reason.",
	counterSwept:   "Commitments that the sweep came to, by what became of them: failed ones are tried again.",
}

// What happens is counted where it is decided. The SDK leaves out what is replayed, and
// a counter leaves no trace in a history.

func (r *run) count(name string, labels map[string]string) {
	workflow.GetMetricsHandler(r.ctx).WithTags(labels).Counter(name).Inc(1)
}

func (r *onboardingRun) countStart() {
	source, _ := workflow.GetTypedSearchAttributes(r.ctx).GetKeyword(AttributeSource)
	r.count(counterStarted, map[string]string{"source": source})
}

func (r *onboardingRun) countEnd(status onboarding.Status) {
	r.count(counterEnded, map[string]string{"status": string(status)})
}

func (r *run) countPark(step onboarding.Step, reason onboarding.Reason) {
	r.count(counterParks, map[string]string{"step": string(step), "reason": string(reason)})
}

// countSwept counts what a round of the sweep did. Outcomes that did not occur are shown as
// zeros, from which an alert can see one rise.
func countSwept(ctx workflow.Context, round activities.SweepResult) {
	for _, swept := range []struct {
		outcome string
		count   int
	}{
		{"activated", round.Activated},
		{"needs_serial", round.NeedsSerial},
		{"refused", round.Refused},
		{"failed", round.Failed},
		{"expired", round.Expired},
	} {
		labels := map[string]string{"outcome": swept.outcome}
		workflow.GetMetricsHandler(ctx).WithTags(labels).Counter(counterSwept).Inc(int64(swept.count))
	}
}
