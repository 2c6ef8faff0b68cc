package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlEveryDealer = `SELECT id, name FROM dealers ORDER BY name, id`

// EveryDealer lists all dealers of the installation.
func (s *Store) EveryDealer(ctx context.Context) ([]onboarding.NamedID, error) {
	return s.namedIDs(ctx, sqlEveryDealer, "")
}

const sqlChangeProfile = `
UPDATE dealers SET name = @name, support_email = @support_email, support_phone = @support_phone, notice_email = @notice_email,
    website_url = @website_url, colour = @colour, profile_version = profile_version + 1, profile_saved_by = @user, profile_saved_at = now()
WHERE id = @dealer AND profile_version = @version`

// ChangeProfile keeps what letters and mails show of a dealer, except the logo;
// onboarding.ErrNotFound when the profile has another version by now.
func (s *Store) ChangeProfile(ctx context.Context, dealer onboarding.Dealer, version int, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "change profile", entry, sqlChangeProfile, pgx.NamedArgs{
		"version": version, "user": optionalID(entry.UserID),
		"dealer": idOf(dealer.ID), "name": dealer.Name, "support_email": dealer.SupportEmail, "support_phone": dealer.SupportPhone,
		"notice_email": dealer.NoticeEmail, "website_url": dealer.WebsiteURL, "colour": dealer.Colour,
	})
}

const sqlProfileSaved = `
SELECT d.profile_version AS version, ` + nameOfUser + ` AS saved_by, d.profile_saved_at AS saved_at
FROM dealers d LEFT JOIN users u ON u.id = d.profile_saved_by
WHERE d.id = @dealer`

// ProfileSaved tells when and by whom the profile was changed last; zero but for a version
// of 0 while nobody has.
func (s *Store) ProfileSaved(ctx context.Context, dealerID string) (onboarding.SavedSection, error) {
	row, err := one[struct {
		Version int
		SavedBy string
		SavedAt zeronull.Timestamptz
	}](ctx, s.pool, sqlProfileSaved, pgx.NamedArgs{"dealer": idOf(dealerID)})
	return onboarding.SavedSection{Version: row.Version, By: row.SavedBy, At: time.Time(row.SavedAt)}, translate("read profile", err)
}

const sqlChangeLogo = `UPDATE dealers SET logo = coalesce(@logo, ''::bytea) WHERE id = @dealer`

// ChangeLogo keeps a dealer's logo; an empty one takes it away.
func (s *Store) ChangeLogo(ctx context.Context, dealerID string, logo []byte, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "change logo", entry, sqlChangeLogo, pgx.NamedArgs{"dealer": idOf(dealerID), "logo": logo})
}
