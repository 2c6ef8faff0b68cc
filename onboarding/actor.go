package onboarding

import "slices"

// Role is what a user may do.
type Role string

// The roles. Office and technician work for a dealer; operators and administrators
// run the installation and see every dealer.
const (
	RoleOffice        Role = "office"
	RoleTechnician    Role = "technician"
	RoleOperator      Role = "operator"
	RoleAdministrator Role = "administrator"
)

// Actor is who asks: one user, found by API key or session.
type Actor struct {
	UserID string
	// DealerID is the user's own dealer; empty for those who run the installation.
	DealerID string
	Role     Role
	// Dealers is the scope: the user's own dealer first, linked dealers and sub-dealers after it.
	Dealers []string
}

// SeesAll reports whether the actor works across dealers.
func (a Actor) SeesAll() bool { return a.Role == RoleOperator || a.Role == RoleAdministrator }

// Sees reports whether the actor may know of this dealer's objects. What one may not
// see does not exist for them: handlers answer 404, never 403.
func (a Actor) Sees(dealerID string) bool { return a.SeesAll() || slices.Contains(a.Dealers, dealerID) }
