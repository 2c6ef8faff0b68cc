package dealing

import (
	"context"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

// What the record answers instead of a row.
var (
	ErrNotFound  = onboarding.ErrNotFound
	ErrKeyReused = onboarding.ErrKeyReused
	ErrStale     = onboarding.ErrStale
	ErrBadCursor = onboarding.ErrBadCursor
)

// The plain types that the record shares with its readers live in package onboarding.
type (
	Filter         = onboarding.Filter
	Submission     = onboarding.Submission
	IdempotencyKey = onboarding.IdempotencyKey
	Answer         = onboarding.Reply
	AuditEntry     = onboarding.AuditEntry
	PanelEvent     = onboarding.PanelEvent
	NamedID        = onboarding.NamedID
	Rep            = onboarding.Rep
)

// Store is the record, as package postgres gives it. Reads take the dealers that the
// actor may see; nil means every dealer. What lies outside is ErrNotFound.
type Store interface {
	// ActorByAPIKey finds the user behind a key by the SHA-256 of its secret; ErrNotFound
	// when there is none or it is revoked or expired.
	ActorByAPIKey(ctx context.Context, hash [32]byte) (Actor, error)

	Catalogue
	Submissions
	Reading
	Corrections
	LetterDesk
	PanelDesk
	TaskDesk
	PortalStore
	SettingsStore
	Imports
	InstallationStore
	CommitmentStore
	VirtualCustomers
	EnterpriseGroups
	WebhookStore
	Changes
	Erasures
}

// Catalogue reads what a dealer can choose from.
type Catalogue interface {
	Dealer(ctx context.Context, dealerID string) (onboarding.Dealer, error)
	Facts(ctx context.Context, dealerID, onboardingID string, questions onboarding.Questions) (onboarding.Facts, error)
	Receivers(ctx context.Context, dealerID string) ([]onboarding.Receiver, error)
	PanelTemplates(ctx context.Context, dealerID string) ([]onboarding.PanelTemplate, error)
	PackageTemplates(ctx context.Context, dealerID string) ([]catalog.PackageTemplate, error)
	Prices(ctx context.Context, dealerID string) (catalog.Prices, error)
	CustomerSources(ctx context.Context, dealerID string) ([]NamedID, error)
	SubDealers(ctx context.Context, dealerID string) ([]NamedID, error)
	Reps(ctx context.Context, dealerID, query string) ([]Rep, error)
	TakenLoginNames(ctx context.Context, names []string) (map[string]bool, error)
	// Module is nil when the inventory does not know the identifier; its state is as the dealer may know it.
	Module(ctx context.Context, dealerID, identifier string) (*onboarding.Module, error)
}

// Submissions commits new onboardings.
type Submissions interface {
	// Submit commits the onboarding in state submitted, its application and, when key is
	// not zero, the key, in one transaction. When the key is already used for the same
	// body it returns the onboarding made then and fresh = false; for another body
	// ErrKeyReused.
	Submit(ctx context.Context, submission Submission) (onboardingID string, fresh bool, err error)
	// Remember stores the answer given for a key unless one is stored, and returns the
	// stored one: every repetition gets the same answer. id is what it is about.
	Remember(ctx context.Context, key IdempotencyKey, id string, answer Answer) (Answer, error)
	// Remembered is the stored answer of a key, if any; ErrKeyReused for another body.
	// madeID is what was made under it, or what the answer is about.
	Remembered(ctx context.Context, key IdempotencyKey) (answer Answer, madeID string, found bool, err error)
}

// Reading is what people follow.
type Reading interface {
	Onboarding(ctx context.Context, dealers []string, id string) (onboarding.Onboarding, error)
	Onboardings(ctx context.Context, filter Filter) (page []onboarding.Onboarding, nextCursor string, err error)
	// Events are the events after a sequence number, oldest first.
	Events(ctx context.Context, onboardingID string, after int64, limit int) ([]onboarding.Event, error)
	// Watch wakes the caller through the channel whenever the onboarding may have new
	// events, until ctx is done.
	Watch(ctx context.Context, onboardingID string) (<-chan struct{}, error)
	Account(ctx context.Context, dealers []string, accountID string) (onboarding.Account, error)
	Accounts(ctx context.Context, filter AccountFilter) (page []onboarding.Account, nextCursor string, err error)
}

// Corrections changes what a person may change.
type Corrections interface {
	// LatestAnswers are the newest revision as typed.
	LatestAnswers(ctx context.Context, onboardingID string) (revision int, answers onboarding.Answers, err error)
	// Application is the checked application of a revision; ErrNotFound before it was accepted.
	Application(ctx context.Context, onboardingID string, revision int) (onboarding.Application, error)
	// Amend stores revision was+1, moves the reserved login and the held module to it,
	// all or nothing. *onboarding.Conflict when somebody was faster, ErrStale when a newer
	// revision exists.
	Amend(ctx context.Context, onboardingID string, was int, userID string, typed onboarding.Answers, application onboarding.Application) (revision int, err error)
	// CorrectAccount stores a checked correction of an open account as the next revision,
	// with everything that follows from it; ErrStale when somebody was faster.
	CorrectAccount(ctx context.Context, correction onboarding.AccountCorrection) (onboarding.AccountCorrected, error)
	// RenameAccountLogin changes the login name of an open account for its dealer;
	// *onboarding.Conflict when somebody has it.
	RenameAccountLogin(ctx context.Context, accountID, name string, entry AuditEntry) error
	// Audit keeps who decided what and why; it returns the row's ID, which stands for the
	// reason wherever the reason itself must not go.
	Audit(ctx context.Context, entry AuditEntry) (id string, err error)
}

// LetterDesk prints letters and sends them again.
type LetterDesk interface {
	// RequestLetter makes the next version of an open account's welcome e-mail, which makes
	// the links of those before it useless. *onboarding.TooSoon when the limit of its
	// origin is reached, ErrStale when the account is closed.
	RequestLetter(ctx context.Context, request onboarding.LetterRequest) (onboarding.Letter, error)
	// SetTemporaryPassword replaces the login's password by a temporary one, of which
	// only the argon2id hash is kept and which must be changed at the first login; it
	// notes the printed letter and returns it.
	SetTemporaryPassword(ctx context.Context, accountID, userID, passwordHash string) (onboarding.Letter, error)
}

// PanelDesk takes events from the panel network.
type PanelDesk interface {
	// RecordPanelEvent keeps an event once by its ID; fresh is false for a repetition.
	// onboardingID is empty when no onboarding or account has the module.
	RecordPanelEvent(ctx context.Context, event PanelEvent) (onboardingID string, fresh bool, err error)
}
