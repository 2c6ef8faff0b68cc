package onboarding

import (
	"slices"
	"time"

	"github.com/latchkey/latchkey/catalog"
)

// EnterpriseGroup is the locations of one business, seen together in the Enterprise
// Security Console. A location is in one group at most, and all of them are one dealer's.
type EnterpriseGroup struct {
	ID string
	// Number is the group ID that people read and type; Name is unique in any case. Both are
	// among one dealer's groups.
	Number    int
	Name      string
	DealerID  string
	CreatedAt time.Time
	// AdministratorID is the account whose primary login, Administrator, administers the
	// group: the one it was created for, or else the oldest in it. Both are empty for a group
	// that every account has left.
	AdministratorID string
	Administrator   string
	// Accounts is how many open accounts are in it.
	Accounts int
}

// GroupOfAccount names the group that an account is in; the zero value for none.
type GroupOfAccount struct {
	ID     string
	Number int
	Name   string
}

// GroupFilter narrows a list of groups, newest first; zero members do not narrow.
type GroupFilter struct {
	DealerID string
	// Query is the beginning of a word of the name, or of the group ID.
	Query  string
	Cursor string
	Limit  int
}

// MaxGroupName is how long the name of a group may be.
const MaxGroupName = 60

const enterpriseConsole = "enterprise_security_console"

var groupedPackages = []string{"commercial", "commercial_plus"}

// MayJoinGroup reports whether an account with this plan can be in an enterprise group:
// "accounts with a Commercial or Commercial Plus service package and have the Enterprise
// Security Console add-on selected" (the seed).
func MayJoinGroup(plan catalog.Quote) bool {
	if !slices.Contains(groupedPackages, plan.PackageID) {
		return false
	}
	base, _ := catalog.Current().Package(plan.PackageID)
	return base.Offer(enterpriseConsole) == catalog.Included ||
		slices.ContainsFunc(plan.AddOns, func(line catalog.QuoteLine) bool { return line.ID == enterpriseConsole })
}
