-- Sign-in of staff through an OpenID Connect provider: whom it means, what a sign-in under way is
-- held against, and the way in when the provider is away.

-- +goose Up
ALTER TABLE users
    -- How a provider's person is found for the first time. Two users may have the same one:
    -- then neither is, and nobody learns of the other when it is typed.
    ADD COLUMN email text NOT NULL DEFAULT '',
    -- Until then a password is enough where the provider is required otherwise.
    ADD COLUMN password_until timestamptz;
CREATE INDEX users_email ON users (lower(email)) WHERE email <> '';

-- Who a user is to a provider: an issuer's subject, which unlike an e-mail address is never
-- given to somebody else.
CREATE TABLE user_identities (
    id        uuid PRIMARY KEY,
    user_id   uuid        NOT NULL REFERENCES users ON DELETE CASCADE,
    issuer    text        NOT NULL CHECK (issuer <> ''),
    subject   text        NOT NULL CHECK (subject <> ''),
    linked_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_identities_subject UNIQUE (issuer, subject),
    -- A mailbox that changes hands must not open its former owner's user.
    CONSTRAINT user_identities_user UNIQUE (user_id, issuer)
);

-- A sign-in that was begun: good once, for minutes, in the browser that began it.
CREATE TABLE openid_attempts (
    -- SHA-256, like every token that is kept.
    state_hash   bytea PRIMARY KEY CHECK (octet_length(state_hash) = 32),
    browser_hash bytea       NOT NULL CHECK (octet_length(browser_hash) = 32),
    nonce        text        NOT NULL,
    verifier     text        NOT NULL,
    next         text        NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX openid_attempts_expiry ON openid_attempts (expires_at);

-- +goose Down
-- Loses whom a provider's people are: each is linked again by their e-mail address, which is
-- lost as well. Whoever has no password gets one from `latchkey admin`.
DROP TABLE openid_attempts, user_identities;
DROP INDEX users_email;
ALTER TABLE users DROP COLUMN password_until, DROP COLUMN email;
