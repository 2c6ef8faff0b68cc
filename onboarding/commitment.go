package onboarding

import "time"

// CommitmentState is where a commitment stands.
type CommitmentState string

// The states of a commitment. An activated one stays for the record; it becomes open again
// when its onboarding is rejected or cancelled.
const (
	CommitmentOpen        CommitmentState = "open"
	CommitmentNeedsSerial CommitmentState = "needs_serial" // due, and no module is known
	CommitmentActivated   CommitmentState = "activated"
	CommitmentCancelled   CommitmentState = "cancelled"
	CommitmentExpired     CommitmentState = "expired"
)

// CommitmentStates lists them in the order of a filter.
var CommitmentStates = []Choice{
	{string(CommitmentOpen), "Open"},
	{string(CommitmentNeedsSerial), "Needs a serial number"},
	{string(CommitmentActivated), "Activated"},
	{string(CommitmentCancelled), "Cancelled"},
	{string(CommitmentExpired), "Expired"},
}

// Pending reports whether a commitment in this state can still be activated.
func (s CommitmentState) Pending() bool { return s == CommitmentOpen || s == CommitmentNeedsSerial }

// CommitmentLifetime is how long a commitment can be activated, unless it says otherwise.
const CommitmentLifetime = 180 * 24 * time.Hour

// Commitment is an application that is stored ahead: "You will not be charged until the
// Commitment becomes a customer. Each commitment is given a Commitment ID for a fast
// installation" (the seed).
type Commitment struct {
	ID string
	// Number is the Commitment ID that people read and type, e.g. "C-7Q2M-4KXD": unique over
	// all dealers, without letters and digits that look alike.
	Number   string
	DealerID string
	// Answers are the application as typed; the module may be missing until activation.
	Answers  Answers
	Expected Expected
	State    CommitmentState
	// ActivateAt is when the sweep activates it; zero when it has no date.
	ActivateAt time.Time
	// TimeZone is the property's, an IANA name: dates typed for it are of this zone.
	TimeZone  string
	ExpiresAt time.Time
	// OnboardingID is the onboarding that it is, or is going to be: the same for "activate
	// now" and the sweep, so that their race has one winner.
	OnboardingID string
	// AccountID is empty until its account exists.
	AccountID string
	// Version grows with every change, for ETag and If-Match.
	Version   int
	CreatedBy string // for people to read; empty when a program did
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Expected is what a commitment expects of its installation; all of it may be empty.
type Expected struct {
	// InstallDate is a date of the property's zone, YYYY-MM-DD.
	InstallDate string
	Network     string
	PanelType   string
	// InstallerRep is the login name of who is expected to install.
	InstallerRep string
}

// CommitmentFilter narrows a list of commitments, newest first; zero members do not narrow.
type CommitmentFilter struct {
	Dealers []string // nil means every dealer
	// Query is words of number, name, company, phone, alternate ID and address, each perhaps
	// only begun; all of them must be found.
	Query string
	State CommitmentState
	// InstallDate narrows to those expected on a date, YYYY-MM-DD.
	InstallDate string
	Cursor      string
	Limit       int
}

// NewCommitment is a commitment to be kept. Its number is drawn by the record.
type NewCommitment struct {
	ID       string
	DealerID string
	UserID   string
	Terms    CommitmentTerms
	// ActivateAt is zero when it has no date.
	ActivateAt time.Time
	// Key is nil when the client sent no Idempotency-Key.
	Key *IdempotencyKey
	// Request is the API request's ID, for the audit trail.
	Request string
}

// CommitmentAdded says what became of one commitment of a batch.
type CommitmentAdded struct {
	// CommitmentID and Number are those of the commitment, new or known; empty when an
	// onboarding that was no commitment has its alternate ID already.
	CommitmentID string
	Number       string
	// Known says that its alternate ID was there already, so that nothing was added.
	Known bool
}

// DueOnce names the date on which a commitment is due: it is announced once.
func (c Commitment) DueOnce() string {
	return c.ID + ":" + c.ActivateAt.UTC().Format(time.RFC3339)
}

// Due announces that the commitment's date has come; code is why it was not activated, if so.
func (c Commitment) Due(code string) Announcement {
	return Announcement{Kind: AnnounceCommitmentDue, DealerID: c.DealerID, CommitmentID: c.ID, Code: code, Once: c.DueOnce()}
}
