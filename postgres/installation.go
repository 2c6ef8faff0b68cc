package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// maxInstallations bounds a day; no dealer installs as many.
const maxInstallations = 200

// An account belongs to the day on which its commitment was expected, whether or not its
// panel communicates by now, or else to the day it was created, until the panel does. The
// dates before and after keep the index in use: no zone is further away.
const sqlInstallationAccounts = `
SELECT o.id AS onboarding_id, o.commitment_id, c.number, a.dealer_id, coalesce(p.resolved, p.typed) AS answers, a.time_zone,
    coalesce(c.install_date, (a.created_at AT TIME ZONE a.time_zone)::date)::text AS date,
    coalesce(nullif(c.installer_rep, ''), coalesce(p.resolved, p.typed) #>> '{customer,operations,installer_rep}', '') AS installer_rep,
    a.ready_at, a.communicated_at
FROM accounts a
JOIN onboardings o ON o.id = a.onboarding_id
JOIN applications p ON p.onboarding_id = o.id AND p.revision = o.revision
LEFT JOIN commitments c ON c.id = o.commitment_id
WHERE a.state = 'open' AND a.kind = 'customer' AND (@dealers::uuid[] IS NULL OR a.dealer_id = ANY (@dealers))
  AND (c.install_date IS NOT NULL OR a.communicated_at IS NULL
       AND a.created_at BETWEEN coalesce(@date::date, now()::date) - interval '2 days' AND coalesce(@date::date, now()::date) + interval '3 days')
  AND coalesce(c.install_date, (a.created_at AT TIME ZONE a.time_zone)::date) = coalesce(@date::date, (now() AT TIME ZONE a.time_zone)::date)
  AND (@installer = '' OR coalesce(nullif(c.installer_rep, ''), coalesce(p.resolved, p.typed) #>> '{customer,operations,installer_rep}', '') = @installer)
ORDER BY a.ready_at, a.id
LIMIT @most`

const sqlInstallationCommitments = `
SELECT NULL::uuid AS onboarding_id, c.id AS commitment_id, c.number, c.dealer_id, c.typed AS answers, c.time_zone,
    c.install_date::text AS date, coalesce(nullif(c.installer_rep, ''), c.typed #>> '{customer,operations,installer_rep}', '') AS installer_rep,
    NULL::timestamptz AS ready_at, NULL::timestamptz AS communicated_at
FROM commitments c
WHERE c.state IN ('open', 'needs_serial') AND (@dealers::uuid[] IS NULL OR c.dealer_id = ANY (@dealers))
  AND c.install_date = coalesce(@date::date, (now() AT TIME ZONE c.time_zone)::date)
  AND (@installer = '' OR coalesce(nullif(c.installer_rep, ''), c.typed #>> '{customer,operations,installer_rep}', '') = @installer)
ORDER BY c.created_at, c.id
LIMIT @most`

type installationRow struct {
	OnboardingID   zeronull.Text
	CommitmentID   zeronull.Text
	Number         zeronull.Text
	DealerID       string
	Answers        []byte
	TimeZone       string
	Date           string
	InstallerRep   string
	ReadyAt        zeronull.Timestamptz
	CommunicatedAt zeronull.Timestamptz
}

// Installations are those of a day, accounts before commitments, the first that is ready first.
func (s *Store) Installations(ctx context.Context, filter onboarding.InstallationFilter) ([]onboarding.Installation, error) {
	var date *string
	if filter.Date != "" {
		date = &filter.Date
	}
	args := pgx.NamedArgs{"dealers": idsOf(filter.Dealers), "date": date, "installer": filter.InstallerRep, "most": maxInstallations}
	var installations []onboarding.Installation
	for _, sql := range []string{sqlInstallationAccounts, sqlInstallationCommitments} {
		rows, err := all[installationRow](ctx, s.pool, sql, args)
		if err != nil {
			return nil, translate("list installations", err)
		}
		for _, row := range rows {
			answers, err := answersFromJSON(row.Answers)
			if err != nil {
				return nil, translate("list installations", err)
			}
			installations = append(installations, onboarding.Installation{
				OnboardingID: string(row.OnboardingID), CommitmentID: string(row.CommitmentID), Number: string(row.Number), DealerID: row.DealerID,
				FirstName: answers.Customer.FirstName, LastName: answers.Customer.LastName, Address: answers.InstallationAddress(),
				TimeZone: row.TimeZone, Date: row.Date, InstallerRep: row.InstallerRep,
				ReadyAt: time.Time(row.ReadyAt), CommunicatedAt: time.Time(row.CommunicatedAt),
			})
		}
	}
	return installations, nil
}

const sqlInstallationChecks = `
SELECT k.item, ` + nameOfUser + ` AS by_name, k.at
FROM installation_checks k LEFT JOIN users u ON u.id = k.user_id
WHERE k.account_id = @account`

// TickedChecks are what was ticked off at the site of an account.
func (s *Store) TickedChecks(ctx context.Context, accountID string) ([]onboarding.TickedCheck, error) {
	rows, err := all[struct {
		Item   onboarding.InstallationCheck
		ByName string
		At     time.Time
	}](ctx, s.pool, sqlInstallationChecks, pgx.NamedArgs{"account": idOf(accountID)})
	ticked := make([]onboarding.TickedCheck, len(rows))
	for i, row := range rows {
		ticked[i] = onboarding.TickedCheck{Check: row.Item, By: row.ByName, At: row.At}
	}
	return ticked, translate("read installation checks", err)
}

const (
	// What is ticked stays with whoever ticked it first.
	sqlTickCheck = `
INSERT INTO installation_checks (account_id, item, user_id) SELECT id, @item, @user FROM accounts WHERE id = @account
ON CONFLICT (account_id, item) DO UPDATE SET item = @item`
	sqlUntickCheck = `DELETE FROM installation_checks WHERE account_id = @account AND item = @item`
)

// TickCheck ticks something off.
func (s *Store) TickCheck(ctx context.Context, accountID string, check onboarding.InstallationCheck, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "tick installation check", entry, sqlTickCheck, checkArgs(accountID, check, entry))
}

// UntickCheck takes a tick back; onboarding.ErrNotFound when there is none.
func (s *Store) UntickCheck(ctx context.Context, accountID string, check onboarding.InstallationCheck, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "untick installation check", entry, sqlUntickCheck, checkArgs(accountID, check, entry))
}

func checkArgs(accountID string, check onboarding.InstallationCheck, entry onboarding.AuditEntry) pgx.NamedArgs {
	return pgx.NamedArgs{"account": idOf(accountID), "item": check, "user": optionalID(entry.UserID)}
}
