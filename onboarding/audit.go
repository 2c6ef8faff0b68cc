package onboarding

// AuditEntry is one line of the audit trail.
type AuditEntry struct {
	UserID   string
	DealerID string
	Action   string // e.g. onboarding.decide.retry
	ObjectID string
	Reason   string
	// Request is the API request's ID, to find it in the logs.
	Request string
	// Key, unless it is nil, is claimed for ObjectID with the change: whoever makes an object
	// under a key that stands for one already gets *MadeBefore, and changes nothing.
	Key *IdempotencyKey
}
