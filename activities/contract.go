package activities

import (
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// StepInput is the input of every step and undo step.
type StepInput struct {
	OnboardingID string `json:"onboarding_id"`
	Revision     int    `json:"revision"`
	// ParkNo is how often the run was parked before: a person who sends a step on
	// again renews what it may try.
	ParkNo int `json:"park_no,omitempty"`
}

// Problem is onboarding.Problem on the wire. Its message repeats nothing typed.
type Problem struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ValidateResult is the answer of the first step. Steps and NetworkWait fix the plan
// and the policy into the run, so that a later change of either touches no running one.
type ValidateResult struct {
	Accepted      bool              `json:"accepted"`
	Problems      []Problem         `json:"problems,omitempty"`
	Steps         []onboarding.Step `json:"steps,omitempty"`
	PanelReminder time.Duration     `json:"panel_reminder,omitempty"`
	// CarrierPatience is 0 when the steps have the budgets of their rows.
	CarrierPatience time.Duration `json:"carrier_patience,omitempty"`
}

// CheckCoverageResult says how the installation address is covered.
type CheckCoverageResult struct {
	// Reason is empty when coverage is good, or when the application's own override
	// covers for what is missing; otherwise it is why a person must look.
	Reason onboarding.Reason `json:"reason,omitempty"`
}

// ParkReason lets an answer, not only a fault, park the run.
func (r *CheckCoverageResult) ParkReason() onboarding.Reason { return r.Reason }

// RegisterModuleResult is empty: the registration is kept in our own record.
type RegisterModuleResult struct{}

// CreateAccountResult names the account and when its network hour is over.
type CreateAccountResult struct {
	AccountID string    `json:"account_id"`
	ReadyAt   time.Time `json:"ready_at"`
}

// ApplyTemplateResult says whether a template waits for the panel.
type ApplyTemplateResult struct {
	Queued bool `json:"queued"`
}

// SendLetterResult names the letter that the mail server accepted.
type SendLetterResult struct {
	LetterID string `json:"letter_id"`
}

// UndoResult is empty: an undo either happened, had nothing to do, or is a fault.
type UndoResult struct{}

// Transition is a change of a run's state that no step records by itself.
type Transition struct {
	OnboardingID string            `json:"onboarding_id"`
	No           int               `json:"no"` // grows within a run; makes the record idempotent
	Kind         string            `json:"kind"`
	Status       onboarding.Status `json:"status"`
	Step         onboarding.Step   `json:"step,omitempty"`
	Revision     int               `json:"revision"`
	ParkNo       int               `json:"park_no,omitempty"`
	Reason       onboarding.Reason `json:"reason,omitempty"`
	ReadyAt      time.Time         `json:"ready_at,omitzero"`
	By           string            `json:"by,omitempty"`
	Note         string            `json:"note,omitempty"`
	At           time.Time         `json:"at"`
	Panel        PanelWait         `json:"panel,omitzero"`
}

// PanelWait is the wait for a panel's first communication, when it begins with this
// transition: the one activity costs no event and no action that the record does not cost
// already (ADR 0020).
type PanelWait struct {
	OnboardingID string    `json:"onboarding_id"`
	SwapID       string    `json:"swap_id,omitempty"`
	AccountID    string    `json:"account_id"`
	DealerID     string    `json:"dealer_id,omitempty"`
	RemindAt     time.Time `json:"remind_at"`
}

// ChangeInput is the input of every step and undo step of a change to an account.
type ChangeInput struct {
	ChangeID string `json:"change_id"`
	Revision int    `json:"revision"`
	ParkNo   int    `json:"park_no,omitempty"`
}

// RegisterReplacementResult is empty: the carrier finds the registration by its key.
type RegisterReplacementResult struct{}

// SwitchModuleResult tells when the new module's network hour is over, and how long after
// that a silent panel is worth a notice: both are fixed into the run.
type SwitchModuleResult struct {
	ReadyAt       time.Time     `json:"ready_at"`
	PanelReminder time.Duration `json:"panel_reminder,omitempty"`
}

// ReleaseModuleResult names the panels that nobody waits for any more.
type ReleaseModuleResult struct {
	SilentPanels []string `json:"silent_panels,omitempty"`
}

// ChangeTransition is a Transition of a change to an account.
type ChangeTransition struct {
	ChangeID string            `json:"change_id"`
	No       int               `json:"no"`
	Kind     string            `json:"kind"`
	Status   onboarding.Status `json:"status"`
	Step     onboarding.Step   `json:"step,omitempty"`
	ParkNo   int               `json:"park_no,omitempty"`
	Reason   onboarding.Reason `json:"reason,omitempty"`
	ReadyAt  time.Time         `json:"ready_at,omitzero"`
	By       string            `json:"by,omitempty"`
	Note     string            `json:"note,omitempty"`
	At       time.Time         `json:"at"`
	Panel    PanelWait         `json:"panel,omitzero"`
}

// PanelInput is the input of every activity of the panel workflow.
type PanelInput struct {
	OnboardingID string `json:"onboarding_id"`
}

// PushTemplateResult tells what became of the AirFX template; Code is empty when it
// was pushed or none was chosen.
type PushTemplateResult struct {
	Pushed bool   `json:"pushed"`
	Code   string `json:"code,omitempty"`
}

// CommunicatedInput records a panel's first communication.
type CommunicatedInput struct {
	OnboardingID string    `json:"onboarding_id"`
	SwapID       string    `json:"swap_id,omitempty"` // the swap whose new module it was
	At           time.Time `json:"at"`
}

// NoticeInput asks for one mail to the dealer's office.
type NoticeInput struct {
	OnboardingID string `json:"onboarding_id"`
	SwapID       string `json:"swap_id,omitempty"` // the swap whose new module it is about
	Notice       string `json:"notice"`            // panel_communicated, panel_silent
	Code         string `json:"code,omitempty"`
}

// ReconcileResult counts what a round of the reconciler found.
type ReconcileResult struct {
	Started int `json:"started"`
	Lost    int `json:"lost"`
	// Letters is how many letters' deliveries were begun.
	Letters int `json:"letters,omitempty"`
}

// LetterInput is the input of SendLetterAgain.
type LetterInput struct {
	OnboardingID string `json:"onboarding_id"`
	LetterID     string `json:"letter_id"`
}

// SendLetterAgainResult tells what became of a letter that was sent again; Replaced means
// that a newer one, or the end of the account, made it void before it was sent.
type SendLetterAgainResult struct {
	Replaced bool `json:"replaced,omitempty"`
}

// GiveUpLetterInput is why a letter could not be delivered.
type GiveUpLetterInput struct {
	OnboardingID string            `json:"onboarding_id"`
	LetterID     string            `json:"letter_id"`
	Reason       onboarding.Reason `json:"reason"`
}

// SweepResult counts what a round of the sweep over commitments found. More says that its
// time was over before everything was settled.
type SweepResult struct {
	More        bool `json:"more,omitempty"`
	Due         int  `json:"due"`
	Activated   int  `json:"activated"`
	NeedsSerial int  `json:"needs_serial"`
	Refused     int  `json:"refused"`
	Failed      int  `json:"failed"`
	Expired     int  `json:"expired"`
}
