-- What set-up links and the secrets of webhooks are derived from can be sealed under a new
-- LATCHKEY_SECRET, without anybody outside noticing.

-- +goose Up
-- One row, made by whichever program starts first.
CREATE TABLE root_secret (
    one           boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- Which LATCHKEY_SECRET it is sealed under.
    key_id        text        NOT NULL CHECK (key_id <> ''),
    sealed        bytea       NOT NULL,
    -- The one before a renewal, until it is retired; sealed under the same key.
    sealed_before bytea,
    changed_at    timestamptz NOT NULL DEFAULT now()
);

-- +goose Down
-- What was renewed is lost: then every link and every secret of webhooks has to be given out anew.
DROP TABLE root_secret;
