// Package workflows runs onboardings on Temporal: the workflow of one account, that
// of its panel's first communication, the reconciler, and the only client of the SDK.
package workflows

import (
	"cmp"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// Task queues. What crosses the network has a queue of its own, so that it can be rate
// limited and paused without touching anything else.
const (
	QueueOnboarding = "onboarding"
	QueueCarrier    = "carrier"
	QueueMail       = "mail"
	QueueWebhook    = "webhook"
)

// Messages of OnboardAccount and ActivatePanel.
const (
	UpdateValidate          = "validate"
	UpdateDecide            = "decide"
	UpdateAdjustWait        = "adjust_wait"
	SignalResume            = "resume"
	SignalSendLetterNow     = "send_letter_now"
	SignalPanelCommunicated = "panel_communicated"
	SignalExpectPanel       = "expect_panel"
	QueryProgress           = "progress"
)

// OnboardingWorkflowID is the workflow of an onboarding: the same ID as its row.
func OnboardingWorkflowID(onboardingID string) string { return "onboarding-" + onboardingID }

// PanelWorkflowID is the workflow of an onboarding's panel.
func PanelWorkflowID(onboardingID string) string { return "panel-" + onboardingID }

// LetterWorkflowID is the workflow that delivers a letter that was sent again.
func LetterWorkflowID(letterID string) string { return "letter-" + letterID }

// ChangeWorkflowID is the workflow of a change to an account. That of a termination has
// the account's ID.
func ChangeWorkflowID(kind onboarding.ChangeKind, changeID string) string {
	if kind == onboarding.ChangeTermination {
		return "terminate-" + changeID
	}
	return "swap-" + changeID
}

// OnboardAccountInput starts OnboardAccount. Everything else is read from the record.
type OnboardAccountInput struct {
	OnboardingID string `json:"onboarding_id"`
	// Revision is the newest revision when a lost run is begun anew; left out it is 1.
	Revision int `json:"revision,omitempty"`
	// ParkNo is where a run begun anew counts its parks on from.
	ParkNo int `json:"park_no,omitempty"`
}

// OnboardAccountResult is how an onboarding ended.
type OnboardAccountResult struct {
	Status    onboarding.Status `json:"status"`
	AccountID string            `json:"account_id,omitempty"`
}

// ChangeAccountInput starts SwapModule and TerminateAccount.
type ChangeAccountInput struct {
	ChangeID     string `json:"change_id"`
	AccountID    string `json:"account_id"`
	OnboardingID string `json:"onboarding_id"`
	// Revision and ParkNo are as in OnboardAccountInput.
	Revision int `json:"revision,omitempty"`
	ParkNo   int `json:"park_no,omitempty"`
}

// ChangeAccountResult is how a change ended.
type ChangeAccountResult struct {
	Status onboarding.Status `json:"status"`
}

// Problem is a broken rule, as onboarding.Problem.
type Problem struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Verdict answers the update validate.
type Verdict struct {
	Accepted bool      `json:"accepted"`
	Problems []Problem `json:"problems,omitempty"`
}

// Decision is the update decide: what a person decided about a parked run.
type Decision struct {
	Action   onboarding.Action `json:"action"`
	Step     onboarding.Step   `json:"step"`
	ParkNo   int               `json:"park_no"`
	By       string            `json:"by"`
	Reason   string            `json:"reason"`
	Revision int               `json:"revision,omitempty"`
}

// DecisionAnswer tells what a decision leads to.
type DecisionAnswer struct {
	ParkNo int               `json:"park_no"`
	Action onboarding.Action `json:"action"`
	Step   onboarding.Step   `json:"step"`
}

// WaitAdjustment is the update adjust_wait: it moves the end of the network hour.
type WaitAdjustment struct {
	ReadyAt time.Time `json:"ready_at"`
	By      string    `json:"by"`
	Reason  string    `json:"reason"`
}

// Resume is the signal resume: try the parked step again. Step and ParkNo, when given,
// must match.
type Resume struct {
	By     string          `json:"by"`
	Reason string          `json:"reason"`
	Step   onboarding.Step `json:"step,omitempty"`
	ParkNo int             `json:"park_no,omitempty"`
}

// SendLetterNow is the signal send_letter_now: it cuts the wait for the letter only.
type SendLetterNow struct {
	By string `json:"by"`
}

// ActivatePanelInput starts ActivatePanel, together with a signal: expect_panel, or
// panel_communicated when the panel is faster.
type ActivatePanelInput struct {
	OnboardingID string `json:"onboarding_id"`
	// SwapID is the swap whose new module is waited for; empty for an account's first one.
	SwapID string `json:"swap_id,omitempty"`
}

// id is what names the workflow: the swap, or the onboarding whose first module it is.
func (in ActivatePanelInput) id() string { return cmp.Or(in.SwapID, in.OnboardingID) }

// Expectation is the signal expect_panel: the account exists, and from when a silent
// panel is worth a reminder to the dealer.
type Expectation struct {
	AccountID string    `json:"account_id,omitempty"`
	RemindAt  time.Time `json:"remind_at,omitzero"`
}

// PanelCommunicated is the signal panel_communicated.
type PanelCommunicated struct {
	EventID string    `json:"event_id"`
	At      time.Time `json:"at"`
}

// Progress answers the query progress.
type Progress struct {
	Status         onboarding.Status   `json:"status"`
	Step           onboarding.Step     `json:"step"`
	Revision       int                 `json:"revision"`
	Steps          []StepProgress      `json:"steps"`
	Undo           []onboarding.Step   `json:"undo,omitempty"`
	ParkNo         int                 `json:"park_no"`
	ParkReason     onboarding.Reason   `json:"park_reason,omitempty"`
	AllowedActions []onboarding.Action `json:"allowed_actions,omitempty"`
	ReadyAt        time.Time           `json:"ready_at,omitzero"`
}

// StepProgress is one step of Progress; Attempts counts how often a person or the plan
// sent the step on its way, not the retries within.
type StepProgress struct {
	Step     onboarding.Step       `json:"step"`
	Status   onboarding.StepStatus `json:"status"`
	Attempts int                   `json:"attempts"`
	Code     string                `json:"code,omitempty"`
}
