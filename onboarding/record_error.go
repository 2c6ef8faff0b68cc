package onboarding

import "errors"

// What the record answers instead of a row. They are answers for the caller to act
// on, told apart with errors.Is.
var (
	// ErrNotFound is given for what does not exist or is another dealer's.
	ErrNotFound = errors.New("not found")
	// ErrKeyReused says that an Idempotency-Key was used before with another body.
	ErrKeyReused = errors.New("idempotency key reused with another body")
	// ErrStale says that somebody changed the same thing meanwhile.
	ErrStale = errors.New("changed meanwhile")
	// ErrBadCursor says that a list's cursor is none that the record gave.
	ErrBadCursor = errors.New("malformed cursor")
	// ErrStoreUnavailable says that the record cannot be reached now; trying again may help.
	ErrStoreUnavailable = errors.New("record unavailable")
)

// MadeBefore says that an Idempotency-Key stands for what was made before.
type MadeBefore struct{ ID string }

// Error names no object.
func (*MadeBefore) Error() string { return "made before" }
