-- What an onboarding makes: the account, its login, its charge. And what register_module
-- and check_coverage learned from the carrier on the way.

-- +goose Up
CREATE TABLE accounts (
    id              uuid PRIMARY KEY,
    onboarding_id   uuid        NOT NULL CONSTRAINT accounts_onboarding UNIQUE REFERENCES onboardings,
    dealer_id       uuid        NOT NULL REFERENCES dealers,
    kind            text        NOT NULL CHECK (kind IN ('customer', 'virtual')),
    type            text        NOT NULL CHECK (type IN ('security_system', 'standalone_video_access', 'automation_awareness')),
    first_name      text        NOT NULL,
    last_name       text        NOT NULL,
    company_name    text        NOT NULL DEFAULT '',
    email           text        NOT NULL,
    phone           text        NOT NULL DEFAULT '',
    language        text        NOT NULL,
    -- The installation address's: letters are dated in it.
    time_zone       text        NOT NULL,
    module_id       uuid REFERENCES modules,
    package_id      text        NOT NULL,
    receiver_id     uuid REFERENCES receivers,
    account_number  text,
    state           text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    -- When the module's network hour is over; NULL for accounts without one.
    ready_at        timestamptz,
    -- The panel's first communication, which lifts the login block.
    communicated_at timestamptz,
    closed_at       timestamptz,
    CONSTRAINT accounts_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CONSTRAINT accounts_forwarding CHECK (num_nonnulls(receiver_id, account_number) IN (0, 2)),
    -- A virtual customer is a simulation: nothing of it reaches a carrier or a station.
    CONSTRAINT accounts_virtual CHECK (kind <> 'virtual' OR num_nonnulls(module_id, receiver_id, ready_at) = 0)
);
-- Two customers with one number on a receiver would send the police to the wrong door.
CREATE UNIQUE INDEX accounts_account_number ON accounts (receiver_id, account_number) WHERE state = 'open';
CREATE UNIQUE INDEX accounts_module ON accounts (module_id) WHERE state = 'open';
CREATE INDEX accounts_of_dealer ON accounts (dealer_id, created_at DESC, id DESC);

-- Reserved at validate for the onboarding, owned by its account from create_account on.
-- A login that is given up is deleted, and its name is free again.
CREATE TABLE logins (
    onboarding_id uuid PRIMARY KEY REFERENCES onboardings,
    account_id    uuid CONSTRAINT logins_account UNIQUE REFERENCES accounts,
    name          text        NOT NULL CHECK (name <> ''),
    -- argon2id, in its encoded form; empty until a password is set.
    password_hash text        NOT NULL DEFAULT '',
    -- The password is a temporary one: the next login must replace it.
    must_change   boolean     NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now()
);
-- Not case-sensitive: JohnDoe and johndoe are one name.
CREATE UNIQUE INDEX logins_name ON logins (lower(name));

-- Money is never changed, only reversed. Written in the transaction that makes or
-- closes the account, so the unique constraint is what charges exactly once.
CREATE TABLE ledger (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    onboarding_id uuid        NOT NULL REFERENCES onboardings,
    account_id    uuid        NOT NULL REFERENCES accounts,
    dealer_id     uuid        NOT NULL REFERENCES dealers,
    kind          text        NOT NULL CHECK (kind IN ('activation', 'activation_reversal')),
    amount_cents  bigint      NOT NULL,
    currency      text        NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ledger_once UNIQUE (onboarding_id, kind),
    CONSTRAINT ledger_sign CHECK (CASE kind WHEN 'activation' THEN amount_cents >= 0 ELSE amount_cents <= 0 END)
);
CREATE INDEX ledger_of_dealer ON ledger (dealer_id, id);
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON ledger
    FOR EACH ROW EXECUTE FUNCTION append_only();

CREATE TABLE coverage_checks (
    onboarding_id uuid        NOT NULL REFERENCES onboardings,
    revision      integer     NOT NULL,
    report        jsonb       NOT NULL CHECK (jsonb_typeof(report) = 'array'),
    -- The reason that the application gave for going on all the same; empty when it was not needed.
    overridden_by text        NOT NULL DEFAULT '',
    checked_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (onboarding_id, revision)
);

CREATE TABLE registrations (
    onboarding_id   uuid        NOT NULL REFERENCES onboardings,
    revision        integer     NOT NULL,
    module_id       uuid        NOT NULL REFERENCES modules,
    registration_id text        NOT NULL,
    -- The revision whose key the carrier knows the registration by: an earlier one when
    -- this revision found what that one had registered.
    key_revision    integer     NOT NULL,
    registered_at   timestamptz NOT NULL DEFAULT now(),
    deregistered_at timestamptz,
    PRIMARY KEY (onboarding_id, revision)
);

-- +goose Down
-- Loses every account, login and charge. Modules stay registered with the carrier.
DROP TABLE registrations, coverage_checks, ledger, logins, accounts;
