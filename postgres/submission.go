package postgres

import (
	"context"
	"errors"

	"github.com/google/uuid"
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
		if submission.Key != nil {
			earlier, err := claimKey(ctx, tx, *submission.Key, submission.OnboardingID)
			if err != nil || earlier != "" {
				onboardingID = earlier
				return err
			}
		}
		fresh, err = insertOnboarding(ctx, tx, submission)
		return err
	})
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

// Of two requests with one key, the second waits here until the first has committed.
const sqlClaimKey = `
INSERT INTO idempotency_keys (user_id, key, body_hash, onboarding_id) VALUES (@user, @key, @hash, @onboarding)
ON CONFLICT (user_id, key) DO NOTHING`

// claimKey returns the onboarding that the key stands for already; empty when the
// caller's is the first.
func claimKey(ctx context.Context, tx pgx.Tx, key onboarding.IdempotencyKey, onboardingID string) (earlier string, err error) {
	claimed, err := changed(ctx, tx, sqlClaimKey, pgx.NamedArgs{
		"user": idOf(key.UserID), "key": key.Key, "hash": key.BodyHash[:], "onboarding": idOf(onboardingID),
	})
	if err != nil || claimed {
		return "", err
	}
	known, err := remembered(ctx, tx, key)
	if err != nil {
		return "", err
	}
	if known.OnboardingID == nil {
		// The key stands for something that made no onboarding: another kind of request.
		return "", onboarding.ErrKeyReused
	}
	return known.OnboardingID.String(), nil
}

const sqlRemembered = `
SELECT body_hash, onboarding_id, commitment_id, object_id, status, body FROM idempotency_keys WHERE user_id = @user AND key = @key`

type rememberedRow struct {
	BodyHash     []byte
	OnboardingID *uuid.UUID
	CommitmentID *uuid.UUID
	ObjectID     *uuid.UUID
	Status       *int
	Body         []byte
}

func (r rememberedRow) answer() onboarding.Reply {
	if r.Status == nil {
		return onboarding.Reply{}
	}
	return onboarding.Reply{Status: *r.Status, Body: r.Body}
}

func remembered(ctx context.Context, db database, key onboarding.IdempotencyKey) (rememberedRow, error) {
	row, err := one[rememberedRow](ctx, db, sqlRemembered, pgx.NamedArgs{"user": idOf(key.UserID), "key": key.Key})
	if err == nil && string(row.BodyHash) != string(key.BodyHash[:]) {
		return rememberedRow{}, onboarding.ErrKeyReused
	}
	return row, err
}

// Remembered is what a key stands for, if anything: the stored answer (zero while there
// is none) and the onboarding, or another object, that was made under it.
// onboarding.ErrKeyReused for another body.
func (s *Store) Remembered(ctx context.Context, key onboarding.IdempotencyKey) (answer onboarding.Reply, madeID string, found bool, err error) {
	row, err := remembered(ctx, s.pool, key)
	if errors.Is(err, pgx.ErrNoRows) {
		return onboarding.Reply{}, "", false, nil
	}
	if err != nil {
		return onboarding.Reply{}, "", false, translate("look up idempotency key", err)
	}
	for _, made := range []*uuid.UUID{row.OnboardingID, row.ObjectID} {
		if made != nil {
			madeID = made.String()
		}
	}
	return row.answer(), madeID, true, nil
}

const sqlRemember = `
INSERT INTO idempotency_keys (user_id, key, body_hash, status, body) VALUES (@user, @key, @hash, @status, @body)
ON CONFLICT (user_id, key) DO UPDATE SET status = @status, body = @body
WHERE idempotency_keys.status IS NULL AND idempotency_keys.body_hash = @hash`

// Remember stores the answer given for a key unless one is stored, and returns the
// stored one: every repetition gets the same answer. onboarding.ErrKeyReused for
// another body.
func (s *Store) Remember(ctx context.Context, key onboarding.IdempotencyKey, answer onboarding.Reply) (stored onboarding.Reply, err error) {
	err = s.transact(ctx, "remember answer", func(tx pgx.Tx) error {
		body := answer.Body
		if body == nil {
			body = []byte{}
		}
		if _, err := changed(ctx, tx, sqlRemember, pgx.NamedArgs{
			"user": idOf(key.UserID), "key": key.Key, "hash": key.BodyHash[:], "status": answer.Status, "body": body,
		}); err != nil {
			return err
		}
		row, err := remembered(ctx, tx, key)
		stored = row.answer()
		return err
	})
	return stored, err
}
