package postgres

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// The first communication is the earliest that anybody told of.
const sqlCommunicated = `
UPDATE accounts SET communicated_at = least(communicated_at, @at) WHERE onboarding_id = @onboarding`

// PanelCommunicated lifts the login block. onboarding.ErrNotFound while there is no account.
func (s *Store) PanelCommunicated(ctx context.Context, onboardingID string, at time.Time) error {
	return s.transact(ctx, "record communication", func(tx pgx.Tx) error {
		row, err := lockOnboarding(ctx, tx, onboardingID)
		if err != nil {
			return err
		}
		known, err := changed(ctx, tx, sqlCommunicated, pgx.NamedArgs{"onboarding": idOf(onboardingID), "at": at})
		if err == nil && !known {
			return onboarding.ErrNotFound
		}
		if err != nil {
			return err
		}
		return write(ctx, tx, appendEvent(newEvent{
			onboarding.Event{OnboardingID: onboardingID, Kind: onboarding.EventPanelCommunicate, At: at},
			string(onboarding.EventPanelCommunicate),
		}), announceOnboarding(onboarding.AnnounceAccountActivated, row.DealerID, onboardingID))
	})
}

// A claim outlives the longest try to mail a notice, one minute, and no more: a try that
// died must not keep the dealer from being told.
const sqlNoticeDue = `
INSERT INTO notices (onboarding_id, notice) VALUES (@onboarding, @notice)
ON CONFLICT (onboarding_id, notice) DO UPDATE SET claimed_at = now()
WHERE notices.sent_at IS NULL AND notices.claimed_at < now() - interval '2 minutes'`

const sqlNoticeWasSent = `
SELECT EXISTS (SELECT FROM notices WHERE onboarding_id = @onboarding AND notice = @notice AND sent_at IS NOT NULL)`

// NoticeDue claims a notice for the caller, who must end the claim with NoticeSent or
// NoticeFailed. due is false when the notice was sent before: it happens once.
// onboarding.ErrStale while another try has claimed it.
func (s *Store) NoticeDue(ctx context.Context, onboardingID, notice string) (due bool, err error) {
	args := pgx.NamedArgs{"onboarding": idOf(onboardingID), "notice": notice}
	due, err = changed(ctx, s.pool, sqlNoticeDue, args)
	if err != nil || due {
		return due, translate("claim notice", err)
	}
	sent, err := scalar[bool](ctx, s.pool, sqlNoticeWasSent, args)
	if err == nil && !sent {
		err = onboarding.ErrStale
	}
	return false, translate("look up notice", err)
}

const sqlNoticeSent = `
INSERT INTO notices (onboarding_id, notice, sent_at) VALUES (@onboarding, @notice, now())
ON CONFLICT (onboarding_id, notice) DO UPDATE SET sent_at = coalesce(notices.sent_at, now())`

// NoticeSent notes that the dealer's office was told.
func (s *Store) NoticeSent(ctx context.Context, onboardingID, notice string) error {
	_, err := s.pool.Exec(ctx, sqlNoticeSent, pgx.NamedArgs{"onboarding": idOf(onboardingID), "notice": notice})
	return translate("note notice", err)
}

const sqlNoticeFailed = `
DELETE FROM notices WHERE onboarding_id = @onboarding AND notice = @notice AND sent_at IS NULL`

// NoticeFailed lets the next try claim the notice at once.
func (s *Store) NoticeFailed(ctx context.Context, onboardingID, notice string) error {
	_, err := s.pool.Exec(ctx, sqlNoticeFailed, pgx.NamedArgs{"onboarding": idOf(onboardingID), "notice": notice})
	return translate("give notice back", err)
}

const sqlModuleOwner = `
SELECT id, onboarding_id FROM modules WHERE serial = @identifier OR imei = @identifier OR meid = @identifier`

type moduleOwnerRow struct {
	ID           *uuid.UUID
	OnboardingID *uuid.UUID
}

const sqlInsertPanelEvent = `
INSERT INTO panel_events (event_id, module, module_id, onboarding_id, kind, at)
VALUES (@event, @identifier, @module, @onboarding, @kind, @at)
ON CONFLICT (event_id) DO NOTHING`

// RecordPanelEvent keeps an event once by its ID; fresh is false for a repetition.
// onboardingID is empty when no onboarding or account has the module.
func (s *Store) RecordPanelEvent(ctx context.Context, event onboarding.PanelEvent) (onboardingID string, fresh bool, err error) {
	err = s.transact(ctx, "record panel event", func(tx pgx.Tx) error {
		owners, err := all[moduleOwnerRow](ctx, tx, sqlModuleOwner, pgx.NamedArgs{"identifier": event.Module})
		if err != nil {
			return err
		}
		var owner moduleOwnerRow
		if len(owners) > 0 {
			owner = owners[0]
		}
		if owner.OnboardingID != nil {
			onboardingID = owner.OnboardingID.String()
		}
		fresh, err = changed(ctx, tx, sqlInsertPanelEvent, pgx.NamedArgs{
			"event": event.EventID, "identifier": event.Module, "module": owner.ID, "onboarding": owner.OnboardingID,
			"kind": event.Kind, "at": event.At,
		})
		return err
	})
	return onboardingID, fresh, err
}
