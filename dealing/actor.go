package dealing

import "github.com/latchkey/latchkey/onboarding"

// Role is what a user may do.
type Role = onboarding.Role

// The roles, as onboarding describes them.
const (
	RoleOffice        = onboarding.RoleOffice
	RoleTechnician    = onboarding.RoleTechnician
	RoleOperator      = onboarding.RoleOperator
	RoleAdministrator = onboarding.RoleAdministrator
)

// Actor is who asks: one user, found by API key or session.
type Actor = onboarding.Actor
