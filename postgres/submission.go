package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// Submit commits the onboarding in state submitted with its first revision and, unless
// it is nil, the key, in one transaction. When the key is already used for the same
// body, or the onboarding exists already, it returns the onboarding made then and
// fresh = false; for another body onboarding.ErrKeyReused.
func (s *Store) Submit(ctx context.Context, submission onboarding.Submission) (onboardingID string, fresh bool, err error) {
	err = s.transact(ctx, "submit", func(tx pgx.Tx) error {
		onboardingID = idOf(submission.OnboardingID).String()
		if err := claimKey(ctx, tx, submission.Key, keyed{onboarding: submission.OnboardingID}); err != nil {
			return err
		}
		fresh, err = insertOnboarding(ctx, tx, submission)
		return err
	})
	if earlier := madeBefore(err); earlier != "" {
		return earlier, false, nil
	}
	return onboardingID, fresh, err
}

// The same ID means the same order: "activate now" and the sweep of a commitment race
// with one ID, and one of them wins.
const sqlInsertOnboarding = `
INSERT INTO onboardings (id, dealer_id, created_by, source, commitment_id, kind, account_type)
VALUES (@id, @dealer, @user, @source, @commitment, @kind, @account_type)
ON CONFLICT (id) DO NOTHING`

// insertOnboarding commits a new onboarding with its first revision; fresh is false when
// its ID is known already.
func insertOnboarding(ctx context.Context, tx pgx.Tx, submission onboarding.Submission) (fresh bool, err error) {
	fresh, err = changed(ctx, tx, sqlInsertOnboarding, pgx.NamedArgs{
		"id": idOf(submission.OnboardingID), "dealer": idOf(submission.DealerID), "user": optionalID(submission.UserID),
		"source": submission.Source, "commitment": optionalID(submission.CommitmentID),
		"kind": submission.Answers.Kind, "account_type": submission.Answers.Account.Type,
	})
	if err != nil || !fresh {
		return false, err
	}
	return true, write(ctx, tx, submitted(submission)...)
}

const sqlInsertTyped = `
INSERT INTO applications (onboarding_id, revision, typed, created_by) VALUES (@onboarding, 1, @typed, @user)`

func submitted(submission onboarding.Submission) []statement {
	return []statement{
		{sqlInsertTyped, pgx.NamedArgs{
			"onboarding": idOf(submission.OnboardingID), "typed": answersToJSON(submission.Answers), "user": optionalID(submission.UserID),
		}},
		appendEvent(newEvent{
			onboarding.Event{OnboardingID: submission.OnboardingID, Kind: onboarding.EventSubmitted, By: submission.UserID},
			string(onboarding.EventSubmitted),
		}),
		announceOnboarding(onboarding.AnnounceOnboardingCreated, submission.DealerID, submission.OnboardingID),
		insertAudit(newID(), onboarding.AuditEntry{
			UserID: submission.UserID, DealerID: submission.DealerID, Action: "onboarding.submit", ObjectID: submission.OnboardingID,
		}),
	}
}
