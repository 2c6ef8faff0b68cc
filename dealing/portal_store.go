package dealing

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// The plain types of the portal that the record shares with its readers.
type (
	User           = onboarding.User
	Draft          = onboarding.Draft
	DraftFilter    = onboarding.DraftFilter
	CustomerFilter = onboarding.CustomerFilter
	CustomerLine   = onboarding.CustomerLine
	CustomerFile   = onboarding.CustomerFile
	CustomerLogin  = onboarding.CustomerLogin
	StuckFilter    = onboarding.StuckFilter
	Stuck          = onboarding.StuckOnboarding
	StuckCount     = onboarding.StuckCount
	AuditLine      = onboarding.AuditLine
)

// SignIns is what signing in to the Partner Portal needs.
type SignIns interface {
	// CountAttempt counts an attempt to sign in before its password is looked at, so
	// that guesses sent all at once count as well, and tells how many there were in a
	// row, this one included. The count starts anew when lock has passed since the last
	// of the first most attempts; further ones do not move that. name is a hash: a name
	// that nobody has is counted like any other.
	CountAttempt(ctx context.Context, door onboarding.Door, name [32]byte, most int, lock time.Duration) (attempts int, err error)
	// ForgetAttempts ends the count after a success.
	ForgetAttempts(ctx context.Context, door onboarding.Door, name [32]byte) error
	// UserByLogin finds an enabled user by login name, in any case, acting for their own
	// dealer; ErrNotFound when there is none.
	UserByLogin(ctx context.Context, loginName string) (User, error)
	// User is an enabled user acting for a dealer that is their own or linked: the scope
	// is that dealer and those below it. ErrNotFound when there is none.
	User(ctx context.Context, userID, dealerID string) (User, error)
	// DealersOf are the user's own dealer and the linked ones, the own one first.
	DealersOf(ctx context.Context, userID string) ([]NamedID, error)
	// ChangeUserPassword replaces the password wasHash of an enabled user and keeps the
	// line of the audit trail with it; ErrNotFound when it is another by now.
	ChangeUserPassword(ctx context.Context, userID, wasHash, passwordHash string, entry AuditEntry) error
}

// PortalStore is what the use cases of the two web sites need of the record.
type PortalStore interface {
	SignIns
	OpenIDStore
	Drafts
	Customers
	Operations
	CustomerLogins
}

// Drafts keeps what is typed in the wizard. A draft that has expired is ErrNotFound.
type Drafts interface {
	// CreateDraft begins an empty draft and forgets expired ones.
	CreateDraft(ctx context.Context, draft onboarding.NewDraft, entry AuditEntry) error
	Draft(ctx context.Context, dealers []string, id string) (Draft, error)
	Drafts(ctx context.Context, filter DraftFilter) (page []Draft, nextCursor string, err error)
	// SaveSection keeps one section of answers. version is what the writer saw: 0 for a
	// section that was never saved. ErrStale when it was saved meanwhile or the draft was
	// submitted.
	SaveSection(ctx context.Context, id, userID string, section onboarding.Section, version int, answers onboarding.Answers) error
	// DiscardDraft deletes a draft that was not submitted; ErrStale for one that was.
	DiscardDraft(ctx context.Context, id string) error
	// SubmitDraft commits the onboarding of a draft like Submit does, once whoever asks:
	// a draft that became an onboarding already answers that one and fresh = false.
	// ErrStale when a section was saved after version.
	SubmitDraft(ctx context.Context, draftID string, version int, submission Submission) (onboardingID string, fresh bool, err error)
}

// Customers is what a dealer finds and reads of customers.
type Customers interface {
	Customers(ctx context.Context, filter CustomerFilter) (page []CustomerLine, nextCursor string, err error)
	// CustomerFile reads everything about an onboarding of one of dealers.
	CustomerFile(ctx context.Context, dealers []string, onboardingID string) (CustomerFile, error)
}

// Operations is what operators look at.
type Operations interface {
	Stuck(ctx context.Context, filter StuckFilter) (page []Stuck, nextCursor string, err error)
	StuckCounts(ctx context.Context, dealers []string) ([]StuckCount, error)
	// AuditTrail is what was done to an object, newest first.
	AuditTrail(ctx context.Context, dealers []string, objectID string, limit int) ([]AuditLine, error)
}

// CustomerLogins is what the Customer Website needs.
type CustomerLogins interface {
	// CustomerLogin finds the login of an open account by its name, in any case.
	CustomerLogin(ctx context.Context, loginName string) (CustomerLogin, error)
	// CustomerLoginOf is the login of an open account.
	CustomerLoginOf(ctx context.Context, accountID string) (CustomerLogin, error)
	// SetupLink finds what a set-up link stands for by the SHA-256 of its token.
	SetupLink(ctx context.Context, tokenHash [32]byte) (onboarding.SetupLink, error)
	// UseSetupLink sets the password that a set-up link is for and uses the link up;
	// ErrStale when it is not open any more.
	UseSetupLink(ctx context.Context, tokenHash [32]byte, passwordHash string) (accountID string, err error)
	// ChangeCustomerPassword replaces the password wasHash; ErrStale when it is another by now.
	ChangeCustomerPassword(ctx context.Context, accountID, wasHash, passwordHash string) error
	// RenameLogin changes the login name; *onboarding.Conflict when somebody has it.
	RenameLogin(ctx context.Context, accountID, name string) error
}
