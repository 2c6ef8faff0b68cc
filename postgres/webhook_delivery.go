package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

const deliveryColumns = `
    w.id, w.endpoint_id, w.announcement_id, w.state, w.attempts, w.next_attempt_at, w.last_attempt_at, w.last_status, w.last_code,
    w.delivered_at, w.created_at, x.dealer_id AS about_dealer, x.kind, x.onboarding_id::text, x.account_id::text, x.commitment_id::text, x.code, x.at`

type webhookRow struct {
	ID             string
	EndpointID     string
	AnnouncementID string
	State          onboarding.WebhookState
	Attempts       int
	NextAttemptAt  zeronull.Timestamptz
	LastAttemptAt  zeronull.Timestamptz
	LastStatus     int
	LastCode       string
	DeliveredAt    zeronull.Timestamptz
	CreatedAt      time.Time
	AboutDealer    string
	Kind           onboarding.AnnouncementKind
	OnboardingID   zeronull.Text
	AccountID      zeronull.Text
	CommitmentID   zeronull.Text
	Code           string
	At             time.Time
}

func (r webhookRow) delivery() onboarding.WebhookDelivery {
	return onboarding.WebhookDelivery{
		ID: r.ID, EndpointID: r.EndpointID, AnnouncementID: r.AnnouncementID, State: r.State, Attempts: r.Attempts,
		NextAttemptAt: time.Time(r.NextAttemptAt), LastAttemptAt: time.Time(r.LastAttemptAt), LastStatus: r.LastStatus, LastCode: r.LastCode,
		DeliveredAt: time.Time(r.DeliveredAt), CreatedAt: r.CreatedAt,
		Announcement: onboarding.Announcement{
			Kind: r.Kind, DealerID: r.AboutDealer, OnboardingID: string(r.OnboardingID), AccountID: string(r.AccountID),
			CommitmentID: string(r.CommitmentID), Code: r.Code, At: r.At,
		},
	}
}

// The newest of each endpoint are found by its index, so that a dealer with few messages
// does not wait for a look through those of all the others.
const sqlWebhookDeliveries = `
SELECT newest.*
FROM webhook_endpoints e CROSS JOIN LATERAL (
    SELECT ` + deliveryColumns + `
    FROM webhook_deliveries w JOIN announcements x ON x.id = w.announcement_id
    WHERE w.endpoint_id = e.id AND (@state = '' OR w.state = @state) AND (@kind = '' OR x.kind = @kind)
      AND (@before_at::timestamptz IS NULL OR (w.created_at, w.id) < (@before_at, @before_id::uuid))
    ORDER BY w.created_at DESC, w.id DESC
    LIMIT @limit) newest
WHERE e.deleted_at IS NULL
  AND (@dealers::uuid[] IS NULL OR e.dealer_id = ANY (@dealers))
  AND (@endpoint::uuid IS NULL OR e.id = @endpoint)
ORDER BY newest.created_at DESC, newest.id DESC
LIMIT @limit`

// WebhookDeliveries is one page of deliveries, newest first. onboarding.ErrBadCursor for a
// cursor that is none of ours.
func (s *Store) WebhookDeliveries(ctx context.Context, filter onboarding.WebhookDeliveryFilter) (page []onboarding.WebhookDelivery, nextCursor string, err error) {
	before, err := parseCursor(filter.Cursor)
	if err != nil {
		return nil, "", err
	}
	rows, err := all[webhookRow](ctx, s.pool, sqlWebhookDeliveries, pgx.NamedArgs{
		"dealers": idsOf(filter.Dealers), "endpoint": optionalID(filter.EndpointID), "state": filter.State, "kind": filter.Kind,
		"before_at": nullTime(before.at), "before_id": before.id, "limit": filter.Limit + 1,
	})
	if err != nil {
		return nil, "", translate("list webhook deliveries", err)
	}
	if len(rows) > filter.Limit {
		rows = rows[:filter.Limit]
		last := rows[len(rows)-1]
		nextCursor = cursor{last.CreatedAt, idOf(last.ID)}.String()
	}
	page = make([]onboarding.WebhookDelivery, len(rows))
	for i, row := range rows {
		page[i] = row.delivery()
	}
	return page, nextCursor, nil
}

const sqlWebhookDelivery = `
SELECT ` + deliveryColumns + `
FROM webhook_deliveries w JOIN announcements x ON x.id = w.announcement_id JOIN webhook_endpoints e ON e.id = w.endpoint_id
WHERE w.id = @id AND e.deleted_at IS NULL AND (@dealers::uuid[] IS NULL OR e.dealer_id = ANY (@dealers))`

// WebhookDelivery reads one to an endpoint of one of dealers; nil means every dealer.
func (s *Store) WebhookDelivery(ctx context.Context, dealers []string, deliveryID string) (onboarding.WebhookDelivery, error) {
	row, err := one[webhookRow](ctx, s.pool, sqlWebhookDelivery, pgx.NamedArgs{"id": idOf(deliveryID), "dealers": idsOf(dealers)})
	return row.delivery(), translate("read webhook delivery", err)
}

// What is due already is left alone: it may be on its way.
const sqlReplayWebhook = `
UPDATE webhook_deliveries SET state = 'pending', attempts = 0, next_attempt_at = now()
WHERE id = @id AND state <> 'pending'`

// ReplayWebhook makes a delivery due now, with all its tries before it.
// onboarding.ErrNotFound when it waits for its first try, or does not exist.
func (s *Store) ReplayWebhook(ctx context.Context, deliveryID string, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "replay webhook", entry, sqlReplayWebhook, pgx.NamedArgs{"id": idOf(deliveryID)})
}

const sqlAnnounceTest = `
INSERT INTO announcements (id, dealer_id, kind, dedupe_key) VALUES (@announcement, @dealer, @kind, @once)`

const sqlOweTest = `
INSERT INTO webhook_deliveries (id, endpoint_id, announcement_id) VALUES (@id, @endpoint, @announcement)`

// TestWebhook owes an announcement of no meaning to one endpoint.
func (s *Store) TestWebhook(ctx context.Context, endpoint onboarding.WebhookEndpoint, entry onboarding.AuditEntry) (onboarding.WebhookDelivery, error) {
	id, announcement := newID(), newID()
	err := s.transact(ctx, "test webhook", func(tx pgx.Tx) error {
		return write(ctx, tx,
			statement{sqlAnnounceTest, pgx.NamedArgs{
				"announcement": announcement, "dealer": idOf(endpoint.DealerID), "kind": onboarding.AnnounceWebhookTest,
				"once": string(onboarding.AnnounceWebhookTest) + ":" + announcement.String(),
			}},
			statement{sqlOweTest, pgx.NamedArgs{"id": id, "endpoint": idOf(endpoint.ID), "announcement": announcement}},
			insertAudit(newID(), entry),
		)
	})
	if err != nil {
		return onboarding.WebhookDelivery{}, err
	}
	return s.WebhookDelivery(ctx, nil, id.String())
}

// Endpoints that answer come before those that fail, so that the latter use only what is
// left. A row that another worker is claiming is left to it.
const sqlClaimWebhooks = `
WITH owed AS (
    SELECT endpoint_id, min(next_attempt_at) AS since FROM webhook_deliveries
    WHERE state IN ('pending', 'failed') AND next_attempt_at <= now() GROUP BY endpoint_id),
chosen AS (
    SELECT e.id FROM owed JOIN webhook_endpoints e ON e.id = owed.endpoint_id
    WHERE e.deleted_at IS NULL AND e.disabled_at IS NULL AND NOT e.id = ANY (@busy::uuid[])
    ORDER BY e.failing_since NULLS FIRST, owed.since LIMIT @endpoints),
due AS MATERIALIZED (
    SELECT w.id FROM chosen CROSS JOIN LATERAL (
        SELECT id FROM webhook_deliveries
        WHERE endpoint_id = chosen.id AND state IN ('pending', 'failed') AND next_attempt_at <= now()
        ORDER BY next_attempt_at, id LIMIT @each FOR NO KEY UPDATE SKIP LOCKED) w),
claimed AS (
    UPDATE webhook_deliveries SET next_attempt_at = now() + @lease::interval WHERE id IN (SELECT id FROM due) RETURNING *)
SELECT ` + deliveryColumns + `, e.dealer_id AS endpoint_dealer, e.url, e.rotation, e.rotated_at
FROM claimed w JOIN announcements x ON x.id = w.announcement_id JOIN webhook_endpoints e ON e.id = w.endpoint_id
ORDER BY w.endpoint_id, w.created_at, w.id`

// ClaimWebhooks takes due deliveries of at most so many endpoints, and of each at most so
// many, leaving out endpoints that are busy. Whoever dies with a claim lets it become due
// again after the lease.
func (s *Store) ClaimWebhooks(ctx context.Context, busy []string, endpoints, each int, lease time.Duration) ([]onboarding.DueWebhook, error) {
	rows, err := all[struct {
		webhookRow
		EndpointDealer string
		URL            string
		Rotation       int
		RotatedAt      zeronull.Timestamptz
	}](ctx, s.pool, sqlClaimWebhooks, pgx.NamedArgs{
		"busy": idsOf(append([]string{}, busy...)), "endpoints": endpoints, "each": each, "lease": lease,
	})
	due := make([]onboarding.DueWebhook, len(rows))
	for i, row := range rows {
		due[i] = onboarding.DueWebhook{Delivery: row.delivery(), Endpoint: onboarding.WebhookEndpoint{
			ID: row.EndpointID, DealerID: row.EndpointDealer, URL: row.URL, Rotation: row.Rotation, RotatedAt: time.Time(row.RotatedAt),
		}}
	}
	return due, translate("claim webhooks", err)
}

const sqlWebhookDelivered = `
UPDATE webhook_deliveries
SET state = 'delivered', attempts = attempts + 1, next_attempt_at = NULL, last_attempt_at = @at, last_status = @status, last_code = '',
    delivered_at = @at
WHERE id = @id AND state <> 'delivered'`

const sqlEndpointAnswers = `
UPDATE webhook_endpoints SET failing_since = NULL WHERE id = @endpoint AND failing_since IS NOT NULL`

// A success that came meanwhile stands.
const sqlWebhookFailed = `
UPDATE webhook_deliveries
SET state = CASE WHEN @retry_at::timestamptz IS NULL THEN 'given_up' ELSE 'failed' END, attempts = attempts + 1,
    next_attempt_at = @retry_at, last_attempt_at = @at, last_status = @status, last_code = @code
WHERE id = @id AND state IN ('pending', 'failed')`

// Disabling is decided by the endpoint's row: of several tries that fail at the same time,
// one does. It comes before the deliveries, as wherever both are changed: two of its tries
// would wait for one another otherwise.
const sqlEndpointFails = `
UPDATE webhook_endpoints
SET failing_since = coalesce(failing_since, @at),
    disabled_at = CASE WHEN @disable <> '' OR failing_since <= @failing_before THEN now() END,
    disabled_reason = CASE WHEN @disable <> '' THEN @disable WHEN failing_since <= @failing_before THEN 'failing' ELSE '' END
WHERE id = @endpoint AND disabled_at IS NULL AND deleted_at IS NULL
RETURNING dealer_id, disabled_reason`

// RecordWebhookAttempt notes how a try ended; disabled is true when it was the one that
// ends its endpoint. Then what the endpoint was not told yet is given up, and its dealer
// has a task.
func (s *Store) RecordWebhookAttempt(ctx context.Context, attempt onboarding.WebhookAttempt) (disabled bool, err error) {
	args := pgx.NamedArgs{
		"id": idOf(attempt.DeliveryID), "endpoint": idOf(attempt.EndpointID), "at": attempt.At, "status": attempt.Status, "code": attempt.Code,
		"retry_at": nullTime(attempt.RetryAt), "disable": attempt.Disable, "failing_before": attempt.FailingBefore,
	}
	err = s.transact(ctx, "record webhook", func(tx pgx.Tx) error {
		if attempt.Code == "" {
			return write(ctx, tx, statement{sqlEndpointAnswers, args}, statement{sqlWebhookDelivered, args})
		}
		rows, err := all[struct {
			DealerID       string
			DisabledReason onboarding.WebhookDisabledReason
		}](ctx, tx, sqlEndpointFails, args)
		if err != nil {
			return err
		}
		failed := statement{sqlWebhookFailed, args}
		if len(rows) == 0 || rows[0].DisabledReason == "" {
			return write(ctx, tx, failed)
		}
		disabled = true
		return write(ctx, tx, failed, giveUpWebhooks(attempt.EndpointID, codeEndpointDisabled), openTask(onboarding.Task{
			DealerID: rows[0].DealerID, Kind: onboarding.TaskWebhookDisabled, ObjectID: attempt.EndpointID, Code: string(rows[0].DisabledReason),
		}))
	})
	return disabled && err == nil, err
}

const sqlUntoldEndpoints = `
SELECT ` + endpointColumns + ` FROM webhook_endpoints e
WHERE e.disabled_reason IN ('failing', 'gone') AND e.told_at IS NULL AND e.deleted_at IS NULL AND e.disabled_at > @since
ORDER BY e.disabled_at
LIMIT @limit`

// UntoldWebhookEndpoints are those that disabled themselves since then, and whose dealers were not told.
func (s *Store) UntoldWebhookEndpoints(ctx context.Context, since time.Time, limit int) ([]onboarding.WebhookEndpoint, error) {
	rows, err := all[endpointRow](ctx, s.pool, sqlUntoldEndpoints, pgx.NamedArgs{"since": since, "limit": limit})
	return endpointsOf(rows), translate("find untold webhook endpoints", err)
}

const sqlEndpointTold = `UPDATE webhook_endpoints SET told_at = now() WHERE id = @id AND disabled_at IS NOT NULL`

// WebhookEndpointTold notes that the dealer was told that the endpoint is disabled.
func (s *Store) WebhookEndpointTold(ctx context.Context, endpointID string) error {
	_, err := s.pool.Exec(ctx, sqlEndpointTold, pgx.NamedArgs{"id": idOf(endpointID)})
	return translate("note told webhook endpoint", err)
}
