-- What happened that others want to hear of: the dealer's own systems (announcements, which
-- webhooks deliver) and the dealer's office (tasks).
-- +goose Up

CREATE TABLE announcements (
    id            uuid PRIMARY KEY,
    dealer_id     uuid        NOT NULL REFERENCES dealers,
    kind          text        NOT NULL CHECK (kind <> ''),
    onboarding_id uuid REFERENCES onboardings,
    account_id    uuid REFERENCES accounts,
    commitment_id uuid,
    code          text        NOT NULL DEFAULT '',
    -- Names what happened, so that telling it twice leaves one announcement.
    dedupe_key    text        NOT NULL CONSTRAINT announcements_once UNIQUE,
    at            timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX announcements_of_dealer ON announcements (dealer_id, at DESC, id DESC);
CREATE TRIGGER announcements_append_only BEFORE UPDATE OR DELETE ON announcements
    FOR EACH ROW EXECUTE FUNCTION append_only();

CREATE TABLE tasks (
    id        uuid PRIMARY KEY,
    dealer_id uuid        NOT NULL REFERENCES dealers,
    kind      text        NOT NULL CHECK (kind <> ''),
    -- An onboarding, an account, a commitment or a webhook endpoint.
    object_id uuid        NOT NULL,
    code      text        NOT NULL DEFAULT '',
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    -- NULL when what it asked for was done.
    closed_by uuid REFERENCES users,
    CONSTRAINT tasks_closed CHECK (closed_by IS NULL OR closed_at IS NOT NULL)
);
CREATE UNIQUE INDEX tasks_open ON tasks (kind, object_id) WHERE closed_at IS NULL;
CREATE INDEX tasks_of_dealer ON tasks (dealer_id, opened_at, id) WHERE closed_at IS NULL;

-- +goose Down

DROP TABLE tasks, announcements;
