package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// A change takes the claim of a sweep away: the sweep looks at the version before it does
// anything, and finds another. One that was due and had no serial number is due again as
// soon as it has one.
const sqlChangeCommitment = `
UPDATE commitments
SET typed = @typed, alternate_id = @alternate_id, install_date = nullif(@install_date, '')::date, network = @network,
    panel_type = @panel_type, installer_rep = @installer_rep, time_zone = @time_zone, expires_at = @expires_at,
    words = array_to_tsvector(@words::text[]),
    state = CASE WHEN @lacks_module::boolean THEN state ELSE 'open' END,
    claimed_until = NULL, version = version + 1, updated_at = now()
WHERE id = @id AND version = @version AND state IN ('open', 'needs_serial')`

// ChangeCommitment replaces what a commitment says. onboarding.ErrStale when it has another
// version by now or cannot be activated any more; *onboarding.Conflict when another
// commitment has its alternate ID.
func (s *Store) ChangeCommitment(ctx context.Context, commitment onboarding.Commitment, terms onboarding.CommitmentTerms, entry onboarding.AuditEntry) error {
	lacksModule := onboarding.NeedsModule(terms.Answers)
	after := []statement{}
	if !lacksModule {
		after = append(after, closeTask(onboarding.TaskCommitmentNeedsSerial, commitment.ID))
	}
	return s.changeCommitment(ctx, "change commitment", commitment, entry, statement{sqlChangeCommitment, pgx.NamedArgs{
		"typed": answersToJSON(terms.Answers), "alternate_id": terms.AlternateID, "install_date": terms.Expected.InstallDate,
		"network": terms.Expected.Network, "panel_type": terms.Expected.PanelType, "installer_rep": terms.Expected.InstallerRep,
		"time_zone": terms.TimeZone, "expires_at": terms.ExpiresAt, "lacks_module": lacksModule,
		"words": append(onboarding.CommitmentWords(commitment.Number), terms.Words...),
	}}, after...)
}

const sqlScheduleCommitment = `
UPDATE commitments SET state = 'open', activate_at = @activate_at, claimed_until = NULL, version = version + 1, updated_at = now()
WHERE id = @id AND version = @version AND state IN ('open', 'needs_serial')`

// ScheduleCommitment sets or moves the date of a commitment's activation; onboarding.ErrStale
// when it has another version by now or cannot be activated any more.
func (s *Store) ScheduleCommitment(ctx context.Context, commitment onboarding.Commitment, at time.Time, entry onboarding.AuditEntry) error {
	return s.changeCommitment(ctx, "schedule commitment", commitment, entry,
		statement{sqlScheduleCommitment, pgx.NamedArgs{"activate_at": at}}, settledTasks(commitment.ID)...)
}

// UnscheduleCommitment takes the date away; onboarding.ErrStale like ScheduleCommitment.
func (s *Store) UnscheduleCommitment(ctx context.Context, commitment onboarding.Commitment, entry onboarding.AuditEntry) error {
	return s.changeCommitment(ctx, "unschedule commitment", commitment, entry,
		statement{sqlScheduleCommitment, pgx.NamedArgs{"activate_at": nil}}, settledTasks(commitment.ID)...)
}

const sqlCancelCommitment = `
UPDATE commitments SET state = 'cancelled', activate_at = NULL, claimed_until = NULL, version = version + 1, updated_at = now()
WHERE id = @id AND version = @version AND state IN ('open', 'needs_serial')`

// CancelCommitment gives a commitment up; onboarding.ErrStale like ScheduleCommitment.
func (s *Store) CancelCommitment(ctx context.Context, commitment onboarding.Commitment, entry onboarding.AuditEntry) error {
	return s.changeCommitment(ctx, "cancel commitment", commitment, entry,
		statement{sqlCancelCommitment, pgx.NamedArgs{}}, settledTasks(commitment.ID)...)
}

// settledTasks are what nobody need do any more about a commitment.
func settledTasks(commitmentID string) []statement {
	return []statement{
		closeTask(onboarding.TaskCommitmentNeedsSerial, commitmentID), closeTask(onboarding.TaskCommitmentRefused, commitmentID),
	}
}

// changeCommitment runs change on the version of commitment that was seen, with its line of
// the audit trail and what follows, all or nothing.
func (s *Store) changeCommitment(ctx context.Context, doing string, commitment onboarding.Commitment, entry onboarding.AuditEntry, change statement, after ...statement) error {
	return s.transact(ctx, doing, func(tx pgx.Tx) error {
		found, err := changed(ctx, tx, change.sql, with(with(change.args, "id", idOf(commitment.ID)), "version", commitment.Version))
		if err != nil {
			return err
		}
		if !found {
			return onboarding.ErrStale
		}
		return write(ctx, tx, append(after, insertAudit(newID(), entry))...)
	})
}
