package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// Of a commitment c, its account a and the user u who made it.
const commitmentColumns = `
    c.id, c.number, c.dealer_id, c.typed, coalesce(to_char(c.install_date, 'YYYY-MM-DD'), '') AS install_date,
    c.network, c.panel_type, c.installer_rep, c.state, c.activate_at, c.time_zone, c.expires_at, c.onboarding_id,
    a.id AS account_id, c.version, coalesce(u.login_name, '') AS created_by, c.created_at, c.updated_at`

const commitmentJoins = `
LEFT JOIN accounts a ON a.onboarding_id = c.onboarding_id
LEFT JOIN users u ON u.id = c.created_by`

type commitmentRow struct {
	ID           string
	Number       string
	DealerID     string
	Typed        []byte
	InstallDate  string
	Network      string
	PanelType    string
	InstallerRep string
	State        onboarding.CommitmentState
	ActivateAt   zeronull.Timestamptz
	TimeZone     string
	ExpiresAt    time.Time
	OnboardingID string
	AccountID    zeronull.Text
	Version      int
	CreatedBy    string
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

func (r commitmentRow) commitment() (onboarding.Commitment, error) {
	answers, err := answersFromJSON(r.Typed)
	return onboarding.Commitment{
		ID: r.ID, Number: r.Number, DealerID: r.DealerID, Answers: answers,
		Expected: onboarding.Expected{
			InstallDate: r.InstallDate, Network: r.Network, PanelType: r.PanelType, InstallerRep: r.InstallerRep,
		},
		State: r.State, ActivateAt: time.Time(r.ActivateAt), TimeZone: r.TimeZone, ExpiresAt: r.ExpiresAt,
		OnboardingID: r.OnboardingID, AccountID: string(r.AccountID), Version: r.Version,
		CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}, err
}

func commitmentsOf(rows []commitmentRow) ([]onboarding.Commitment, error) {
	commitments := make([]onboarding.Commitment, len(rows))
	for i, row := range rows {
		var err error
		if commitments[i], err = row.commitment(); err != nil {
			return nil, err
		}
	}
	return commitments, nil
}

const (
	sqlCommitment = `
SELECT ` + commitmentColumns + ` FROM commitments c ` + commitmentJoins + `
WHERE c.id = @id AND (@dealers::uuid[] IS NULL OR c.dealer_id = ANY (@dealers))`
	sqlCommitmentByNumber = `
SELECT ` + commitmentColumns + ` FROM commitments c ` + commitmentJoins + `
WHERE c.number = @number AND (@dealers::uuid[] IS NULL OR c.dealer_id = ANY (@dealers))`
)

// Commitment reads a commitment of one of dealers; nil means every dealer.
func (s *Store) Commitment(ctx context.Context, dealers []string, id string) (onboarding.Commitment, error) {
	return s.commitment(ctx, sqlCommitment, pgx.NamedArgs{"id": idOf(id), "dealers": idsOf(dealers)})
}

// CommitmentByNumber reads a commitment by its Commitment ID, in canonical form.
func (s *Store) CommitmentByNumber(ctx context.Context, dealers []string, number string) (onboarding.Commitment, error) {
	return s.commitment(ctx, sqlCommitmentByNumber, pgx.NamedArgs{"number": number, "dealers": idsOf(dealers)})
}

func (s *Store) commitment(ctx context.Context, sql string, args pgx.NamedArgs) (onboarding.Commitment, error) {
	row, err := one[commitmentRow](ctx, s.pool, sql, args)
	if err != nil {
		return onboarding.Commitment{}, translate("read commitment", err)
	}
	commitment, err := row.commitment()
	return commitment, translate("read commitment", err)
}

const commitmentPage = `
WHERE (@dealers::uuid[] IS NULL OR c.dealer_id = ANY (@dealers))
  AND (@state = '' OR c.state = @state)
  AND (@install_date = '' OR c.install_date = nullif(@install_date, '')::date)
  AND (@after_at::timestamptz IS NULL OR (c.created_at, c.id) < (@after_at, @after_id::uuid))
ORDER BY c.created_at DESC, c.id DESC
LIMIT @limit`

const sqlCommitments = `
SELECT ` + commitmentColumns + ` FROM commitments c ` + commitmentJoins + commitmentPage

// Materialized for the reason that sqlFindCustomers is.
const sqlFindCommitments = `
WITH found AS MATERIALIZED (SELECT id FROM commitments WHERE words @@ @query::text::tsquery)
SELECT ` + commitmentColumns + ` FROM found JOIN commitments c USING (id) ` + commitmentJoins + commitmentPage

// Commitments is one page of a list, newest first. nextCursor is empty on the last page;
// onboarding.ErrBadCursor for a cursor that is none of ours. A query without a word in it
// finds every one.
func (s *Store) Commitments(ctx context.Context, filter onboarding.CommitmentFilter) (page []onboarding.Commitment, nextCursor string, err error) {
	after, err := parseCursor(filter.Cursor)
	if err != nil {
		return nil, "", err
	}
	sql, words := sqlCommitments, onboarding.SearchWords(filter.Query)
	args := pgx.NamedArgs{
		"dealers": idsOf(filter.Dealers), "state": filter.State, "install_date": filter.InstallDate,
		"after_at": nullTime(after.at), "after_id": after.id, "limit": filter.Limit + 1,
	}
	if len(words) > 0 {
		sql, args["query"] = sqlFindCommitments, beginnings(words)
	}
	rows, err := all[commitmentRow](ctx, s.pool, sql, args)
	if err != nil {
		return nil, "", translate("list commitments", err)
	}
	if len(rows) > filter.Limit {
		rows = rows[:filter.Limit]
		last := rows[len(rows)-1]
		nextCursor = cursor{last.CreatedAt, idOf(last.ID)}.String()
	}
	page, err = commitmentsOf(rows)
	return page, nextCursor, translate("list commitments", err)
}
