-- What the Partner Portal keeps for a dealer's office: the default notifications, who saved the
-- profile last, whose password is a temporary one.

-- +goose Up
-- A dealer without a row has the catalogue's own list.
CREATE TABLE default_notifications (
    dealer_id uuid PRIMARY KEY REFERENCES dealers,
    kinds     text[]      NOT NULL,
    -- Grows with every change, for ETag and If-Match.
    version   integer     NOT NULL DEFAULT 1,
    saved_by  uuid REFERENCES users,
    saved_at  timestamptz NOT NULL DEFAULT now()
);

-- Copied when the account was made: what the dealer saves later, and what the customer
-- changes, leave one another alone.
CREATE TABLE account_notifications (
    account_id uuid NOT NULL REFERENCES accounts,
    kind       text NOT NULL CHECK (kind <> ''),
    PRIMARY KEY (account_id, kind)
);

ALTER TABLE dealers
    -- Grows with every change of the profile, so that two people do not overwrite each other.
    ADD COLUMN profile_version  integer NOT NULL DEFAULT 0,
    ADD COLUMN profile_saved_by uuid REFERENCES users,
    ADD COLUMN profile_saved_at timestamptz;

-- A password that somebody else drew: the next sign-in must replace it.
ALTER TABLE users ADD COLUMN must_change boolean NOT NULL DEFAULT false;

-- What was made under a key, when it is no onboarding and no commitment. Claimed in the
-- transaction that makes it, so that of two racing requests one waits.
ALTER TABLE idempotency_keys ADD COLUMN object_id uuid;

-- What a draft is to become.
ALTER TABLE drafts ADD COLUMN purpose text NOT NULL DEFAULT 'account' CHECK (purpose IN ('account', 'commitment'));

-- What a technician ticked off at the site, by whom and when.
CREATE TABLE installation_checks (
    account_id uuid NOT NULL REFERENCES accounts,
    item       text NOT NULL CHECK (item <> ''),
    user_id    uuid REFERENCES users,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, item)
);

-- +goose Down
-- Loses what dealers saved as their default notifications, those of every account, drafts of
-- commitments, and what was ticked off at sites.
DROP TABLE installation_checks;
DELETE FROM drafts WHERE purpose <> 'account'; -- who submits one later must not be charged
ALTER TABLE drafts DROP COLUMN purpose;
ALTER TABLE idempotency_keys DROP COLUMN object_id;
ALTER TABLE users DROP COLUMN must_change;
ALTER TABLE dealers DROP COLUMN profile_saved_at, DROP COLUMN profile_saved_by, DROP COLUMN profile_version;
DROP TABLE account_notifications, default_notifications;
