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
}
