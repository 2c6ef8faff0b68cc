package postgres

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/latchkey/latchkey/onboarding"
)

// An alternate ID stands for one customer of a dealer: one that an onboarding or another
// commitment has is known already. The second EXISTS is about a commitment that was just
// activated, whose onboarding has not taken the alternate ID over yet.
const sqlAddCommitment = `
WITH added AS (
    INSERT INTO commitments (id, number, dealer_id, created_by, typed, alternate_id, install_date, network, panel_type,
        installer_rep, activate_at, time_zone, expires_at, onboarding_id, words)
    SELECT @id, @number, @dealer::uuid, @user::uuid, @typed, @alternate_id::text, nullif(@install_date, '')::date, @network, @panel_type,
        @installer_rep, @activate_at, @time_zone, @expires_at, @onboarding, array_to_tsvector(@words::text[])
    WHERE @alternate_id = '' OR NOT EXISTS (
        SELECT FROM onboardings WHERE dealer_id = @dealer AND alternate_id = @alternate_id AND status NOT IN ('rejected', 'cancelled')
    ) AND NOT EXISTS (
        SELECT FROM commitments c JOIN onboardings o ON o.id = c.onboarding_id
        WHERE c.dealer_id = @dealer AND c.alternate_id = @alternate_id AND c.state = 'activated' AND o.accepted_at IS NULL)
    ON CONFLICT (dealer_id, alternate_id) WHERE alternate_id <> '' AND state IN ('open', 'needs_serial') DO NOTHING
    RETURNING id, number
), noted AS (
    INSERT INTO audit (id, user_id, dealer_id, action, object_id, request)
    SELECT @audit, @user, @dealer, 'commitment.create', id::text, @request FROM added
)
SELECT id, number FROM added`

type addedCommitmentRow struct {
	ID     string
	Number string
}

func addCommitment(commitment onboarding.NewCommitment, number string) statement {
	terms := commitment.Terms
	return statement{sqlAddCommitment, pgx.NamedArgs{
		"id": idOf(commitment.ID), "number": number, "dealer": idOf(commitment.DealerID), "user": optionalID(commitment.UserID),
		"typed": answersToJSON(terms.Answers), "alternate_id": terms.AlternateID, "install_date": terms.Expected.InstallDate,
		"network": terms.Expected.Network, "panel_type": terms.Expected.PanelType, "installer_rep": terms.Expected.InstallerRep,
		"activate_at": nullTime(commitment.ActivateAt), "time_zone": terms.TimeZone, "expires_at": terms.ExpiresAt,
		"onboarding": newID(), "words": append(onboarding.CommitmentWords(number), terms.Words...),
		"audit": newID(), "request": commitment.Request,
	}}
}

// AddCommitment keeps a commitment and, unless it is nil, its key, in one transaction.
// *onboarding.MadeBefore when the key is already used for the same body, for another body
// onboarding.ErrKeyReused. *onboarding.Conflict when the alternate ID is known already.
func (s *Store) AddCommitment(ctx context.Context, commitment onboarding.NewCommitment) error {
	return s.numbered(ctx, func(tx pgx.Tx) error {
		if err := claimKey(ctx, tx, commitment.Key, keyed{commitment: commitment.ID}); err != nil {
			return err
		}
		added, err := addCommitments(ctx, tx, []onboarding.NewCommitment{commitment})
		if err == nil && added[0].Known {
			return &onboarding.Conflict{Field: "/customer/operations/alternate_id", Reason: onboarding.ReasonAlternateIDTaken}
		}
		return err
	})
}

// AddCommitments keeps commitments of one dealer, all or none, in one round trip. Those
// whose alternate ID is known already, also from the same batch, are told as such and not
// added again. The answers are in the order of the commitments; keys are not looked at.
func (s *Store) AddCommitments(ctx context.Context, commitments []onboarding.NewCommitment) (added []onboarding.CommitmentAdded, err error) {
	if len(commitments) == 0 {
		return nil, nil
	}
	err = s.numbered(ctx, func(tx pgx.Tx) error {
		if added, err = addCommitments(ctx, tx, commitments); err != nil {
			return err
		}
		return nameKnown(ctx, tx, commitments, added)
	})
	return added, err
}

const (
	commitmentsNumber = "commitments_number"
	numberDraws       = 5
)

// numbered runs add anew when a number that it drew is in use: of 2^40 numbers, one in a
// million is with a million commitments.
func (s *Store) numbered(ctx context.Context, add func(pgx.Tx) error) error {
	for draw := 1; ; draw++ {
		err := pgx.BeginFunc(ctx, s.pool, add)
		var refused *pgconn.PgError
		if draw == numberDraws || !errors.As(err, &refused) || refused.ConstraintName != commitmentsNumber {
			return translate("add commitment", err)
		}
	}
}

func drawNumber() string {
	var random [5]byte
	_, _ = rand.Read(random[:]) // never fails
	return onboarding.CommitmentNumber(random)
}

func addCommitments(ctx context.Context, tx pgx.Tx, commitments []onboarding.NewCommitment) ([]onboarding.CommitmentAdded, error) {
	batch := &pgx.Batch{}
	rows := make([][]addedCommitmentRow, len(commitments))
	for i, commitment := range commitments {
		add := addCommitment(commitment, drawNumber())
		ask(batch, add.sql, add.args, &rows[i])
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return nil, err
	}
	added := make([]onboarding.CommitmentAdded, len(commitments))
	for i := range commitments {
		if len(rows[i]) == 0 {
			added[i].Known = true
			continue
		}
		added[i] = onboarding.CommitmentAdded{CommitmentID: rows[i][0].ID, Number: rows[i][0].Number}
	}
	return added, nil
}

const sqlKnownCommitments = `
SELECT alternate_id, id, number FROM commitments
WHERE dealer_id = @dealer AND alternate_id = ANY (@alternate_ids::text[]) AND state IN ('open', 'needs_serial', 'activated')
ORDER BY state = 'activated' DESC, created_at`

// nameKnown finds the commitments that were there already.
func nameKnown(ctx context.Context, tx pgx.Tx, commitments []onboarding.NewCommitment, added []onboarding.CommitmentAdded) error {
	var alternateIDs []string
	for i, commitment := range commitments {
		if added[i].Known {
			alternateIDs = append(alternateIDs, commitment.Terms.AlternateID)
		}
	}
	if alternateIDs == nil {
		return nil
	}
	rows, err := all[knownCommitmentRow](ctx, tx, sqlKnownCommitments, pgx.NamedArgs{
		"dealer": idOf(commitments[0].DealerID), "alternate_ids": alternateIDs,
	})
	if err != nil {
		return err
	}
	for i, commitment := range commitments {
		for _, row := range rows {
			if added[i].Known && row.AlternateID == commitment.Terms.AlternateID {
				added[i].CommitmentID, added[i].Number = row.ID, row.Number
			}
		}
	}
	return nil
}
