package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/latchkey/latchkey/onboarding"
)

// An alternate ID stands for one customer of a dealer: one that an onboarding or another
// commitment has is known already. The second EXISTS is about a commitment that was just
// activated, whose onboarding has not taken the alternate ID over yet. OFFSET 0 has each
// looked up by itself: the planner would read all of the dealer's onboardings for a file.
//
// One statement for a whole chunk of a file: with one for each row, most of an import's time
// went into beginning and ending them. Words have no spaces in them.
const sqlAddCommitments = `
WITH wanted AS (
    SELECT * FROM unnest(@ids::uuid[], @numbers::text[], @dealers::uuid[], @users::uuid[], @typed::text[], @alternate_ids::text[],
        @install_dates::text[], @networks::text[], @panel_types::text[], @installer_reps::text[], @activate_ats::timestamptz[],
        @time_zones::text[], @expires_ats::timestamptz[], @onboardings::uuid[], @words::text[], @audits::uuid[], @requests::text[])
    WITH ORDINALITY AS w (id, number, dealer_id, user_id, typed, alternate_id, install_date, network, panel_type, installer_rep,
        activate_at, time_zone, expires_at, onboarding_id, words, audit_id, request, position)
), added AS (
    INSERT INTO commitments (id, number, dealer_id, created_by, typed, alternate_id, install_date, network, panel_type,
        installer_rep, activate_at, time_zone, expires_at, onboarding_id, words)
    SELECT id, number, dealer_id, user_id, typed::jsonb, alternate_id, nullif(install_date, '')::date, network, panel_type,
        installer_rep, activate_at, time_zone, expires_at, onboarding_id, array_to_tsvector(string_to_array(words, ' '))
    FROM wanted w
    WHERE alternate_id = '' OR NOT EXISTS (
        SELECT FROM onboardings o WHERE o.dealer_id = w.dealer_id AND o.alternate_id = w.alternate_id
            AND o.alternate_id <> '' AND o.status NOT IN ('rejected', 'cancelled') OFFSET 0
    ) AND NOT EXISTS (
        SELECT FROM commitments c JOIN onboardings o ON o.id = c.onboarding_id
        WHERE c.dealer_id = w.dealer_id AND c.alternate_id = w.alternate_id AND c.state = 'activated' AND o.accepted_at IS NULL OFFSET 0)
    ORDER BY position
    ON CONFLICT (dealer_id, alternate_id) WHERE alternate_id <> '' AND state IN ('open', 'needs_serial') DO NOTHING
    RETURNING id, number
), noted AS (
    INSERT INTO audit (id, user_id, dealer_id, action, object_id, request)
    SELECT w.audit_id, w.user_id, w.dealer_id, 'commitment.create', w.id::text, w.request FROM added JOIN wanted w USING (id)
)
SELECT id, number FROM added`

type addedCommitmentRow struct {
	ID     string
	Number string
}

// column is one column of the rows to be added.
func column[V any](commitments []onboarding.NewCommitment, value func(onboarding.NewCommitment) V) []V {
	values := make([]V, len(commitments))
	for i, commitment := range commitments {
		values[i] = value(commitment)
	}
	return values
}

func columnsOf(commitments []onboarding.NewCommitment, numbers []string) pgx.NamedArgs {
	fresh := func(onboarding.NewCommitment) uuid.UUID { return newID() }
	args := pgx.NamedArgs{
		"ids":            column(commitments, func(c onboarding.NewCommitment) uuid.UUID { return idOf(c.ID) }),
		"numbers":        numbers,
		"dealers":        column(commitments, func(c onboarding.NewCommitment) uuid.UUID { return idOf(c.DealerID) }),
		"users":          column(commitments, func(c onboarding.NewCommitment) *uuid.UUID { return optionalID(c.UserID) }),
		"typed":          column(commitments, func(c onboarding.NewCommitment) string { return string(answersToJSON(c.Terms.Answers)) }),
		"alternate_ids":  column(commitments, func(c onboarding.NewCommitment) string { return c.Terms.AlternateID }),
		"install_dates":  column(commitments, func(c onboarding.NewCommitment) string { return c.Terms.Expected.InstallDate }),
		"networks":       column(commitments, func(c onboarding.NewCommitment) string { return string(c.Terms.Expected.Network) }),
		"panel_types":    column(commitments, func(c onboarding.NewCommitment) string { return string(c.Terms.Expected.PanelType) }),
		"installer_reps": column(commitments, func(c onboarding.NewCommitment) string { return c.Terms.Expected.InstallerRep }),
		"activate_ats":   column(commitments, func(c onboarding.NewCommitment) *time.Time { return nullTime(c.ActivateAt) }),
		"time_zones":     column(commitments, func(c onboarding.NewCommitment) string { return c.Terms.TimeZone }),
		"expires_ats":    column(commitments, func(c onboarding.NewCommitment) time.Time { return c.Terms.ExpiresAt }),
		"onboardings":    column(commitments, fresh),
		"audits":         column(commitments, fresh),
		"requests":       column(commitments, func(c onboarding.NewCommitment) string { return c.Request }),
	}
	words := make([]string, len(commitments))
	for i, commitment := range commitments {
		words[i] = strings.Join(append(onboarding.CommitmentWords(numbers[i]), commitment.Terms.Words...), " ")
	}
	args["words"] = words
	return args
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
	numbers := make([]string, len(commitments))
	for i := range numbers {
		numbers[i] = drawNumber()
	}
	rows, err := all[addedCommitmentRow](ctx, tx, sqlAddCommitments, columnsOf(commitments, numbers))
	if err != nil {
		return nil, err
	}
	numberOf := make(map[string]string, len(rows))
	for _, row := range rows {
		numberOf[row.ID] = row.Number
	}
	added := make([]onboarding.CommitmentAdded, len(commitments))
	for i, commitment := range commitments {
		id := rowID(commitment.ID)
		if number, fresh := numberOf[id]; fresh {
			added[i] = onboarding.CommitmentAdded{CommitmentID: id, Number: number}
		} else {
			added[i].Known = true
		}
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
