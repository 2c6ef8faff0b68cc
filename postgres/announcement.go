package postgres

import (
	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// What is about an onboarding names its account and commitment as well, if there are any.
const sqlAnnounce = `
WITH RECURSIVE told AS (
    INSERT INTO announcements (id, dealer_id, kind, onboarding_id, account_id, commitment_id, code, dedupe_key, at)
    VALUES (@id, @dealer, @kind, @onboarding,
        coalesce(@account, (SELECT id FROM accounts WHERE onboarding_id = @onboarding)),
        coalesce(@commitment, (SELECT commitment_id FROM onboardings WHERE id = @onboarding)),
        @code, @once, coalesce(@at::timestamptz, now()))
    ON CONFLICT ON CONSTRAINT announcements_once DO NOTHING
    RETURNING id, dealer_id, kind)` + fanOut

// fanOut owes what was told to the endpoints that hear of it: those of its dealer and of
// every dealer above, as their users see it, too. Without endpoints it costs a look.
const fanOut = `, above (id) AS (
    SELECT dealer_id FROM told
    UNION SELECT d.parent_id FROM dealers d JOIN above ON above.id = d.id WHERE d.parent_id IS NOT NULL)
INSERT INTO webhook_deliveries (id, endpoint_id, announcement_id)
SELECT gen_random_uuid(), e.id, told.id
FROM told, above JOIN webhook_endpoints e ON e.dealer_id = above.id
WHERE e.deleted_at IS NULL AND e.disabled_at IS NULL AND (e.kinds = '{}' OR told.kind = ANY (e.kinds))`

// announce tells it in the transaction in which it happens: what is rolled back was never
// announced, and what is committed always is.
func announce(a onboarding.Announcement) statement {
	return statement{sqlAnnounce, pgx.NamedArgs{
		"id": newID(), "dealer": idOf(a.DealerID), "kind": a.Kind, "onboarding": optionalID(a.OnboardingID),
		"account": optionalID(a.AccountID), "commitment": optionalID(a.CommitmentID), "code": a.Code,
		"once": string(a.Kind) + ":" + a.Once, "at": nullTime(a.At),
	}}
}
