package postgres

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

const endpointColumns = `
    e.id, e.dealer_id, e.url, e.kinds, e.rotation, e.rotated_at, e.failing_since, e.disabled_at, e.disabled_reason,
    e.created_by::text, e.created_at`

type endpointRow struct {
	ID             string
	DealerID       string
	URL            string
	Kinds          []onboarding.AnnouncementKind
	Rotation       int
	RotatedAt      zeronull.Timestamptz
	FailingSince   zeronull.Timestamptz
	DisabledAt     zeronull.Timestamptz
	DisabledReason onboarding.WebhookDisabledReason
	CreatedBy      zeronull.Text
	CreatedAt      time.Time
}

func (r endpointRow) endpoint() onboarding.WebhookEndpoint {
	return onboarding.WebhookEndpoint{
		ID: r.ID, DealerID: r.DealerID, URL: r.URL, Kinds: r.Kinds, Rotation: r.Rotation, RotatedAt: time.Time(r.RotatedAt),
		FailingSince: time.Time(r.FailingSince), DisabledAt: time.Time(r.DisabledAt), DisabledReason: r.DisabledReason,
		CreatedBy: string(r.CreatedBy), CreatedAt: r.CreatedAt,
	}
}

func endpointsOf(rows []endpointRow) []onboarding.WebhookEndpoint {
	endpoints := make([]onboarding.WebhookEndpoint, len(rows))
	for i, row := range rows {
		endpoints[i] = row.endpoint()
	}
	return endpoints
}

const sqlWebhookEndpoints = `
SELECT ` + endpointColumns + ` FROM webhook_endpoints e
WHERE e.dealer_id = @dealer AND e.deleted_at IS NULL
ORDER BY e.created_at, e.id`

// WebhookEndpoints are the dealer's own, the oldest first.
func (s *Store) WebhookEndpoints(ctx context.Context, dealerID string) ([]onboarding.WebhookEndpoint, error) {
	rows, err := all[endpointRow](ctx, s.pool, sqlWebhookEndpoints, pgx.NamedArgs{"dealer": idOf(dealerID)})
	return endpointsOf(rows), translate("read webhook endpoints", err)
}

const sqlWebhookEndpoint = `
SELECT ` + endpointColumns + ` FROM webhook_endpoints e
WHERE e.id = @id AND e.deleted_at IS NULL AND (@dealers::uuid[] IS NULL OR e.dealer_id = ANY (@dealers))`

// WebhookEndpoint reads one that belongs to one of dealers; nil means every dealer.
func (s *Store) WebhookEndpoint(ctx context.Context, dealers []string, endpointID string) (onboarding.WebhookEndpoint, error) {
	row, err := one[endpointRow](ctx, s.pool, sqlWebhookEndpoint, pgx.NamedArgs{"id": idOf(endpointID), "dealers": idsOf(dealers)})
	return row.endpoint(), translate("read webhook endpoint", err)
}

const sqlMadeWebhookEndpoint = `SELECT ` + endpointColumns + ` FROM webhook_endpoints e WHERE e.id = @id`

const sqlCountWebhookEndpoints = `SELECT count(*) FROM webhook_endpoints WHERE dealer_id = @dealer AND deleted_at IS NULL`

const sqlAddWebhookEndpoint = `
INSERT INTO webhook_endpoints (id, dealer_id, url, kinds, created_by) VALUES (@id, @dealer, @url, @kinds, @user)
ON CONFLICT (id) DO NOTHING`

// AddWebhookEndpoint adds an endpoint under its ID. onboarding.ErrTooManyEndpoints when the
// dealer has onboarding.MostWebhookEndpoints, onboarding.ErrStale when the ID is used already,
// *onboarding.MadeBefore when the entry's key stands for an endpoint already.
func (s *Store) AddWebhookEndpoint(ctx context.Context, endpoint onboarding.WebhookEndpoint, entry onboarding.AuditEntry) error {
	return s.transact(ctx, "add webhook endpoint", func(tx pgx.Tx) error {
		if err := claimKey(ctx, tx, entry.Key, keyed{object: endpoint.ID}); err != nil {
			return err
		}
		args := pgx.NamedArgs{
			"id": idOf(endpoint.ID), "dealer": idOf(endpoint.DealerID), "url": endpoint.URL, "kinds": kindsOf(endpoint.Kinds), "user": optionalID(endpoint.CreatedBy),
		}
		if _, err := scalar[uuid.UUID](ctx, tx, sqlLockDealer, args); err != nil {
			return err
		}
		count, err := scalar[int](ctx, tx, sqlCountWebhookEndpoints, args)
		if err != nil {
			return err
		}
		if count >= onboarding.MostWebhookEndpoints {
			return onboarding.ErrTooManyEndpoints
		}
		added, err := changed(ctx, tx, sqlAddWebhookEndpoint, args)
		if err == nil && !added {
			return onboarding.ErrStale
		}
		if err != nil {
			return err
		}
		return write(ctx, tx, insertAudit(newID(), entry))
	})
}

// AddedWebhookEndpoint reads an endpoint whatever became of it, also one that was deleted.
func (s *Store) AddedWebhookEndpoint(ctx context.Context, endpointID string) (onboarding.WebhookEndpoint, error) {
	row, err := one[endpointRow](ctx, s.pool, sqlMadeWebhookEndpoint, pgx.NamedArgs{"id": idOf(endpointID)})
	return row.endpoint(), translate("read added webhook endpoint", err)
}

// kindsOf is never NULL.
func kindsOf(kinds []onboarding.AnnouncementKind) []string {
	words := make([]string, len(kinds))
	for i, kind := range kinds {
		words[i] = string(kind)
	}
	return words
}

const (
	sqlDeleteWebhookEndpoint = `
UPDATE webhook_endpoints SET deleted_at = now() WHERE id = @id AND deleted_at IS NULL`
	sqlEnableWebhookEndpoint = `
UPDATE webhook_endpoints SET disabled_at = NULL, disabled_reason = '', failing_since = NULL, told_at = NULL
WHERE id = @id AND deleted_at IS NULL`
	sqlDisableWebhookEndpoint = `
UPDATE webhook_endpoints SET disabled_at = coalesce(disabled_at, now()), disabled_reason = coalesce(nullif(disabled_reason, ''), @reason)
WHERE id = @id AND deleted_at IS NULL`
	sqlGiveUpWebhooks = `
UPDATE webhook_deliveries SET state = 'given_up', next_attempt_at = NULL, last_code = coalesce(nullif(last_code, ''), @code)
WHERE endpoint_id = @id AND state IN ('pending', 'failed')`
	// The secret before the last rotation ends with the next one: there are never three.
	sqlRotateWebhookSecret = `
UPDATE webhook_endpoints SET rotation = rotation + 1, rotated_at = now() WHERE id = @id AND deleted_at IS NULL`
)

// What is not delivered because the endpoint is no more, or is told of nothing.
const (
	codeEndpointDeleted  = "endpoint_deleted"
	codeEndpointDisabled = "endpoint_disabled"
)

// DeleteWebhookEndpoint ends an endpoint, what it has not been told yet, and its task.
func (s *Store) DeleteWebhookEndpoint(ctx context.Context, endpointID string, entry onboarding.AuditEntry) error {
	return s.changeEndpoint(ctx, "delete webhook endpoint", entry, sqlDeleteWebhookEndpoint, pgx.NamedArgs{"id": idOf(endpointID)},
		giveUpWebhooks(endpointID, codeEndpointDeleted), closeTask(onboarding.TaskWebhookDisabled, endpointID))
}

// EnableWebhookEndpoint tells an endpoint of what happens from now on, and ends its task.
func (s *Store) EnableWebhookEndpoint(ctx context.Context, endpointID string, entry onboarding.AuditEntry) error {
	return s.changeEndpoint(ctx, "enable webhook endpoint", entry, sqlEnableWebhookEndpoint, pgx.NamedArgs{"id": idOf(endpointID)},
		closeTask(onboarding.TaskWebhookDisabled, endpointID))
}

// DisableWebhookEndpoint tells an endpoint of nothing more. What it has not been told yet
// is given up, and can be sent again by hand.
func (s *Store) DisableWebhookEndpoint(ctx context.Context, endpointID string, entry onboarding.AuditEntry) error {
	return s.changeEndpoint(ctx, "disable webhook endpoint", entry, sqlDisableWebhookEndpoint,
		pgx.NamedArgs{"id": idOf(endpointID), "reason": onboarding.WebhookDisabledByHand}, giveUpWebhooks(endpointID, codeEndpointDisabled))
}

// RotateWebhookSecret gives an endpoint its next secret and returns it as it is then.
func (s *Store) RotateWebhookSecret(ctx context.Context, endpointID string, entry onboarding.AuditEntry) (rotated onboarding.WebhookEndpoint, err error) {
	err = s.transact(ctx, "rotate webhook secret", func(tx pgx.Tx) error {
		args := pgx.NamedArgs{"id": idOf(endpointID)}
		if err := changeNoted(ctx, tx, entry, sqlRotateWebhookSecret, args); err != nil {
			return err
		}
		row, err := one[endpointRow](ctx, tx, sqlMadeWebhookEndpoint, args)
		rotated = row.endpoint()
		return err
	})
	return rotated, err
}

func giveUpWebhooks(endpointID, code string) statement {
	return statement{sqlGiveUpWebhooks, pgx.NamedArgs{"id": idOf(endpointID), "code": code}}
}

// changeEndpoint changes an endpoint, with what follows from it, and notes who did.
func (s *Store) changeEndpoint(ctx context.Context, doing string, entry onboarding.AuditEntry, sql string, args pgx.NamedArgs, following ...statement) error {
	return s.transact(ctx, doing, func(tx pgx.Tx) error {
		if err := changeNoted(ctx, tx, entry, sql, args); err != nil {
			return err
		}
		return write(ctx, tx, following...)
	})
}
