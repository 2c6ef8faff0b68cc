-- Where dealers' own systems hear of announcements, and what became of each.

-- +goose Up
-- An endpoint is never deleted from the table: deliveries name it, and a repeated request
-- to create it gets the answer of the first.
CREATE TABLE webhook_endpoints (
    id              uuid PRIMARY KEY,
    dealer_id       uuid        NOT NULL REFERENCES dealers,
    url             text        NOT NULL CHECK (url <> ''),
    -- Empty means every kind, also those that later versions add.
    kinds           text[]      NOT NULL DEFAULT '{}',
    -- The secret is derived from the installation's, the ID and this number: nothing that
    -- signs is kept here.
    rotation        integer     NOT NULL DEFAULT 0 CHECK (rotation >= 0),
    rotated_at      timestamptz,
    -- The first failure after the last success.
    failing_since   timestamptz,
    disabled_at     timestamptz,
    disabled_reason text        NOT NULL DEFAULT '' CHECK (disabled_reason IN ('', 'by_hand', 'failing', 'gone')),
    -- When the dealer was told by mail that it was disabled.
    told_at         timestamptz,
    deleted_at      timestamptz,
    created_by      uuid REFERENCES users,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_endpoints_disabled CHECK ((disabled_at IS NULL) = (disabled_reason = ''))
);
-- Every announcement looks here: a dealer without endpoints costs one look.
CREATE INDEX webhook_endpoints_of_dealer ON webhook_endpoints (dealer_id) WHERE deleted_at IS NULL;
CREATE INDEX webhook_endpoints_untold ON webhook_endpoints (disabled_at)
    WHERE disabled_reason IN ('failing', 'gone') AND told_at IS NULL AND deleted_at IS NULL;

CREATE TABLE webhook_deliveries (
    id              uuid PRIMARY KEY,
    endpoint_id     uuid        NOT NULL REFERENCES webhook_endpoints,
    announcement_id uuid        NOT NULL REFERENCES announcements,
    state           text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed', 'given_up')),
    attempts        integer     NOT NULL DEFAULT 0,
    -- Whoever claims a delivery pushes this ahead: if they die, it is due again by itself.
    next_attempt_at timestamptz DEFAULT now(),
    last_attempt_at timestamptz,
    last_status     integer     NOT NULL DEFAULT 0,
    last_code       text        NOT NULL DEFAULT '',
    delivered_at    timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_deliveries_once UNIQUE (endpoint_id, announcement_id),
    CONSTRAINT webhook_deliveries_due CHECK ((state IN ('pending', 'failed')) = (next_attempt_at IS NOT NULL))
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at, endpoint_id) WHERE state IN ('pending', 'failed');
CREATE INDEX webhook_deliveries_due_of_endpoint ON webhook_deliveries (endpoint_id, next_attempt_at, id) WHERE state IN ('pending', 'failed');
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint_id, created_at DESC, id DESC);

-- +goose Down
-- What was announced stays; who was told of it is forgotten.
DROP TABLE webhook_deliveries, webhook_endpoints;
