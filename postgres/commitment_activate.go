package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// Whoever activates, changes or reopens a commitment waits for the other here.
const sqlLockCommitment = `
SELECT state, version, onboarding_id, dealer_id FROM commitments WHERE id = @id FOR UPDATE`

type lockedCommitment struct {
	State        onboarding.CommitmentState
	Version      int
	OnboardingID string
	DealerID     string
}

const sqlActivateCommitment = `
UPDATE commitments SET state = 'activated', typed = @typed, claimed_until = NULL, version = version + 1, updated_at = now()
WHERE id = @id`

// ActivateCommitment commits the onboarding of a commitment like Submit does, and what it
// was activated with, in one transaction, once whoever asks: a commitment that is activated
// already answers its onboarding and fresh = false. commitment is what the caller saw;
// onboarding.ErrStale when it has another version by now and is not activated. The
// announcements also are what further tells of it.
func (s *Store) ActivateCommitment(ctx context.Context, commitment onboarding.Commitment, submission onboarding.Submission, entry onboarding.AuditEntry, also ...onboarding.Announcement) (onboardingID string, fresh bool, err error) {
	err = s.transact(ctx, "activate commitment", func(tx pgx.Tx) error {
		args := pgx.NamedArgs{"id": idOf(commitment.ID)}
		row, err := one[lockedCommitment](ctx, tx, sqlLockCommitment, args)
		onboardingID = row.OnboardingID
		switch {
		case err != nil:
			return err
		case row.State == onboarding.CommitmentActivated:
			return nil
		case !row.State.Pending() || row.Version != commitment.Version:
			return onboarding.ErrStale
		}
		if err := claimKey(ctx, tx, submission.Key, keyed{onboarding: onboardingID}); err != nil {
			return err
		}
		submission.OnboardingID, submission.CommitmentID, submission.DealerID = onboardingID, commitment.ID, row.DealerID
		if fresh, err = insertOnboarding(ctx, tx, submission); err != nil {
			return err
		}
		statements := append(settledTasks(commitment.ID),
			statement{sqlActivateCommitment, with(args, "typed", answersToJSON(submission.Answers))},
			announce(onboarding.Announcement{
				Kind: onboarding.AnnounceCommitmentActivated, DealerID: row.DealerID, CommitmentID: commitment.ID,
				OnboardingID: onboardingID, Once: onboardingID,
			}), insertAudit(newID(), entry))
		for _, announcement := range also {
			statements = append(statements, announce(announcement))
		}
		return write(ctx, tx, statements...)
	})
	if earlier := madeBefore(err); earlier != "" {
		return earlier, false, nil
	}
	return onboardingID, fresh, err
}

// A commitment whose onboarding came to nothing can be activated again, as another one and
// on no date. Another that took its alternate ID meanwhile keeps it. The dealer is told of a
// refusal that nobody was there to see: the onboarding was made by no user.
const sqlReopenCommitment = `
WITH reopened AS (
    UPDATE commitments c
    SET state = 'open', onboarding_id = @fresh, activate_at = NULL, claimed_until = NULL, version = version + 1, updated_at = now(),
        alternate_id = CASE WHEN EXISTS (
            SELECT FROM commitments x WHERE x.dealer_id = c.dealer_id AND x.alternate_id = c.alternate_id AND x.state IN ('open', 'needs_serial')
        ) THEN '' ELSE c.alternate_id END
    WHERE c.onboarding_id = @onboarding AND c.state = 'activated'
    RETURNING c.id, c.dealer_id
)
INSERT INTO tasks (id, dealer_id, kind, object_id, code)
SELECT @task, r.dealer_id, @kind, r.id, coalesce(o.problems->0->>'code', '')
FROM reopened r JOIN onboardings o ON o.id = @onboarding
WHERE o.status = 'rejected' AND o.created_by IS NULL
ON CONFLICT (kind, object_id) WHERE closed_at IS NULL DO UPDATE SET code = excluded.code`

// reopenCommitment follows what rejects or cancels an onboarding; nothing for one that was
// no commitment.
func reopenCommitment(onboardingID string) statement {
	return statement{sqlReopenCommitment, pgx.NamedArgs{
		"onboarding": idOf(onboardingID), "fresh": newID(), "task": newID(), "kind": onboarding.TaskCommitmentRefused,
	}}
}
