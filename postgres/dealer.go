package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const dealerColumns = `d.id, d.name, d.support_email, d.support_phone, d.mail_from, d.notice_email,
       d.website_url, d.colour, d.logo, d.time_zone, d.suspended`

const sqlDealer = `SELECT ` + dealerColumns + ` FROM dealers d WHERE d.id = @dealer`

const sqlDealerOf = `
SELECT ` + dealerColumns + ` FROM dealers d JOIN onboardings o ON o.dealer_id = d.id WHERE o.id = @onboarding`

type dealerRow struct {
	ID           string
	Name         string
	SupportEmail string
	SupportPhone string
	MailFrom     string
	NoticeEmail  string
	WebsiteURL   string
	Colour       string
	Logo         []byte
	TimeZone     string
	Suspended    bool
}

// Dealer reads a dealer by its ID.
func (s *Store) Dealer(ctx context.Context, dealerID string) (onboarding.Dealer, error) {
	row, err := one[dealerRow](ctx, s.pool, sqlDealer, pgx.NamedArgs{"dealer": idOf(dealerID)})
	return onboarding.Dealer(row), translate("read dealer", err)
}

// DealerOf is the dealer of an onboarding.
func (s *Store) DealerOf(ctx context.Context, onboardingID string) (onboarding.Dealer, error) {
	row, err := one[dealerRow](ctx, s.pool, sqlDealerOf, pgx.NamedArgs{"onboarding": idOf(onboardingID)})
	return onboarding.Dealer(row), translate("read dealer", err)
}

// Of two who add something that is counted or numbered for each dealer, the second waits
// here until the first is done.
const sqlLockDealer = `SELECT id FROM dealers WHERE id = @dealer FOR NO KEY UPDATE`
