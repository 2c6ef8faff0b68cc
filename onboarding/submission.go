package onboarding

// Submission is a new onboarding before its first step.
type Submission struct {
	OnboardingID string
	DealerID     string
	UserID       string
	Source       Source
	// CommitmentID is empty unless a commitment is being activated.
	CommitmentID string
	Answers      Answers
	// Key is nil when the client sent no Idempotency-Key.
	Key *IdempotencyKey
}

// IdempotencyKey names one write of one user; BodyHash tells a repetition from a
// different request under the same key.
type IdempotencyKey struct {
	UserID   string
	Key      string
	BodyHash [32]byte
}

// Reply is what a client was told for an IdempotencyKey.
type Reply struct {
	Status int
	Body   []byte
}
