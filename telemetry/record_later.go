package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/latchkey/latchkey/onboarding"
)

// What the record owes beside onboardings: commitments on their date, messages to dealers'
// systems, and changes of accounts.
var (
	commitmentsDescription = prometheus.NewDesc("latchkey_commitments_due",
		"Open commitments with a date: due when it has come, soon when it comes within the next hour.", []string{"due"}, nil)
	commitmentsOldestDescription = prometheus.NewDesc("latchkey_commitments_due_oldest_timestamp_seconds",
		"The date of the commitment that is overdue longest; Unix time. Absent when none is due.", nil, nil)
	webhooksDescription = prometheus.NewDesc("latchkey_webhooks_owed",
		"Webhook messages that are not delivered and not given up: due now, or later when on their way or before their next try.", []string{"due"}, nil)
	webhooksOldestDescription = prometheus.NewDesc("latchkey_webhooks_due_oldest_timestamp_seconds",
		"Since when the message waits that a worker should have tried first; Unix time. Absent when none is due.", nil, nil)
	endpointsDescription = prometheus.NewDesc("latchkey_webhook_endpoints",
		"Webhook endpoints of dealers, by state: working, failing since their last success, or disabled, with the reason.", []string{"state"}, nil)
	changesDescription = prometheus.NewDesc("latchkey_changes_open",
		"Module swaps and terminations that are not over, by kind and status.", []string{"kind", "status"}, nil)
	changesParkedDescription = prometheus.NewDesc("latchkey_changes_parked",
		"Module swaps and terminations that wait for a person, by kind, step and reason.", []string{"kind", "step", "reason"}, nil)
	changesOldestDescription = prometheus.NewDesc("latchkey_changes_parked_oldest_timestamp_seconds",
		"Since when the longest parked one waits, by kind, step and reason; Unix time.", []string{"kind", "step", "reason"}, nil)
	changesUnstartedDescription = prometheus.NewDesc("latchkey_changes_unstarted_oldest_timestamp_seconds",
		"When the oldest module swap or termination was asked for that has no workflow yet; Unix time. Absent when there is none.", nil, nil)
)

var laterDescriptions = []*prometheus.Desc{
	commitmentsDescription, commitmentsOldestDescription, webhooksDescription, webhooksOldestDescription, endpointsDescription,
	changesDescription, changesParkedDescription, changesOldestDescription, changesUnstartedDescription,
}

// endpointStates and changeKinds are shown also when there are none, as letterStates are.
var (
	endpointStates = []string{"working", "failing", "disabled_by_hand", "disabled_failing", "disabled_gone"}
	changeKinds    = []onboarding.ChangeKind{onboarding.ChangeModuleSwap, onboarding.ChangeTermination}
)

// gauge shows one number.
type gauge func(description *prometheus.Desc, value float64, labels ...string)

// since shows a time, if there is one.
func (show gauge) since(description *prometheus.Desc, at time.Time) {
	if !at.IsZero() {
		show(description, float64(at.Unix()))
	}
}

func showCommitments(due onboarding.CommitmentsDue, show gauge) {
	show(commitmentsDescription, float64(due.Due), "due")
	show(commitmentsDescription, float64(due.Soon), "soon")
	show.since(commitmentsOldestDescription, due.Oldest)
}

func showWebhooks(owed onboarding.WebhooksOwed, endpoints []onboarding.NamedCount, show gauge) {
	show(webhooksDescription, float64(owed.Due), "due")
	show(webhooksDescription, float64(owed.Later), "later")
	show.since(webhooksOldestDescription, owed.Oldest)
	showEach(endpointsDescription, endpointStates, endpoints, show)
}

func showChanges(census onboarding.Census, show gauge) {
	shown := map[onboarding.ChangeKind]bool{}
	for _, open := range census.Changes {
		show(changesDescription, float64(open.Count), string(open.Kind), string(open.Status))
		shown[open.Kind] = shown[open.Kind] || open.Status == onboarding.StatusActive
	}
	for _, kind := range changeKinds {
		if !shown[kind] {
			show(changesDescription, 0, string(kind), string(onboarding.StatusActive))
		}
	}
	for _, parked := range census.ParkedChanges {
		labels := []string{string(parked.Kind), string(parked.Step), string(parked.Reason)}
		show(changesParkedDescription, float64(parked.Count), labels...)
		show(changesOldestDescription, float64(parked.Oldest.Unix()), labels...)
	}
	show.since(changesUnstartedDescription, census.UnstartedChange)
}

// showEach shows a number for each of the names, 0 where nothing was counted.
func showEach(description *prometheus.Desc, names []string, counted []onboarding.NamedCount, show gauge) {
	numbers := map[string]int{}
	for _, one := range counted {
		numbers[one.Name] = one.Count
	}
	for _, name := range names {
		show(description, float64(numbers[name]), name)
	}
}
