-- What happens to an account later in its life and needs the carrier: another module, or its
-- end. Like an onboarding, a change is a row that outlives its workflow.

-- +goose Up
CREATE TABLE account_changes (
    -- A termination has its account's ID: an account ends once.
    id              uuid PRIMARY KEY,
    kind            text        NOT NULL CHECK (kind IN ('module_swap', 'termination')),
    account_id      uuid        NOT NULL REFERENCES accounts,
    onboarding_id   uuid        NOT NULL REFERENCES onboardings,
    dealer_id       uuid        NOT NULL REFERENCES dealers,
    -- NULL when an account without a panel is terminated.
    old_module_id   uuid REFERENCES modules,
    new_module_id   uuid REFERENCES modules,
    panel_type      text        NOT NULL DEFAULT '',
    pathway         text        NOT NULL DEFAULT '',
    -- Why the account was terminated, as a code. What people wrote is in the audit trail.
    reason          text        NOT NULL DEFAULT '',
    -- The new customer's draft, when the module was recycled. Drafts expire.
    draft_id        uuid REFERENCES drafts ON DELETE SET NULL,
    -- Grows when another module is to be registered: part of the carrier's key.
    revision        integer     NOT NULL DEFAULT 1 CHECK (revision > 0),
    status          text        NOT NULL DEFAULT 'submitted' CHECK (status IN
        ('submitted', 'active', 'waiting', 'parked', 'compensating', 'completed', 'cancelled')),
    step            text        NOT NULL DEFAULT '',
    park_no         integer     NOT NULL DEFAULT 0,
    park_step       text,
    park_reason     text,
    parked_since    timestamptz,
    ready_at        timestamptz,
    -- What was done, each once: a retried step finds its time here.
    registered_at   timestamptz,
    switched_at     timestamptz,
    released_at     timestamptz,
    -- The panel's first communication through the new module.
    communicated_at timestamptz,
    -- The last fault of the present step. Its full text is kept here and nowhere else.
    code            text        NOT NULL DEFAULT '',
    detail          text        NOT NULL DEFAULT '',
    run_id          text        NOT NULL DEFAULT '',
    transition_no   integer     NOT NULL DEFAULT 0,
    transition_at   timestamptz,
    created_by      uuid REFERENCES users,
    created_at      timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    ended_at        timestamptz,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    looked_at       timestamptz,
    CONSTRAINT account_changes_parked CHECK (
        (status = 'parked' AND num_nonnulls(park_step, park_reason, parked_since) = 3) OR
        (status <> 'parked' AND num_nonnulls(park_step, park_reason, parked_since) = 0)),
    CONSTRAINT account_changes_ended CHECK ((status IN ('completed', 'cancelled')) = (ended_at IS NOT NULL)),
    CONSTRAINT account_changes_kinds CHECK (CASE kind
        WHEN 'module_swap' THEN num_nonnulls(old_module_id, new_module_id) = 2 AND old_module_id <> new_module_id AND reason = ''
        ELSE id = account_id AND new_module_id IS NULL AND reason <> '' END)
);
-- An account gets one module at a time.
CREATE UNIQUE INDEX account_changes_open_swap ON account_changes (account_id) WHERE kind = 'module_swap' AND ended_at IS NULL;
CREATE INDEX account_changes_of_account ON account_changes (account_id, created_at DESC);
CREATE INDEX account_changes_newest ON account_changes (kind, created_at DESC, id DESC);
CREATE INDEX account_changes_open ON account_changes (looked_at NULLS FIRST) WHERE ended_at IS NULL;
CREATE INDEX account_changes_parked_by_reason ON account_changes (park_reason, parked_since) WHERE status = 'parked';

-- A module belongs to an onboarding, or to the change that is about to give it to one or
-- to release it at the carrier; never to both.
ALTER TABLE modules ADD COLUMN change_id uuid REFERENCES account_changes;
ALTER TABLE modules ADD CONSTRAINT modules_one_owner CHECK (num_nonnulls(onboarding_id, change_id) <= 1);
CREATE UNIQUE INDEX modules_change ON modules (change_id) WHERE change_id IS NOT NULL;

-- From when until when an account is billed, and for which module. A swap ends one period
-- and begins the next in one moment, so no module is billed twice and none is forgotten.
CREATE TABLE billing_periods (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id uuid        NOT NULL REFERENCES accounts,
    module_id  uuid REFERENCES modules,
    began_at   timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    CONSTRAINT billing_periods_order CHECK (ended_at >= began_at)
);
CREATE UNIQUE INDEX billing_periods_of_account ON billing_periods (account_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX billing_periods_of_module ON billing_periods (module_id) WHERE ended_at IS NULL;
INSERT INTO billing_periods (account_id, module_id, began_at, ended_at)
SELECT id, module_id, created_at, closed_at FROM accounts WHERE kind <> 'virtual';

-- +goose Down
-- Loses every swap and termination; modules that wait for their release are free at once.
ALTER TABLE modules DROP COLUMN change_id;
DROP TABLE billing_periods, account_changes;
