package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/onboarding"
)

// nameOfUser is how people read who a user u is.
const nameOfUser = `coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.login_name, '')`

// A draft whose onboarding was rejected can be corrected and submitted again. One that
// has expired is not there any more, whether or not it is deleted yet.
const drafts = `
SELECT d.id, d.dealer_id, d.kind, d.purpose, d.version, ` + nameOfUser + ` AS created_by, d.created_at, d.updated_at,
    CASE WHEN o.status <> 'rejected' THEN o.id END AS onboarding_id
FROM drafts d LEFT JOIN onboardings o ON o.id = d.onboarding_id LEFT JOIN users u ON u.id = d.created_by
WHERE d.updated_at > now() - @lifetime::interval
  AND (@dealers::uuid[] IS NULL OR d.dealer_id = ANY (@dealers))`

const sqlDraft = drafts + ` AND d.id = @draft`

const sqlLockDraft = `SELECT FROM drafts WHERE id = @draft FOR UPDATE`

const sqlDrafts = drafts + `
  AND (o.id IS NULL OR o.status = 'rejected')
  AND (@user::uuid IS NULL OR d.created_by = @user)
  AND (@after_at::timestamptz IS NULL OR (d.updated_at, d.id) < (@after_at, @after_id::uuid))
ORDER BY d.updated_at DESC, d.id DESC
LIMIT @limit`

type draftRow struct {
	ID           string
	DealerID     string
	Kind         onboarding.Kind
	Purpose      onboarding.Purpose
	Version      int
	CreatedBy    string
	CreatedAt    time.Time
	UpdatedAt    time.Time
	OnboardingID zeronull.Text
}

const sqlDraftSections = `
SELECT s.draft_id, s.section, s.content, s.version, ` + nameOfUser + ` AS saved_by, s.updated_at
FROM draft_sections s LEFT JOIN users u ON u.id = s.saved_by
WHERE s.draft_id = ANY (@drafts::uuid[])`

type draftSectionRow struct {
	DraftID   string
	Section   onboarding.Section
	Content   []byte
	Version   int
	SavedBy   string
	UpdatedAt time.Time
}

func draftArgs(dealers []string, id string) pgx.NamedArgs {
	return pgx.NamedArgs{"draft": idOf(id), "dealers": idsOf(dealers), "lifetime": onboarding.DraftLifetime}
}

// Draft reads a draft of one of dealers; nil means every dealer. onboarding.ErrNotFound
// for one that has expired.
func (s *Store) Draft(ctx context.Context, dealers []string, id string) (onboarding.Draft, error) {
	row, err := one[draftRow](ctx, s.pool, sqlDraft, draftArgs(dealers, id))
	if err != nil {
		return onboarding.Draft{}, translate("read draft", err)
	}
	page, err := s.withSections(ctx, []draftRow{row})
	if err != nil {
		return onboarding.Draft{}, translate("read draft", err)
	}
	return page[0], nil
}

// Drafts is one page of the drafts that can be continued, last saved first.
// onboarding.ErrBadCursor for a cursor that is none of ours.
func (s *Store) Drafts(ctx context.Context, filter onboarding.DraftFilter) (page []onboarding.Draft, nextCursor string, err error) {
	after, err := parseCursor(filter.Cursor)
	if err != nil {
		return nil, "", err
	}
	rows, err := all[draftRow](ctx, s.pool, sqlDrafts, pgx.NamedArgs{
		"dealers": idsOf(filter.Dealers), "lifetime": onboarding.DraftLifetime, "user": optionalID(filter.UserID),
		"after_at": nullTime(after.at), "after_id": after.id, "limit": filter.Limit + 1,
	})
	if err != nil {
		return nil, "", translate("list drafts", err)
	}
	if len(rows) > filter.Limit {
		rows = rows[:filter.Limit]
		last := rows[len(rows)-1]
		nextCursor = cursor{last.UpdatedAt, idOf(last.ID)}.String()
	}
	page, err = s.withSections(ctx, rows)
	return page, nextCursor, translate("list drafts", err)
}

// lockDraft reads a draft for the one who changes it: two who do wait for one another. The
// lock is a statement of its own, so that the second sees all that the first has done.
func lockDraft(ctx context.Context, tx pgx.Tx, id string) (draftRow, error) {
	args := draftArgs(nil, id)
	if _, err := tx.Exec(ctx, sqlLockDraft, args); err != nil {
		return draftRow{}, err
	}
	return one[draftRow](ctx, tx, sqlDraft, args)
}

// withSections reads what was typed into all drafts at once.
func (s *Store) withSections(ctx context.Context, rows []draftRow) ([]onboarding.Draft, error) {
	ids := make([]string, len(rows))
	typed := map[string]*applicationjson.Application{}
	saved := map[string]map[onboarding.Section]onboarding.SavedSection{}
	for i, row := range rows {
		ids[i] = row.ID
		typed[row.ID] = &applicationjson.Application{Kind: string(row.Kind)}
		saved[row.ID] = map[onboarding.Section]onboarding.SavedSection{}
	}
	sections, err := all[draftSectionRow](ctx, s.pool, sqlDraftSections, pgx.NamedArgs{"drafts": idsOf(ids)})
	if err != nil {
		return nil, err
	}
	for _, section := range sections {
		if err := json.Unmarshal(section.Content, memberOf(typed[section.DraftID], section.Section)); err != nil {
			return nil, err
		}
		saved[section.DraftID][section.Section] = onboarding.SavedSection{Version: section.Version, By: section.SavedBy, At: section.UpdatedAt}
	}
	page := make([]onboarding.Draft, len(rows))
	for i, row := range rows {
		page[i] = onboarding.Draft{
			ID: row.ID, DealerID: row.DealerID, Kind: row.Kind, Purpose: row.Purpose, Answers: typed[row.ID].Answers(), Saved: saved[row.ID], Version: row.Version,
			CreatedBy: row.CreatedBy, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt, OnboardingID: string(row.OnboardingID),
		}
	}
	return page, nil
}

// draftSystem is the section system of a draft. The reason to go on without coverage, which
// no section has, is given on its page.
type draftSystem struct {
	*applicationjson.System
	CoverageOverrideReason *string `json:"coverage_override_reason,omitempty"`
}

// memberOf is where a section stands in an application.
func memberOf(application *applicationjson.Application, section onboarding.Section) any {
	members := map[onboarding.Section]any{
		onboarding.SectionAccount: &application.Account, onboarding.SectionCustomer: &application.Customer,
		onboarding.SectionLogin: &application.Login, onboarding.SectionSystem: &draftSystem{&application.System, &application.CoverageOverrideReason},
		onboarding.SectionPathway: &application.Pathway, onboarding.SectionPackage: &application.Package,
		onboarding.SectionForwarding: &application.Forwarding, onboarding.SectionTemplates: &application.Templates,
	}
	return members[section]
}

const sqlInsertDraft = `INSERT INTO drafts (id, dealer_id, created_by, kind, purpose) VALUES (@id, @dealer, @user, @kind, @purpose)`

const sqlForgetDrafts = `
DELETE FROM drafts WHERE id IN
    (SELECT id FROM drafts WHERE updated_at <= now() - @lifetime::interval
     ORDER BY updated_at LIMIT 100 FOR UPDATE SKIP LOCKED)`

// CreateDraft begins an empty draft and forgets expired ones.
func (s *Store) CreateDraft(ctx context.Context, draft onboarding.NewDraft, entry onboarding.AuditEntry) error {
	return s.transact(ctx, "create draft", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, sqlForgetDrafts, pgx.NamedArgs{"lifetime": onboarding.DraftLifetime}); err != nil {
			return err
		}
		return changeNoted(ctx, tx, entry, sqlInsertDraft, pgx.NamedArgs{
			"id": idOf(draft.ID), "dealer": idOf(draft.DealerID), "user": optionalID(draft.UserID), "kind": draft.Kind, "purpose": draft.Purpose,
		})
	})
}

const sqlDraftSection = `
SELECT version, content = @content::jsonb AS same FROM draft_sections WHERE draft_id = @draft AND section = @section`

const sqlSaveSection = `
INSERT INTO draft_sections AS s (draft_id, section, content, saved_by) VALUES (@draft, @section, @content, @user)
ON CONFLICT (draft_id, section) DO UPDATE
SET content = @content, saved_by = @user, version = s.version + 1, updated_at = now()`

const sqlTouchDraft = `UPDATE drafts SET version = version + 1, updated_at = now() WHERE id = @draft`

// SaveSection keeps one section of answers. version is what the writer saw: 0 for a
// section that was never saved. onboarding.ErrStale when it was saved meanwhile or the
// draft was submitted; saving the same twice is saving it once.
func (s *Store) SaveSection(ctx context.Context, id, userID string, section onboarding.Section, version int, answers onboarding.Answers) error {
	typed := applicationjson.FromAnswers(answers)
	args := pgx.NamedArgs{
		"draft": idOf(id), "section": section, "user": optionalID(userID), "content": withoutNUL(toJSON(memberOf(&typed, section))),
	}
	return s.transact(ctx, "save section", func(tx pgx.Tx) error {
		row, err := lockDraft(ctx, tx, id)
		if err != nil {
			return err
		}
		if row.OnboardingID != "" {
			return onboarding.ErrStale
		}
		now, err := one[struct {
			Version int
			Same    bool
		}](ctx, tx, sqlDraftSection, args)
		switch {
		case err != nil && !errors.Is(err, pgx.ErrNoRows):
			return err
		case now.Same:
			return nil
		case now.Version != version:
			return onboarding.ErrStale
		}
		return write(ctx, tx, statement{sqlSaveSection, args}, statement{sqlTouchDraft, args})
	})
}

// withoutNUL puts the replacement character where a NUL was typed: jsonb cannot hold one,
// and what was typed is to be kept all the same.
func withoutNUL(encoded []byte) []byte {
	const escape = `\u0000`
	kept := make([]byte, 0, len(encoded))
	for i := 0; i < len(encoded); i++ {
		switch {
		case encoded[i] != '\\':
			kept = append(kept, encoded[i])
		case i+len(escape) <= len(encoded) && string(encoded[i:i+len(escape)]) == escape:
			kept = append(kept, "\uFFFD"...)
			i += len(escape) - 1
		default:
			// The character after a backslash begins no escape of its own.
			kept = append(kept, encoded[i], encoded[i+1])
			i++
		}
	}
	return kept
}

const sqlDeleteDraft = `DELETE FROM drafts WHERE id = @draft`

// DiscardDraft deletes a draft that was not submitted; onboarding.ErrStale for one that was.
func (s *Store) DiscardDraft(ctx context.Context, id string) error {
	return s.transact(ctx, "discard draft", func(tx pgx.Tx) error {
		row, err := lockDraft(ctx, tx, id)
		if err != nil {
			return err
		}
		if row.OnboardingID != "" {
			return onboarding.ErrStale
		}
		_, err = tx.Exec(ctx, sqlDeleteDraft, draftArgs(nil, id))
		return err
	})
}

const sqlDraftBecame = `UPDATE drafts SET onboarding_id = @onboarding WHERE id = @draft`

// SubmitDraft commits the onboarding of a draft like Submit does, once whoever asks: a
// draft that became an onboarding already answers that one and fresh = false.
// onboarding.ErrStale when a section was saved after version of the draft.
func (s *Store) SubmitDraft(ctx context.Context, draftID string, version int, submission onboarding.Submission) (onboardingID string, fresh bool, err error) {
	err = s.transact(ctx, "submit draft", func(tx pgx.Tx) error {
		row, err := lockDraft(ctx, tx, draftID)
		switch {
		case err != nil:
			return err
		case row.OnboardingID != "":
			onboardingID = string(row.OnboardingID)
			return nil
		case row.Version != version:
			return onboarding.ErrStale
		}
		onboardingID = idOf(submission.OnboardingID).String()
		if fresh, err = insertOnboarding(ctx, tx, submission); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, sqlDraftBecame, pgx.NamedArgs{"draft": idOf(draftID), "onboarding": idOf(onboardingID)})
		return err
	})
	return onboardingID, fresh, err
}
