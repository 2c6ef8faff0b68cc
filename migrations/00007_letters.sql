-- Welcome letters and every attempt to deliver one. The PDF is not kept: it is a pure
-- function of its facts, and it may hold a secret.

-- +goose Up
CREATE TABLE letters (
    id              uuid PRIMARY KEY,
    onboarding_id   uuid        NOT NULL REFERENCES onboardings,
    account_id      uuid        NOT NULL REFERENCES accounts,
    channel         text        NOT NULL CHECK (channel IN ('email', 'print')),
    version         integer     NOT NULL,
    -- The revision for which send_letter made it: one letter an effect. NULL when printed.
    revision        integer,
    -- Fixed when the letter is made, so that copies of it can be told.
    message_id      text        NOT NULL CONSTRAINT letters_message_id UNIQUE,
    issued_at       timestamptz NOT NULL DEFAULT now(),
    -- printed is the only state of a printed letter, and no state of an e-mailed one.
    state           text        NOT NULL CHECK (state IN ('pending', 'sending', 'accepted', 'unknown', 'refused', 'void', 'printed')),
    -- Deliveries whose outcome was lost since the park of this number was decided.
    unknown_tries   integer     NOT NULL DEFAULT 0,
    tries_park_no   integer     NOT NULL DEFAULT 0,
    -- SHA-256 of the set-up token; the token itself is derived, never kept.
    token_hash      bytea CONSTRAINT letters_token UNIQUE CHECK (octet_length(token_hash) = 32),
    token_expires   timestamptz,
    token_used_at   timestamptz,
    created_by      uuid REFERENCES users,
    CONSTRAINT letters_version UNIQUE (onboarding_id, version),
    CONSTRAINT letters_effect UNIQUE (onboarding_id, revision),
    CONSTRAINT letters_channel CHECK ((channel = 'print') = (revision IS NULL)),
    CONSTRAINT letters_print CHECK (state = 'void' OR (channel = 'print') = (state = 'printed')),
    CONSTRAINT letters_token_expires CHECK ((token_hash IS NULL) = (token_expires IS NULL))
);

CREATE TABLE emails (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    letter_id uuid        NOT NULL REFERENCES letters,
    began_at  timestamptz NOT NULL DEFAULT now(),
    -- Committed before the first byte is sent: a row that never ended is a lost outcome.
    ended_at  timestamptz,
    state     text        NOT NULL DEFAULT 'sending' CHECK (state IN ('pending', 'sending', 'accepted', 'unknown', 'refused')),
    -- The server's own words on acceptance.
    receipt   text        NOT NULL DEFAULT '',
    code      text        NOT NULL DEFAULT '',
    -- The full text of the failure. Kept here and nowhere else: it names the recipient.
    detail    text        NOT NULL DEFAULT '',
    CONSTRAINT emails_ended CHECK ((state = 'sending') = (ended_at IS NULL))
);
CREATE INDEX emails_of_letter ON emails (letter_id, id);

-- +goose Down
-- Loses every letter; the set-up links that customers have stop working.
DROP TABLE emails, letters;
