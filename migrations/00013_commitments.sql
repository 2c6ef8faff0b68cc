-- Commitments: applications that are stored ahead and become onboardings later, by hand or
-- on a date.
-- +goose Up

CREATE TABLE commitments (
    id            uuid PRIMARY KEY,
    -- What people read and type; unique over all dealers, since it is given away alone.
    number        text        NOT NULL CONSTRAINT commitments_number UNIQUE,
    dealer_id     uuid        NOT NULL REFERENCES dealers,
    created_by    uuid REFERENCES users,
    -- applicationjson.Application, as it was typed: checked again when it is activated.
    typed         jsonb       NOT NULL,
    alternate_id  text        NOT NULL DEFAULT '',
    -- What is expected of the installation; all of it may be empty.
    install_date  date,
    network       text        NOT NULL DEFAULT '',
    panel_type    text        NOT NULL DEFAULT '',
    installer_rep text        NOT NULL DEFAULT '',
    state         text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'needs_serial', 'activated', 'cancelled', 'expired')),
    -- An instant; the zone is the property's, for whoever reads or types a date.
    activate_at   timestamptz,
    time_zone     text        NOT NULL CHECK (time_zone <> ''),
    expires_at    timestamptz NOT NULL,
    -- The onboarding it is or will be. Fixed before anybody activates it, so that "activate
    -- now" and the sweep mean the same one.
    onboarding_id uuid        NOT NULL CONSTRAINT commitments_onboarding UNIQUE,
    -- A sweep that claimed it has until then; one that died lets go of it so.
    claimed_until timestamptz,
    -- Grows with every change, for ETag and If-Match.
    version       integer     NOT NULL DEFAULT 1,
    -- Folded by the program, like customer_words.
    words         tsvector    NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT commitments_needs_serial CHECK (state <> 'needs_serial' OR activate_at IS NOT NULL)
);
-- Lists are newest first and continue after (created_at, id).
CREATE INDEX commitments_of_dealer ON commitments (dealer_id, created_at DESC, id DESC);
CREATE INDEX commitments_newest ON commitments (created_at DESC, id DESC);
CREATE INDEX commitments_by_install_date ON commitments (install_date, created_at DESC, id DESC) WHERE install_date IS NOT NULL;
CREATE INDEX commitments_found ON commitments USING gin (words);
-- What the sweep looks for, every minute.
CREATE INDEX commitments_due ON commitments (activate_at, id) WHERE state = 'open' AND activate_at IS NOT NULL;
CREATE INDEX commitments_expiring ON commitments (expires_at) WHERE state IN ('open', 'needs_serial');
-- The dealer's own number for a customer stands for one that is waiting.
CREATE UNIQUE INDEX commitments_alternate_id ON commitments (dealer_id, alternate_id)
    WHERE alternate_id <> '' AND state IN ('open', 'needs_serial');

ALTER TABLE onboardings ADD CONSTRAINT onboardings_of_commitment FOREIGN KEY (commitment_id) REFERENCES commitments;
-- How many the sweep has on their way: it waits before it starts more.
CREATE INDEX onboardings_of_sweep ON onboardings (created_at) WHERE source = 'commitment' AND status IN ('submitted', 'active');
ALTER TABLE announcements ADD CONSTRAINT announcements_of_commitment FOREIGN KEY (commitment_id) REFERENCES commitments;

-- Claimed before the commitment is written, so that of two racing requests one waits.
ALTER TABLE idempotency_keys ADD COLUMN commitment_id uuid REFERENCES commitments DEFERRABLE INITIALLY DEFERRED;

-- +goose Down
-- Loses every commitment that waits to be activated.
ALTER TABLE idempotency_keys DROP COLUMN commitment_id;
ALTER TABLE announcements DROP CONSTRAINT announcements_of_commitment;
DROP INDEX onboardings_of_sweep;
ALTER TABLE onboardings DROP CONSTRAINT onboardings_of_commitment;
DROP TABLE commitments;
