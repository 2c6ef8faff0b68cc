-- What the Partner Portal and the Customer Website need beside the record: sessions,
-- failed sign-ins, who saved which page of a draft, and words to find customers by.

-- +goose Up
-- A token is kept hashed, with the name of its site before it: that of one site opens nothing in the other.
CREATE TABLE sessions (
    token  text PRIMARY KEY,
    data   bytea       NOT NULL,
    expiry timestamptz NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expiry);

-- By name and not by user, so that a name that nobody has is locked like any other: the
-- lock would tell otherwise which names exist. Hashed, since people type their password
-- into the wrong field. A row means nothing once the lock's time has passed.
CREATE TABLE sign_in_attempts (
    door      text        NOT NULL CHECK (door IN ('portal', 'website')),
    name_hash bytea       NOT NULL CHECK (octet_length(name_hash) = 32),
    attempts  integer     NOT NULL,
    last_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (door, name_hash)
);
CREATE INDEX sign_in_attempts_age ON sign_in_attempts (last_at);

-- Grows with every save of any section, so that nothing is submitted that nobody saw.
ALTER TABLE drafts ADD COLUMN version integer NOT NULL DEFAULT 0;
ALTER TABLE draft_sections ADD COLUMN saved_by uuid REFERENCES users;
CREATE INDEX drafts_age ON drafts (updated_at);

-- The words of a customer, folded by the program: without case and accents. Prefixes are
-- found through the index; pg_trgm would need a superuser to install it.
CREATE TABLE customer_words (
    onboarding_id uuid PRIMARY KEY REFERENCES onboardings,
    words         tsvector NOT NULL
);
CREATE INDEX customer_words_found ON customer_words USING gin (words);

-- The longest parked first.
CREATE INDEX onboardings_parked_since ON onboardings (parked_since, id) WHERE status = 'parked';

-- The few that a list of closed customers is about.
CREATE INDEX accounts_closed ON accounts (onboarding_id) WHERE state = 'closed';
CREATE INDEX onboardings_cancelled ON onboardings (id) WHERE status = 'cancelled';

-- +goose Down
-- Signs everybody out.
DROP INDEX onboardings_cancelled, accounts_closed, onboardings_parked_since, drafts_age;
DROP TABLE customer_words, sign_in_attempts, sessions;
ALTER TABLE draft_sections DROP COLUMN saved_by;
ALTER TABLE drafts DROP COLUMN version;
