-- Drafts, submitted applications and the runs that turn them into accounts. This is
-- the record: Temporal's history ends with its retention, these rows stay.

-- +goose Up
CREATE TABLE onboardings (
    id            uuid PRIMARY KEY,
    dealer_id     uuid        NOT NULL REFERENCES dealers,
    created_by    uuid REFERENCES users,
    source        text        NOT NULL CHECK (source IN ('api', 'portal', 'commitment', 'import')),
    commitment_id uuid,
    -- As typed until the application is accepted; checked from then on.
    kind          text        NOT NULL,
    account_type  text        NOT NULL,
    alternate_id  text        NOT NULL DEFAULT '',
    revision      integer     NOT NULL DEFAULT 1 CHECK (revision > 0),
    status        text        NOT NULL DEFAULT 'submitted' CHECK (status IN
        ('submitted', 'active', 'waiting', 'parked', 'compensating', 'completed', 'rejected', 'cancelled')),
    step          text        NOT NULL DEFAULT '',
    -- Parks are counted, so that a decision made for an earlier one can be told apart.
    park_no       integer     NOT NULL DEFAULT 0,
    park_step     text,
    park_reason   text,
    parked_since  timestamptz,
    problems      jsonb       NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(problems) = 'array'),
    ready_at      timestamptz,
    -- The last transition that counted: which run, its number and its time.
    run_id        text        NOT NULL DEFAULT '',
    transition_no integer     NOT NULL DEFAULT 0,
    transition_at timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    -- NULL until the workflow's first step began: what the reconciler looks for.
    started_at    timestamptz,
    accepted_at   timestamptz,
    ended_at      timestamptz,
    updated_at    timestamptz NOT NULL DEFAULT now(),
    -- When the reconciler last asked whether the workflow still lives.
    looked_at     timestamptz,
    -- Parked means waiting for a person: there is a step, a reason and a moment, and
    -- they are gone as soon as the run goes on.
    CONSTRAINT onboardings_parked CHECK (
        (status = 'parked' AND num_nonnulls(park_step, park_reason, parked_since) = 3) OR
        (status <> 'parked' AND num_nonnulls(park_step, park_reason, parked_since) = 0)),
    CONSTRAINT onboardings_ended CHECK ((status IN ('completed', 'rejected', 'cancelled')) = (ended_at IS NOT NULL)),
    CONSTRAINT onboardings_problems CHECK (status = 'rejected' OR problems = '[]'),
    CONSTRAINT onboardings_accepted CHECK (accepted_at IS NULL OR (kind IN ('customer', 'virtual')
        AND account_type IN ('security_system', 'standalone_video_access', 'automation_awareness')))
);
-- Lists are newest first and continue after (created_at, id).
CREATE INDEX onboardings_of_dealer ON onboardings (dealer_id, created_at DESC, id DESC);
CREATE INDEX onboardings_newest ON onboardings (created_at DESC, id DESC);
CREATE INDEX onboardings_parked_by_reason ON onboardings (park_reason, created_at DESC, id DESC) WHERE status = 'parked';
CREATE INDEX onboardings_unstarted ON onboardings (created_at) WHERE status = 'submitted' AND started_at IS NULL;
CREATE INDEX onboardings_open ON onboardings (looked_at NULLS FIRST) WHERE ended_at IS NULL;
-- The dealer's own number for a customer is unique for the dealer. One that was given
-- up before it became an account does not keep the number.
CREATE UNIQUE INDEX onboardings_alternate_id ON onboardings (dealer_id, alternate_id)
    WHERE alternate_id <> '' AND status NOT IN ('rejected', 'cancelled');
-- A commitment becomes an account once.
CREATE UNIQUE INDEX onboardings_commitment ON onboardings (commitment_id)
    WHERE commitment_id IS NOT NULL AND status NOT IN ('rejected', 'cancelled');

-- A module belongs to the onboarding that holds it, and through it to the account that
-- the onboarding made. One column, so it can have one owner only, and whoever loses a
-- race for the row is told so.
ALTER TABLE modules ADD COLUMN onboarding_id uuid REFERENCES onboardings;
-- Partial, so that changing the owner is no change of a key: it need not wait for
-- transactions that merely refer to the module.
CREATE UNIQUE INDEX modules_onboarding ON modules (onboarding_id) WHERE onboarding_id IS NOT NULL;

CREATE TABLE applications (
    onboarding_id uuid        NOT NULL REFERENCES onboardings,
    revision      integer     NOT NULL CHECK (revision > 0),
    -- applicationjson.Application: as it was typed, and checked with all defaults filled in.
    typed         jsonb       NOT NULL,
    resolved      jsonb,
    module_id     uuid REFERENCES modules,
    quote         jsonb,
    created_by    uuid REFERENCES users,
    created_at    timestamptz NOT NULL DEFAULT now(),
    resolved_at   timestamptz,
    PRIMARY KEY (onboarding_id, revision),
    CONSTRAINT applications_resolved CHECK (num_nonnulls(resolved, quote, resolved_at) IN (0, 3)),
    CONSTRAINT applications_module CHECK (module_id IS NULL OR resolved IS NOT NULL)
);

-- Steps carry only a revision number, so what the number stands for must never move.
-- +goose StatementBegin
CREATE FUNCTION applications_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.resolved IS NOT NULL OR NEW.typed IS DISTINCT FROM OLD.typed
        OR (NEW.onboarding_id, NEW.revision) IS DISTINCT FROM (OLD.onboarding_id, OLD.revision) THEN
        RAISE EXCEPTION 'an application is never changed: write the next revision'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_immutable';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER applications_immutable BEFORE UPDATE OR DELETE ON applications
    FOR EACH ROW EXECUTE FUNCTION applications_immutable();

-- One line of the timeline. A step that is sent on again goes on in its line.
CREATE TABLE onboarding_steps (
    onboarding_id uuid    NOT NULL REFERENCES onboardings,
    step          text    NOT NULL,
    revision      integer NOT NULL,
    status        text    NOT NULL CHECK (status IN ('pending', 'running', 'done', 'parked', 'skipped')),
    attempts      integer NOT NULL DEFAULT 0,
    started_at    timestamptz,
    ended_at      timestamptz,
    code          text    NOT NULL DEFAULT '',
    PRIMARY KEY (onboarding_id, step),
    CONSTRAINT onboarding_steps_ended CHECK ((status IN ('done', 'skipped')) = (ended_at IS NOT NULL))
);

-- What makes an effect happen once, whatever is retried: a done effect hands back its
-- result. Never keyed by a Temporal run or activity ID, which a reset changes.
CREATE TABLE step_effects (
    onboarding_id uuid        NOT NULL REFERENCES onboardings,
    step          text        NOT NULL,
    revision      integer     NOT NULL,
    -- undone: taken back by the undo step, so that it would have to be made again.
    state         text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'undone')),
    attempts      integer     NOT NULL DEFAULT 0,
    result        jsonb,
    -- What the other side calls the effect, e.g. the carrier's registration.
    external_ref  text        NOT NULL DEFAULT '',
    code          text        NOT NULL DEFAULT '',
    -- The full text of the last failure. Kept here and nowhere else: it may be personal.
    detail        text        NOT NULL DEFAULT '',
    began_at      timestamptz NOT NULL DEFAULT now(),
    done_at       timestamptz,
    PRIMARY KEY (onboarding_id, step, revision),
    CONSTRAINT step_effects_done CHECK (state <> 'done' OR done_at IS NOT NULL)
);

-- seq is also the order in which Server-Sent Events are sent. Events of one onboarding
-- are written under its row lock, so they become visible in the order of seq.
CREATE TABLE onboarding_events (
    seq           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    onboarding_id uuid        NOT NULL REFERENCES onboardings,
    at            timestamptz NOT NULL DEFAULT now(),
    kind          text        NOT NULL,
    step          text        NOT NULL DEFAULT '',
    code          text        NOT NULL DEFAULT '',
    by            text        NOT NULL DEFAULT '',
    note          text        NOT NULL DEFAULT '',
    -- Names what happened, so that telling it twice leaves one event.
    dedupe_key    text        NOT NULL,
    CONSTRAINT onboarding_events_once UNIQUE (onboarding_id, dedupe_key)
);
CREATE INDEX onboarding_events_of ON onboarding_events (onboarding_id, seq);

-- +goose StatementBegin
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER onboarding_events_append_only BEFORE UPDATE OR DELETE ON onboarding_events
    FOR EACH ROW EXECUTE FUNCTION append_only();

-- Whoever follows an onboarding is woken. The payload is its ID and nothing else.
-- +goose StatementBegin
CREATE FUNCTION onboarding_events_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('onboarding_events', NEW.onboarding_id::text);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER onboarding_events_notify AFTER INSERT ON onboarding_events
    FOR EACH ROW EXECUTE FUNCTION onboarding_events_notify();

-- "Continue On This Customer": what was typed so far. Sections are rows of their own,
-- so that two people can each fill in a page.
CREATE TABLE drafts (
    id            uuid PRIMARY KEY,
    dealer_id     uuid        NOT NULL REFERENCES dealers,
    created_by    uuid REFERENCES users,
    kind          text        NOT NULL CHECK (kind IN ('customer', 'virtual')),
    -- Set when it was submitted: a draft becomes one onboarding.
    onboarding_id uuid CONSTRAINT drafts_onboarding UNIQUE REFERENCES onboardings,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX drafts_of_dealer ON drafts (dealer_id, updated_at DESC, id) WHERE onboarding_id IS NULL;

CREATE TABLE draft_sections (
    draft_id   uuid        NOT NULL REFERENCES drafts ON DELETE CASCADE,
    section    text        NOT NULL,
    content    jsonb       NOT NULL,
    -- Grows with every change, for ETag and If-Match.
    version    integer     NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (draft_id, section)
);

-- +goose Down
-- Loses every draft, application and run; the workflows in Temporal go on without a record.
DROP TABLE draft_sections, drafts, onboarding_events, step_effects, onboarding_steps, applications;
DROP FUNCTION onboarding_events_notify(), append_only(), applications_immutable();
ALTER TABLE modules DROP COLUMN onboarding_id;
DROP TABLE onboardings;
