package activities

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// Progress notes where a step stands. It is what makes an effect happen once: the
// result of a done effect is handed back instead of making the effect again.
type Progress interface {
	// BeginStep notes one more attempt. When the step's effect is done, under this revision
	// or an earlier one, it returns the recorded result and true: an amendment cannot
	// change what a done step has used (onboarding.CheckAmendment), so the step stays
	// done when a lost run is begun anew at a later revision.
	BeginStep(ctx context.Context, key onboarding.EffectKey) (result []byte, done bool, err error)
	// FinishStep records the result of an effect that changed nothing of ours.
	FinishStep(ctx context.Context, key onboarding.EffectKey, result []byte) error
	// FailStep notes why an attempt failed; detail is the full text for people with
	// access to the database, kept out of Temporal.
	FailStep(ctx context.Context, key onboarding.EffectKey, code onboarding.Reason, detail string) error
}

// Applications reads submitted applications.
type Applications interface {
	// SubmittedAnswers are the answers of a revision as typed, with the dealer they belong to.
	SubmittedAnswers(ctx context.Context, onboardingID string, revision int) (dealerID string, answers onboarding.Answers, err error)
	// Facts answers questions for a dealer. What this onboarding itself holds (its
	// login name, its module) counts as free.
	Facts(ctx context.Context, dealerID, onboardingID string, questions onboarding.Questions) (onboarding.Facts, error)
	// Application is the checked application of a revision.
	Application(ctx context.Context, onboardingID string, revision int) (onboarding.Application, error)
}

// Admission records the answer of validate.
type Admission interface {
	// Accept stores the checked application, reserves its login name and holds its
	// module, all or nothing. *onboarding.Conflict when somebody was faster.
	Accept(ctx context.Context, key onboarding.EffectKey, application onboarding.Application, result []byte) error
	// Reject closes the onboarding with its problems and holds nothing.
	Reject(ctx context.Context, key onboarding.EffectKey, problems onboarding.Problems, result []byte) error
	// Release frees the login name and the module (undo_validate).
	Release(ctx context.Context, key onboarding.EffectKey) error
}

// Coverage keeps what the carrier said about an address.
type Coverage interface {
	// CoverageInsufficient keeps a report that a person must decide about; the step is not done.
	CoverageInsufficient(ctx context.Context, key onboarding.EffectKey, report []onboarding.NetworkCoverage) error
	// RecordCoverage stores the carrier's answer and the step's result together;
	// overriddenBy is the reason the application gave, empty when it was not needed.
	RecordCoverage(ctx context.Context, key onboarding.EffectKey, report []onboarding.NetworkCoverage, overriddenBy string, result []byte) error
}

// Registrations keeps which module is registered under which key.
type Registrations interface {
	// ModuleRegistered records the carrier's registration and the step's result.
	ModuleRegistered(ctx context.Context, key onboarding.EffectKey, registration onboarding.Registration, result []byte) error
	// RegisteredKeys are the keys under which this onboarding may have registered a
	// module, newest first, attempts whose answer was lost included.
	RegisteredKeys(ctx context.Context, onboardingID string) ([]onboarding.EffectKey, error)
	// ModuleDeregistered forgets a registration (undo_register_module).
	ModuleDeregistered(ctx context.Context, undo onboarding.EffectKey) error
}

// Accounts creates and closes accounts, each in one transaction.
type Accounts interface {
	// CreateAccount makes the account, its login and the activation charge, and the
	// step's result through encode, in one transaction. The account is ready networkWait
	// after its creation. *onboarding.Conflict when a constraint refuses it. A virtual
	// customer is not charged.
	CreateAccount(ctx context.Context, key onboarding.EffectKey, networkWait time.Duration, encode func(onboarding.Account) []byte) (onboarding.Account, error)
	// CloseAccount closes it and reverses the charge. *onboarding.Conflict with
	// ReasonPanelCommunicating when the panel already communicates. Nothing to close is success.
	CloseAccount(ctx context.Context, undo onboarding.EffectKey) error
}

// PanelTemplates queues AirFX templates for a panel's first communication.
type PanelTemplates interface {
	// QueueTemplate queues the application's template; *onboarding.Conflict with
	// ReasonTemplateNotFound when it is gone.
	QueueTemplate(ctx context.Context, key onboarding.EffectKey, templateID string, result []byte) error
	// UnqueueTemplate takes a template back unless it was pushed already.
	UnqueueTemplate(ctx context.Context, undo onboarding.EffectKey) error
	// QueuedTemplate is the template waiting for the panel and the key its module was
	// registered under; found is false when there is none.
	QueuedTemplate(ctx context.Context, onboardingID string) (template onboarding.PanelTemplate, registration onboarding.EffectKey, found bool, err error)
	// PushedTemplate is what became of a template that waits no more: code is why it could
	// not be pushed, if so. found is false when there is none.
	PushedTemplate(ctx context.Context, onboardingID string) (code string, found bool, err error)
	// TemplatePushed notes that the panel has it; code is why it could not, if so.
	TemplatePushed(ctx context.Context, onboardingID, code string) error
}

// Letters keeps what is sent to customers.
type Letters interface {
	// PrepareLetter returns the letter of this key, made at the first call: its ID, date
	// and Message-ID stay the same on every retry. A delivery that was begun and never
	// ended adds to UnknownTries: whoever began it is gone. A higher parkNo renews them.
	PrepareLetter(ctx context.Context, key onboarding.EffectKey, parkNo int) (onboarding.Letter, error)
	// LetterSending marks a delivery as begun, keeping the hash of the set-up token.
	// It must be committed before the first byte is sent. It is refused when the letter
	// is void or accepted already.
	LetterSending(ctx context.Context, letterID string, tokenHash [32]byte, expires time.Time) error
	// LetterAccepted records the server's receipt together with the step's result.
	LetterAccepted(ctx context.Context, key onboarding.EffectKey, letterID, receipt string, result []byte) error
	// LetterFailed records how a delivery failed; LetterUnknown adds to UnknownTries.
	LetterFailed(ctx context.Context, letterID string, state onboarding.LetterState, code onboarding.Reason, detail string) error
	// VoidLetters makes every set-up link of the onboarding useless (undo_send_letter).
	VoidLetters(ctx context.Context, undo onboarding.EffectKey) error
}

// LettersAgain keeps what is sent to customers beyond the onboarding's own letter.
type LettersAgain interface {
	// PrepareLetterAgain returns a letter that was requested, as it is to be delivered now.
	// A delivery that was begun and never ended adds to UnknownTries. over says that
	// nothing is to be delivered any more; a void letter was replaced, or its account closed.
	PrepareLetterAgain(ctx context.Context, letterID string) (letter onboarding.Letter, over bool, err error)
	// LetterAgainAccepted records the server's receipt.
	LetterAgainAccepted(ctx context.Context, letterID, receipt string) error
	// GiveUpLetter ends the delivery, asks the dealer's office to look and announces it.
	GiveUpLetter(ctx context.Context, letterID string, reason onboarding.Reason) error
	// UnsettledLetters are letters requested before the given moment whose delivery is not
	// over, those that nobody looked at for longest first.
	UnsettledLetters(ctx context.Context, before time.Time, limit int) ([]onboarding.StartLetter, error)
	// LetterBegun notes that the delivery of a letter is under way.
	LetterBegun(ctx context.Context, letterID string) error
}

// People reads whom letters and notices are for.
type People interface {
	// AccountOf is the account that an onboarding made.
	AccountOf(ctx context.Context, onboardingID string) (onboarding.Account, error)
	Dealer(ctx context.Context, dealerID string) (onboarding.Dealer, error)
	// DealerOf is the dealer of an onboarding.
	DealerOf(ctx context.Context, onboardingID string) (onboarding.Dealer, error)
}

// Transitions records what the workflow itself decides.
type Transitions interface {
	// RecordTransition is idempotent by (run, transition.No) and never moves the row
	// back behind a later transition of the same run.
	RecordTransition(ctx context.Context, runID string, transition onboarding.Transition) error
}

// Panels records a panel's first communication.
type Panels interface {
	// PanelCommunicated lifts the login block.
	PanelCommunicated(ctx context.Context, onboardingID string, at time.Time) error
	// NoticeDue claims a notice for the caller, who ends the claim with NoticeSent or
	// NoticeFailed. due is false when the notice was sent before: it happens once.
	NoticeDue(ctx context.Context, onboardingID, notice string) (due bool, err error)
	NoticeSent(ctx context.Context, onboardingID, notice string) error
	NoticeFailed(ctx context.Context, onboardingID, notice string) error
}

// Ledger of runs, for the reconciler.
type Runs interface {
	// UnstartedRuns are onboardings committed before the given moment whose workflow has not begun.
	UnstartedRuns(ctx context.Context, before time.Time, limit int) ([]onboarding.Onboarding, error)
	// OpenRuns are begun onboardings that are not over, made before the given moment,
	// those not looked at for longest first; it notes that they were looked at.
	OpenRuns(ctx context.Context, before time.Time, limit int) ([]onboarding.Onboarding, error)
	// ReportLost parks a row whose workflow is gone, with ReasonWorkflowLost. It leaves
	// alone what is final or parked for that reason already.
	ReportLost(ctx context.Context, onboardingID string) error
}

// Commitments become onboardings when their date has come.
type Commitments interface {
	// DueCommitments claims commitments whose date has come, the earliest first. They are
	// the caller's for as long as the lease.
	DueCommitments(ctx context.Context, lease time.Duration, limit int) ([]onboarding.Commitment, error)
	// ActivationsUnderWay counts the onboardings of commitments that were made within the
	// time given and have not come to their network hour, or to an end.
	ActivationsUnderWay(ctx context.Context, within time.Duration) (int, error)
	// CommitmentNeedsSerial asks the dealer for the serial number of a due commitment.
	CommitmentNeedsSerial(ctx context.Context, commitment onboarding.Commitment) error
	// RefuseCommitment takes the date from a due commitment that cannot be activated as it
	// stands, and asks the dealer to correct it.
	RefuseCommitment(ctx context.Context, commitment onboarding.Commitment, code string) error
	// ActivateCommitment commits the onboarding of a commitment, once whoever asks: one that
	// is activated already answers its onboarding and fresh = false. onboarding.ErrStale
	// when it was changed meanwhile.
	ActivateCommitment(ctx context.Context, commitment onboarding.Commitment, submission onboarding.Submission, entry onboarding.AuditEntry, also ...onboarding.Announcement) (onboardingID string, fresh bool, err error)
	// ExpireCommitments ends commitments that were not activated in time, and tells how many.
	ExpireCommitments(ctx context.Context, limit int) (int, error)
}

// Webhooks is what is owed to dealers' own systems.
type Webhooks interface {
	// ClaimWebhooks takes due deliveries of at most so many endpoints, and of each at most
	// so many, leaving out endpoints that are busy; they are due again after the lease.
	ClaimWebhooks(ctx context.Context, busy []string, endpoints, each int, lease time.Duration) ([]onboarding.DueWebhook, error)
	// RecordWebhookAttempt notes how a try ended; disabled when it was the one that ends its endpoint.
	RecordWebhookAttempt(ctx context.Context, attempt onboarding.WebhookAttempt) (disabled bool, err error)
	// UntoldWebhookEndpoints are those that no person disabled, since then, and whose dealers were not told.
	UntoldWebhookEndpoints(ctx context.Context, since time.Time, limit int) ([]onboarding.WebhookEndpoint, error)
	WebhookEndpointTold(ctx context.Context, endpointID string) error
}

// Retention takes away what its time is up for.
type Retention interface {
	// Clear deletes of each kind at most limit.
	Clear(ctx context.Context, retention onboarding.Retention, limit int) (onboarding.Cleared, error)
	// Erasable are customers who were not served for as long as age.
	Erasable(ctx context.Context, age time.Duration, limit int) (customers []string, err error)
	// Erase takes everything personal of a customer out of the record, with its line of the audit trail.
	Erase(ctx context.Context, id string, entry onboarding.AuditEntry) (customer string, err error)
}

// Store is all of it, as package postgres gives it.
type Store interface {
	Retention
	Commitments
	Progress
	Applications
	Admission
	Coverage
	Registrations
	Accounts
	PanelTemplates
	Letters
	LettersAgain
	People
	Transitions
	Panels
	Runs
	Webhooks
	Changes
}
