package dealing

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// The plain types of commitments that the record shares with its readers.
type (
	Commitment        = onboarding.Commitment
	CommitmentFilter  = onboarding.CommitmentFilter
	CommitmentAnswers = onboarding.CommitmentAnswers
	Activation        = onboarding.Activation
)

// CommitmentStore keeps commitments. A change is made to the version that the caller saw:
// ErrStale when it has another by now, or cannot be activated any more. Every change keeps
// its line of the audit trail with it, or changes nothing.
type CommitmentStore interface {
	Commitment(ctx context.Context, dealers []string, id string) (Commitment, error)
	// CommitmentByNumber takes a Commitment ID in canonical form.
	CommitmentByNumber(ctx context.Context, dealers []string, number string) (Commitment, error)
	Commitments(ctx context.Context, filter CommitmentFilter) (page []Commitment, nextCursor string, err error)
	// AddCommitment keeps a commitment and its key. *onboarding.MadeBefore when the key is
	// already used for the same body, for another body ErrKeyReused. *onboarding.Conflict
	// when the alternate ID is known already.
	AddCommitment(ctx context.Context, commitment onboarding.NewCommitment) error
	// AddCommitments keeps commitments of one dealer, all or none, in one round trip. Those
	// whose alternate ID is known already are told as such and not added.
	AddCommitments(ctx context.Context, commitments []onboarding.NewCommitment) ([]onboarding.CommitmentAdded, error)
	ChangeCommitment(ctx context.Context, commitment Commitment, terms onboarding.CommitmentTerms, entry AuditEntry) error
	ScheduleCommitment(ctx context.Context, commitment Commitment, at time.Time, entry AuditEntry) error
	UnscheduleCommitment(ctx context.Context, commitment Commitment, entry AuditEntry) error
	CancelCommitment(ctx context.Context, commitment Commitment, entry AuditEntry) error
	// ActivateCommitment commits the onboarding of a commitment like Submit does, once
	// whoever asks: one that is activated already answers its onboarding and fresh = false.
	ActivateCommitment(ctx context.Context, commitment Commitment, submission Submission, entry AuditEntry, also ...onboarding.Announcement) (onboardingID string, fresh bool, err error)
}
