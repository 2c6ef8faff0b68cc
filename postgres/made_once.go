package postgres

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// keyed is what a write makes under a key: one of these is set.
type keyed struct {
	onboarding, commitment, object string
	// account is whose object it is, if anybody's: the answer, which tells of their modules and
	// login, is erased with them, as that about an onboarding or a commitment is.
	account string
}

// Of two requests with one key, the second waits here until the first has committed. So the
// key is claimed before anything else is locked, looked at or found taken.
const sqlClaimKey = `
INSERT INTO idempotency_keys (user_id, key, body_hash, onboarding_id, commitment_id, object_id)
VALUES (@user, @key, @hash, coalesce(@onboarding::uuid, (SELECT onboarding_id FROM accounts WHERE id = @account)), @commitment, @object)
ON CONFLICT (user_id, key) DO NOTHING`

// claimKey lets the first write with a key make something, and tells every other one what the
// first has made: *onboarding.MadeBefore. onboarding.ErrKeyReused for another body. A write
// without a key goes on.
func claimKey(ctx context.Context, tx pgx.Tx, key *onboarding.IdempotencyKey, makes keyed) error {
	if key == nil {
		return nil
	}
	claimed, err := changed(ctx, tx, sqlClaimKey, pgx.NamedArgs{
		"user": idOf(key.UserID), "key": key.Key, "hash": key.BodyHash[:], "onboarding": optionalID(makes.onboarding),
		"commitment": optionalID(makes.commitment), "object": optionalID(makes.object), "account": optionalID(makes.account),
	})
	if err != nil || claimed {
		return err
	}
	known, err := remembered(ctx, tx, *key)
	if err != nil {
		return err
	}
	return &onboarding.MadeBefore{ID: known.madeID()}
}

// madeBefore is the ID of what a key stood for already; empty for any other error.
func madeBefore(err error) (id string) {
	var made *onboarding.MadeBefore
	if errors.As(err, &made) {
		return made.ID
	}
	return ""
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

// madeID is empty when an answer was given without anything being made.
func (r rememberedRow) madeID() string {
	for _, made := range []*uuid.UUID{r.ObjectID, r.CommitmentID, r.OnboardingID} {
		if made != nil {
			return made.String()
		}
	}
	return ""
}

func remembered(ctx context.Context, db database, key onboarding.IdempotencyKey) (rememberedRow, error) {
	row, err := one[rememberedRow](ctx, db, sqlRemembered, pgx.NamedArgs{"user": idOf(key.UserID), "key": key.Key})
	if err == nil && string(row.BodyHash) != string(key.BodyHash[:]) {
		return rememberedRow{}, onboarding.ErrKeyReused
	}
	return row, err
}

// Remembered is what a key stands for, if anything: the stored answer (zero while there
// is none) and what was made under it. onboarding.ErrKeyReused for another body.
func (s *Store) Remembered(ctx context.Context, key onboarding.IdempotencyKey) (answer onboarding.Reply, madeID string, found bool, err error) {
	row, err := remembered(ctx, s.pool, key)
	if errors.Is(err, pgx.ErrNoRows) {
		return onboarding.Reply{}, "", false, nil
	}
	if err != nil {
		return onboarding.Reply{}, "", false, translate("look up idempotency key", err)
	}
	return row.answer(), row.madeID(), true, nil
}

// A key that is not claimed yet made nothing: it was answered with what was there already.
const sqlRemember = `
INSERT INTO idempotency_keys (user_id, key, body_hash, object_id, status, body) VALUES (@user, @key, @hash, @object, @status, @body)
ON CONFLICT (user_id, key) DO UPDATE SET status = @status, body = @body
WHERE idempotency_keys.status IS NULL AND idempotency_keys.body_hash = @hash`

// Remember stores the answer given for a key unless one is stored, and returns the
// stored one: every repetition gets the same answer. id is what it is about.
// onboarding.ErrKeyReused for another body.
func (s *Store) Remember(ctx context.Context, key onboarding.IdempotencyKey, id string, answer onboarding.Reply) (stored onboarding.Reply, err error) {
	err = s.transact(ctx, "remember answer", func(tx pgx.Tx) error {
		body := answer.Body
		if body == nil {
			body = []byte{}
		}
		if _, err := changed(ctx, tx, sqlRemember, pgx.NamedArgs{
			"user": idOf(key.UserID), "key": key.Key, "hash": key.BodyHash[:], "object": optionalID(id), "status": answer.Status, "body": body,
		}); err != nil {
			return err
		}
		row, err := remembered(ctx, tx, key)
		stored = row.answer()
		return err
	})
	return stored, err
}
