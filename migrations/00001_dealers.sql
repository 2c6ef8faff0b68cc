-- Dealers, the people who work for them, and how those prove who they are.

-- +goose Up
CREATE TABLE dealers (
    id            uuid PRIMARY KEY,
    -- A sub-dealer (branch) has a parent; its parent's users see its customers.
    parent_id     uuid REFERENCES dealers,
    name          text        NOT NULL CHECK (name <> ''),
    -- What letters and mails show. Empty means: leave it out.
    support_email text        NOT NULL DEFAULT '',
    support_phone text        NOT NULL DEFAULT '',
    mail_from     text        NOT NULL DEFAULT '',
    notice_email  text        NOT NULL DEFAULT '',
    website_url   text        NOT NULL DEFAULT '',
    colour        text        NOT NULL DEFAULT '' CHECK (colour = '' OR colour ~ '^#[0-9a-fA-F]{6}$'),
    logo          bytea       NOT NULL DEFAULT '' CHECK (octet_length(logo) <= 1048576),
    time_zone     text        NOT NULL CHECK (time_zone <> ''),
    -- A suspended dealer's onboardings go as far as create_account and park there.
    suspended     boolean     NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT dealers_not_own_parent CHECK (parent_id <> id)
);
CREATE INDEX dealers_parent ON dealers (parent_id);

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    role          text        NOT NULL CHECK (role IN ('office', 'technician', 'operator', 'administrator')),
    dealer_id     uuid REFERENCES dealers,
    login_name    text        NOT NULL CHECK (login_name <> ''),
    -- argon2id, in its encoded form; empty for a user who only has API keys.
    password_hash text        NOT NULL DEFAULT '',
    first_name    text        NOT NULL DEFAULT '',
    last_name     text        NOT NULL DEFAULT '',
    -- Reps are whom a dealer can name as having sold or installed a system.
    sales_rep     boolean     NOT NULL DEFAULT false,
    installer_rep boolean     NOT NULL DEFAULT false,
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    -- Those who run the installation belong to no dealer, all others to one.
    CONSTRAINT users_dealer CHECK ((role IN ('office', 'technician')) = (dealer_id IS NOT NULL))
);
-- People do not remember the case of their login name.
CREATE UNIQUE INDEX users_login_name ON users (lower(login_name));
CREATE INDEX users_reps ON users (dealer_id) WHERE sales_rep OR installer_rep;

-- The seed's "Switch Dealer": further dealers for whom a user works (linked logins).
CREATE TABLE user_dealers (
    user_id   uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    dealer_id uuid NOT NULL REFERENCES dealers,
    PRIMARY KEY (user_id, dealer_id)
);

CREATE TABLE api_keys (
    id           uuid PRIMARY KEY,
    user_id      uuid        NOT NULL REFERENCES users,
    -- The readable beginning, by which people tell their keys apart.
    prefix       text        NOT NULL,
    -- SHA-256 of the whole key. A key has 256 random bits, so no slow hash is needed.
    hash         bytea       NOT NULL CONSTRAINT api_keys_hash UNIQUE CHECK (octet_length(hash) = 32),
    label        text        NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);
CREATE INDEX api_keys_user ON api_keys (user_id);

-- +goose Down
-- Loses every dealer, user and key.
DROP TABLE api_keys, user_dealers, users, dealers;
