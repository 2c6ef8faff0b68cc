-- What clients asked and were told, and who decided what and why.

-- +goose Up
CREATE TABLE idempotency_keys (
    user_id       uuid        NOT NULL REFERENCES users,
    key           text        NOT NULL CHECK (key <> ''),
    -- Tells a repetition from a different request under the same key.
    body_hash     bytea       NOT NULL CHECK (octet_length(body_hash) = 32),
    -- Claimed before the onboarding is written, so that of two racing requests one waits.
    onboarding_id uuid REFERENCES onboardings DEFERRABLE INITIALLY DEFERRED,
    status        integer,
    body          bytea,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, key),
    CONSTRAINT idempotency_keys_answer CHECK ((status IS NULL) = (body IS NULL))
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE audit (
    id        uuid PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT now(),
    user_id   uuid REFERENCES users,
    dealer_id uuid REFERENCES dealers,
    action    text        NOT NULL CHECK (action <> ''),
    object_id text        NOT NULL DEFAULT '',
    reason    text        NOT NULL DEFAULT '',
    request   text        NOT NULL DEFAULT ''
);
CREATE INDEX audit_of_object ON audit (object_id, at);
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION append_only();

-- +goose Down
-- Loses the audit trail, and with the keys the promise that a repeated request is not done twice.
DROP TABLE audit, idempotency_keys;
