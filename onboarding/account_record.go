package onboarding

import "time"

// Account is what an onboarding makes.
type Account struct {
	ID           string
	OnboardingID string
	DealerID     string
	Kind         Kind
	Type         AccountType
	LoginName    string
	FirstName    string
	LastName     string
	CompanyName  string
	Email        string
	Language     string
	// TimeZone is the installation address's, an IANA name: dates on letters are its dates.
	TimeZone string
	// ModuleID is empty for an account without a panel.
	ModuleID  string
	Package   string
	State     AccountState
	CreatedAt time.Time
	// ReadyAt is when the network hour is over; zero when there is none.
	ReadyAt time.Time
	// CommunicatedAt is the panel's first communication; zero before it.
	CommunicatedAt time.Time
	// Group is the enterprise group that it is in; zero for none.
	Group GroupOfAccount
}

// AccountState is where an account stands in its life.
type AccountState string

// The states of an account.
const (
	AccountOpen   AccountState = "open"
	AccountClosed AccountState = "closed"
)

// LoginBlocked reports whether the customer cannot log in yet: "customers with
// security system accounts will not be able to log into the Customer Website or app
// until the panel has started communication" (the seed).
func (a Account) LoginBlocked() bool {
	return a.Type == SecuritySystem && a.Kind == KindCustomer && a.CommunicatedAt.IsZero()
}

// Dealer is the company that installs, as its letters and mails show it.
type Dealer struct {
	ID           string
	Name         string
	SupportEmail string
	SupportPhone string
	// MailFrom is the sender of the dealer's letters.
	MailFrom string
	// NoticeEmail is where the dealer's office wants to be told things.
	NoticeEmail string
	WebsiteURL  string
	Colour      string // #rrggbb
	Logo        []byte // PNG or JPEG, may be empty
	TimeZone    string // IANA
	Suspended   bool
}

// Letter is one version of an account's welcome letter. Its ID is what the set-up
// link's token is derived from.
type Letter struct {
	ID           string
	AccountID    string
	OnboardingID string
	Version      int
	// MessageID is the fixed Message-ID of the e-mail, so that a copy can be told.
	MessageID string
	// IssuedAt is fixed when the version is made: the letter's date, on every retry.
	IssuedAt time.Time
	State    LetterState
	// UnknownTries counts deliveries whose outcome was lost since a person last decided.
	UnknownTries int
}

// LetterState is how far an e-mailed letter got.
type LetterState string

// The states of a letter.
const (
	LetterPending  LetterState = "pending"
	LetterSending  LetterState = "sending"
	LetterAccepted LetterState = "accepted" // by the mail server
	LetterUnknown  LetterState = "unknown"  // handed over, answer lost
	LetterRefused  LetterState = "refused"
	LetterVoid     LetterState = "void" // replaced or revoked
)
