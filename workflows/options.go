package workflows

import (
	"errors"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/onboarding"
)

// stepRow is how one activity is tried: where, for how long, and what ends the trying.
type stepRow struct {
	queue string
	// local runs it inside the workflow's own task first: no state transition, for what
	// touches only our own Postgres.
	local bool
	// attempt is how long one try may take, budget how long we try before a person is
	// asked (0: for ever), maxInterval the longest pause between two tries.
	attempt, budget, maxInterval time.Duration
	// heartbeat is how soon a dead worker is noticed; 0: at the end of the attempt.
	heartbeat time.Duration
	// permanent are the codes that no retry can mend.
	permanent []onboarding.Reason
	// silence is the reason when the budget ends without any word from the activity.
	silence onboarding.Reason
}

// localBudget is how long a local activity may take before it goes on as a regular
// one. It stays well under the 10 s of a workflow task, which it would otherwise extend.
const localBudget = 3 * time.Second

// stepRows is the whole policy, a row a step. The reasons behind the numbers:
//
//   - Our own database answers in milliseconds or is being restarted: short tries. Two
//     minutes at validate, where a person is watching; half an hour later on.
//   - The carrier takes seconds and has outages of minutes: half an hour covers a deploy
//     of theirs, and a longer outage is for people to know about.
//   - Coverage is asked while someone may be waiting for the next page: a quarter of an hour.
//   - Mail servers greylist for up to some hours; six hours stay inside one working day.
//   - A module is released when nobody waits for it: an hour, before people are asked.
//   - An undo has the budgets of its step and then parks: it must never be lost.
var stepRows = map[onboarding.Step]stepRow{
	onboarding.StepValidate: {
		queue: QueueOnboarding, local: true, attempt: 5 * time.Second, budget: 2 * time.Minute, maxInterval: 10 * time.Second,
		silence: onboarding.ReasonStoreUnavailable,
	},
	onboarding.StepCheckCoverage: {
		queue: QueueCarrier, attempt: 10 * time.Second, budget: 15 * time.Minute, maxInterval: time.Minute,
		permanent: []onboarding.Reason{onboarding.ReasonAddressNotFound, onboarding.ReasonCarrierRefused},
		silence:   onboarding.ReasonCarrierTimeout,
	},
	onboarding.StepRegisterModule: registerRow,
	onboarding.StepCreateAccount: {
		queue: QueueOnboarding, local: true, attempt: 15 * time.Second, budget: 30 * time.Minute, maxInterval: 30 * time.Second,
		permanent: []onboarding.Reason{
			onboarding.ReasonLoginTaken, onboarding.ReasonAccountNumberTaken, onboarding.ReasonDealerSuspended,
			onboarding.ReasonModuleInUse, onboarding.ReasonModuleHeld, onboarding.ReasonAlternateIDTaken,
		},
		silence: onboarding.ReasonStoreUnavailable,
	},
	onboarding.StepApplyTemplate: {
		queue: QueueOnboarding, local: true, attempt: 15 * time.Second, budget: 30 * time.Minute, maxInterval: 30 * time.Second,
		permanent: []onboarding.Reason{onboarding.ReasonTemplateNotFound, onboarding.ReasonPanelUnsupported},
		silence:   onboarding.ReasonStoreUnavailable,
	},
	onboarding.StepSendLetter: {
		queue: QueueMail, attempt: time.Minute, budget: 6 * time.Hour, maxInterval: 10 * time.Minute,
		permanent: []onboarding.Reason{
			onboarding.ReasonLetterRenderFailed, onboarding.ReasonLetterFactsIncomplete, onboarding.ReasonRecipientRejected, onboarding.ReasonMessageRejected,
			onboarding.ReasonMailAuthFailed, onboarding.ReasonUnknownOutcome,
		},
		silence: onboarding.ReasonMailServerUnavailable,
	},
	onboarding.StepRegisterReplacement: registerRow,
	onboarding.StepSwitchModule: {
		queue: QueueOnboarding, local: true, attempt: 15 * time.Second, budget: 30 * time.Minute, maxInterval: 30 * time.Second,
		silence: onboarding.ReasonStoreUnavailable,
	},
	onboarding.StepReleaseModule: releaseRow,
	onboarding.UndoRegisterReplacement: undoRow(QueueCarrier, onboarding.ReasonCarrierTimeout,
		onboarding.ReasonModuleNotOwned, onboarding.ReasonCarrierRefused, onboarding.ReasonModuleInUse),

	onboarding.UndoSendLetter:    undoRow(QueueOnboarding, onboarding.ReasonStoreUnavailable),
	onboarding.UndoApplyTemplate: undoRow(QueueOnboarding, onboarding.ReasonStoreUnavailable),
	onboarding.UndoCreateAccount: undoRow(QueueOnboarding, onboarding.ReasonStoreUnavailable, onboarding.ReasonPanelCommunicating),
	onboarding.UndoRegisterModule: undoRow(QueueCarrier, onboarding.ReasonCarrierTimeout,
		onboarding.ReasonModuleNotOwned, onboarding.ReasonCarrierRefused),
	onboarding.UndoValidate: undoRow(QueueOnboarding, onboarding.ReasonStoreUnavailable),
}

// registerRow registers a module with the carrier: an account's first one, or its replacement.
var registerRow = stepRow{
	queue: QueueCarrier, attempt: 30 * time.Second, budget: 30 * time.Minute, maxInterval: 2 * time.Minute,
	permanent: []onboarding.Reason{
		onboarding.ReasonModuleUnknown, onboarding.ReasonModuleAlreadyRegistered, onboarding.ReasonModuleNotOwned,
		onboarding.ReasonModuleSunset, onboarding.ReasonModuleInactive, onboarding.ReasonPanelUnsupported,
		onboarding.ReasonCarrierRefused,
	},
	silence: onboarding.ReasonCarrierTimeout,
}

// releaseRow takes a module off the carrier's network when its account has another one, or
// has ended. Nobody waits for it, and an hour outlasts most outages: fewer parks of what
// only needs time.
var releaseRow = stepRow{
	queue: QueueCarrier, attempt: 30 * time.Second, budget: time.Hour, maxInterval: 5 * time.Minute,
	permanent: []onboarding.Reason{onboarding.ReasonModuleNotOwned, onboarding.ReasonCarrierRefused},
	silence:   onboarding.ReasonCarrierTimeout,
}

func undoRow(queue string, silence onboarding.Reason, permanent ...onboarding.Reason) stepRow {
	return stepRow{
		queue: queue, attempt: 30 * time.Second, budget: 30 * time.Minute, maxInterval: 2 * time.Minute,
		permanent: permanent, silence: silence,
	}
}

// transitionRow has no end: the record must be told, and a run has nothing better to do
// than to wait for its own database.
var transitionRow = stepRow{
	queue: QueueOnboarding, local: true, attempt: 5 * time.Second, maxInterval: 30 * time.Second,
	silence: onboarding.ReasonStoreUnavailable,
}

// panelRow: a panel's first communication is worth waiting for the carrier, for ever.
var panelRow = stepRow{
	queue: QueueCarrier, attempt: 30 * time.Second, maxInterval: 10 * time.Minute,
	silence: onboarding.ReasonCarrierTimeout,
}

// panelRecordRow writes what the panel did to our own record.
var panelRecordRow = stepRow{
	queue: QueueOnboarding, local: true, attempt: 5 * time.Second, maxInterval: time.Minute,
	silence: onboarding.ReasonStoreUnavailable,
}

// noticeRow: a notice to the dealer is worth a day of trying and no more.
var noticeRow = stepRow{
	queue: QueueMail, attempt: time.Minute, budget: 24 * time.Hour, maxInterval: 10 * time.Minute,
	permanent: []onboarding.Reason{
		onboarding.ReasonRecipientRejected, onboarding.ReasonMessageRejected, onboarding.ReasonMailAuthFailed,
		onboarding.ReasonUnknownOutcome,
	},
	silence: onboarding.ReasonMailServerUnavailable,
}

// letterRow: a letter that is sent again is tried like the onboarding's own. Nobody is
// parked for it: what cannot be delivered becomes a task for the dealer.
var letterRow = stepRow{
	queue: QueueMail, attempt: time.Minute, budget: 6 * time.Hour, maxInterval: 10 * time.Minute,
	permanent: []onboarding.Reason{
		onboarding.ReasonLetterRenderFailed, onboarding.ReasonLetterFactsIncomplete, onboarding.ReasonRecipientRejected,
		onboarding.ReasonMessageRejected, onboarding.ReasonMailAuthFailed, onboarding.ReasonUnknownOutcome,
	},
	silence: onboarding.ReasonMailServerUnavailable,
}

// letterRecordRow writes down that a letter was given up.
var letterRecordRow = stepRow{
	queue: QueueOnboarding, local: true, attempt: 5 * time.Second, maxInterval: time.Minute,
	silence: onboarding.ReasonStoreUnavailable,
}

// reconcileRow: the next round comes within a minute, so a round may give up.
var reconcileRow = stepRow{
	queue: QueueOnboarding, attempt: 50 * time.Second, budget: 2 * time.Minute, maxInterval: 10 * time.Second,
	silence: onboarding.ReasonStoreUnavailable,
}

// sweepRow: like reconcileRow; a round of the sweep ends itself after half a minute, and what
// it claimed and did not settle is due again after one.
var sweepRow = stepRow{
	queue: QueueOnboarding, attempt: 50 * time.Second, budget: 3 * time.Minute, maxInterval: 10 * time.Second,
	silence: onboarding.ReasonStoreUnavailable,
}

// retentionRow: a round is some hundred rows; the next day's goes on with what is left.
var retentionRow = stepRow{
	queue: QueueOnboarding, attempt: time.Minute, budget: 10 * time.Minute, maxInterval: time.Minute,
	silence: onboarding.ReasonStoreUnavailable,
}

// webhookRow: a sweep lasts a minute and waits for the last receiver, 15 s at most; it
// tells every second that it lives, so that another worker takes over within seconds.
var webhookRow = stepRow{
	queue: QueueWebhook, attempt: 90 * time.Second, budget: 4 * time.Minute, maxInterval: 10 * time.Second, heartbeat: 15 * time.Second,
	silence: onboarding.ReasonStoreUnavailable,
}

// webhookEndRow: the next sweep tells what this one could not, and waits for it meanwhile.
var webhookEndRow = stepRow{
	queue: QueueMail, attempt: 10 * time.Second, budget: 20 * time.Second, maxInterval: 5 * time.Second,
	silence: onboarding.ReasonMailServerUnavailable,
}

// within is the row of a run whose installation asks a person sooner when the carrier is away.
func (row stepRow) within(patience time.Duration) stepRow {
	if row.queue == QueueCarrier && patience > 0 {
		row.budget = min(row.budget, patience)
	}
	return row
}

func (row stepRow) options() workflow.ActivityOptions {
	return workflow.ActivityOptions{
		TaskQueue:              row.queue,
		StartToCloseTimeout:    row.attempt,
		ScheduleToCloseTimeout: row.budget,
		HeartbeatTimeout:       row.heartbeat,
		RetryPolicy:            row.retryPolicy(),
		// A cancelled run waits for a try in flight: its undo must not overtake it.
		WaitForCancellation: true,
	}
}

func (row stepRow) localOptions() workflow.LocalActivityOptions {
	return workflow.LocalActivityOptions{
		StartToCloseTimeout:    min(row.attempt, localBudget),
		ScheduleToCloseTimeout: localBudget,
		RetryPolicy:            row.retryPolicy(),
	}
}

func (row stepRow) retryPolicy() *temporal.RetryPolicy {
	permanent := make([]string, len(row.permanent))
	for i, reason := range row.permanent {
		permanent[i] = string(reason)
	}
	return &temporal.RetryPolicy{
		InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: row.maxInterval,
		NonRetryableErrorTypes: permanent,
	}
}

// isPermanent reports whether err ends the trying.
func (row stepRow) isPermanent(err error) bool {
	var fault *temporal.ApplicationError
	return errors.As(err, &fault) && (fault.NonRetryable() || slices.Contains(row.permanent, onboarding.Reason(fault.Type())))
}
