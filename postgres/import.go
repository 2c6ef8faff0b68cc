package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlKnownImports = `
SELECT alternate_id, CASE WHEN started_at IS NULL THEN id::text ELSE '' END AS unbegun_id
FROM onboardings
WHERE dealer_id = @dealer AND alternate_id = ANY (@alternate_ids::text[]) AND alternate_id <> ''
  AND source = 'import' AND status NOT IN ('rejected', 'cancelled')`

type knownImportRow struct {
	AlternateID string
	UnbegunID   string
}

// KnownImports are the onboardings of a dealer that an import made under one of the
// alternate IDs. One that was rejected or cancelled is not among them: its row can be
// imported again.
func (s *Store) KnownImports(ctx context.Context, dealerID string, alternateIDs []string) ([]onboarding.KnownImport, error) {
	rows, err := all[knownImportRow](ctx, s.pool, sqlKnownImports, pgx.NamedArgs{"dealer": idOf(dealerID), "alternate_ids": alternateIDs})
	known := make([]onboarding.KnownImport, len(rows))
	for i, row := range rows {
		known[i] = onboarding.KnownImport(row)
	}
	return known, translate("look up imports", err)
}

// KnownCommitments are those of the alternate IDs that a commitment of the dealer has,
// however it was made. One that was cancelled or has expired is not among them.
func (s *Store) KnownCommitments(ctx context.Context, dealerID string, alternateIDs []string) ([]onboarding.KnownImport, error) {
	rows, err := all[knownCommitmentRow](ctx, s.pool, sqlKnownCommitments, pgx.NamedArgs{"dealer": idOf(dealerID), "alternate_ids": alternateIDs})
	var known []onboarding.KnownImport
	for _, row := range rows {
		if row.AlternateID != "" {
			known = append(known, onboarding.KnownImport{AlternateID: row.AlternateID})
		}
	}
	return known, translate("look up commitments", err)
}

type knownCommitmentRow struct{ AlternateID, ID, Number string }

// The alternate ID is the dealer's from the start, so that a row is never imported twice,
// however often and however many at a time try. Acceptance writes it again.
const sqlInsertImported = `
INSERT INTO onboardings (id, dealer_id, created_by, source, kind, account_type, alternate_id)
SELECT asked.id, @dealer, @user, 'import', asked.kind, asked.account_type, asked.alternate_id
FROM unnest(@ids::uuid[], @kinds::text[], @account_types::text[], @alternate_ids::text[]) AS asked (id, kind, account_type, alternate_id)
ON CONFLICT (dealer_id, alternate_id) WHERE alternate_id <> '' AND status NOT IN ('rejected', 'cancelled') DO NOTHING
RETURNING id`

// SubmitImported commits onboardings of one dealer, by one user, in one transaction and
// returns the IDs of those that were added. One whose alternate ID a customer of the dealer
// has already is left out.
func (s *Store) SubmitImported(ctx context.Context, submissions []onboarding.Submission) (added []string, err error) {
	if len(submissions) == 0 {
		return nil, nil
	}
	err = s.transact(ctx, "import", func(tx pgx.Tx) error {
		var ids []uuid.UUID
		var kinds, types, alternateIDs []string
		for _, submission := range submissions {
			ids = append(ids, idOf(submission.OnboardingID))
			kinds = append(kinds, string(submission.Answers.Kind))
			types = append(types, string(submission.Answers.Account.Type))
			alternateIDs = append(alternateIDs, onboarding.ImportRow{Answers: submission.Answers}.AlternateID())
		}
		rows, err := all[struct{ ID string }](ctx, tx, sqlInsertImported, pgx.NamedArgs{
			"dealer": idOf(submissions[0].DealerID), "user": optionalID(submissions[0].UserID),
			"ids": ids, "kinds": kinds, "account_types": types, "alternate_ids": alternateIDs,
		})
		if err != nil {
			return err
		}
		fresh := map[string]bool{}
		for _, row := range rows {
			fresh[row.ID] = true
			added = append(added, row.ID)
		}
		var statements []statement
		for _, submission := range submissions {
			if fresh[submission.OnboardingID] {
				statements = append(statements, submitted(submission)...)
			}
		}
		return write(ctx, tx, statements...)
	})
	return added, err
}
