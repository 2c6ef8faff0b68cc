package onboarding

import "time"

// User is somebody signed in to the Partner Portal, acting for one dealer.
type User struct {
	Actor
	LoginName string
	FirstName string
	LastName  string
	// DealerName is that of the dealer acted for; empty for those who run the installation.
	DealerName string
	// PasswordHash is argon2id in its encoded form; empty for a user with API keys only.
	PasswordHash string
	// MustChange says that somebody else drew the password: nothing but replacing it and
	// signing out may be offered. API keys are not about it.
	MustChange bool
	// PasswordUntil is when a password ends to be enough where an identity provider is
	// required; zero when it never was.
	PasswordUntil time.Time
}

// CustomerLogin is a customer's way into the Customer Website.
type CustomerLogin struct {
	Account Account
	// PasswordHash is argon2id in its encoded form; empty until a password is set.
	PasswordHash string
	// MustChange says that the password is a temporary one.
	MustChange bool
}

// SetupLink is what the link of a welcome e-mail stands for.
type SetupLink struct {
	Login CustomerLogin
	State SetupState
}

// SetupState says whether a set-up link can still be used.
type SetupState string

// The states of a set-up link.
const (
	SetupOpen    SetupState = "open"
	SetupUsed    SetupState = "used"
	SetupExpired SetupState = "expired" // or replaced by a newer letter's
)

// Door is where somebody signs in; failures are counted for each by itself.
type Door string

// The doors.
const (
	DoorPortal  Door = "portal"
	DoorWebsite Door = "website"
)
