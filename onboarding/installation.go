package onboarding

import "time"

// Installation is a system that is to be installed on a day: an account that waits for its
// panel, or a commitment that is expected to become one.
type Installation struct {
	// OnboardingID is empty for a commitment, CommitmentID for an account that was none.
	OnboardingID string
	CommitmentID string
	Number       string // the Commitment ID, empty for none
	DealerID     string
	FirstName    string
	LastName     string
	Address      AddressAnswers // where it is installed
	TimeZone     string
	// Date is a day of the property, YYYY-MM-DD.
	Date string
	// InstallerRep is the login name of who installs it; empty when nobody is named.
	InstallerRep string
	// ReadyAt is when the network hour is over; zero when there is none.
	ReadyAt time.Time
	// CommunicatedAt is the panel's first communication; zero before it.
	CommunicatedAt time.Time
}

// InstallationFilter narrows the installations of a day.
type InstallationFilter struct {
	Dealers []string // nil means every dealer
	// Date is YYYY-MM-DD; empty is today on the clock of each property.
	Date string
	// InstallerRep narrows to those of one installer, unless empty.
	InstallerRep string
}

// InstallationCheck is one thing to do at the site.
type InstallationCheck string

// InstallationChecks are what a technician ticks off, in their order.
var InstallationChecks = []Choice{
	{"serial_compared", "The serial number on the module is the one of this account"},
	{"guide_reviewed", "I have reviewed the module's installation guide"},
	{"hour_over", "The hour after account creation is over"},
	{"panel_communicates", "The panel communicates"},
	{"signals_tested", "Signals reach the monitoring station"},
	{"letter_given", "The customer has the Welcome Letter"},
}

// TickedCheck tells who ticked something off, and when.
type TickedCheck struct {
	Check InstallationCheck
	By    string // for people to read
	At    time.Time
}
