package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/onboarding"
)

const (
	counterStarted = "latchkey_onboardings_started"
	counterEnded   = "latchkey_onboardings_ended"
	counterParks   = "latchkey_parks"
)

// Counters are what workflows count, with what each means. They are shown with _total.
var Counters = map[string]string{
	counterStarted: "Onboardings that began, by source.",
	counterEnded:   "Onboardings that ended, by status.",
	counterParks:   "Times that an onboarding, swap or termination began to wait for a person, by step and reason.",
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
