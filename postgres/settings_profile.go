package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlEveryDealer = `SELECT id, name FROM dealers ORDER BY name, id`

// EveryDealer lists all dealers of the installation.
func (s *Store) EveryDealer(ctx context.Context) ([]onboarding.NamedID, error) {
	return s.namedIDs(ctx, sqlEveryDealer, "")
}

const sqlChangeProfile = `
UPDATE dealers SET name = @name, support_email = @support_email, support_phone = @support_phone, notice_email = @notice_email,
    website_url = @website_url, colour = @colour
WHERE id = @dealer`

// ChangeProfile keeps what letters and mails show of a dealer, except the logo.
func (s *Store) ChangeProfile(ctx context.Context, dealer onboarding.Dealer, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "change profile", entry, sqlChangeProfile, pgx.NamedArgs{
		"dealer": idOf(dealer.ID), "name": dealer.Name, "support_email": dealer.SupportEmail, "support_phone": dealer.SupportPhone,
		"notice_email": dealer.NoticeEmail, "website_url": dealer.WebsiteURL, "colour": dealer.Colour,
	})
}

const sqlChangeLogo = `UPDATE dealers SET logo = coalesce(@logo, ''::bytea) WHERE id = @dealer`

// ChangeLogo keeps a dealer's logo; an empty one takes it away.
func (s *Store) ChangeLogo(ctx context.Context, dealerID string, logo []byte, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "change logo", entry, sqlChangeLogo, pgx.NamedArgs{"dealer": idOf(dealerID), "logo": logo})
}
