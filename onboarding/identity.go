package onboarding

import "time"

// Identity is who an OpenID Connect provider says that somebody is.
type Identity struct {
	Issuer string
	// Subject is the provider's own name for the person, which it gives to nobody else.
	Subject string
	// Email is empty when the provider tells none.
	Email string
	// EmailVerified says that the provider saw that the mailbox is the person's.
	EmailVerified bool
}

// OpenIDAttempt is a sign-in that was begun in a browser: what its answer is held against.
type OpenIDAttempt struct {
	State    string
	Nonce    string
	Verifier string
	// Next is the path to go to afterwards.
	Next string
}

// KeptOpenIDAttempt is an attempt as the record keeps it: good once, until Expires, in the
// browser that holds the secret behind Browser. State and Browser are SHA-256.
type KeptOpenIDAttempt struct {
	State, Browser [32]byte
	Nonce          string
	Verifier       string
	Next           string
	Expires        time.Time
}

// LinkedUser is the user that an identity is linked to.
type LinkedUser struct {
	User
	// IdentityID is the link's own ID: a session that was opened through it ends with it.
	IdentityID string
	Disabled   bool
}

// EmailHolder is a user who has an e-mail address, for the first sign-in through a provider.
type EmailHolder struct {
	UserID   string
	DealerID string
	Disabled bool
	// Linked says that the user has an identity of that provider already.
	Linked bool
}
