package postgres

import (
	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlAnnounce = `
INSERT INTO announcements (id, dealer_id, kind, onboarding_id, account_id, commitment_id, code, dedupe_key, at)
VALUES (@id, @dealer, @kind, @onboarding, @account, @commitment, @code, @once, coalesce(@at::timestamptz, now()))
ON CONFLICT ON CONSTRAINT announcements_once DO NOTHING`

// announce tells it in the transaction in which it happens: what is rolled back was never
// announced, and what is committed always is.
func announce(a onboarding.Announcement) statement {
	return statement{sqlAnnounce, pgx.NamedArgs{
		"id": newID(), "dealer": idOf(a.DealerID), "kind": a.Kind, "onboarding": optionalID(a.OnboardingID),
		"account": optionalID(a.AccountID), "commitment": optionalID(a.CommitmentID), "code": a.Code,
		"once": string(a.Kind) + ":" + a.Once, "at": nullTime(a.At),
	}}
}
