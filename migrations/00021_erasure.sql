-- A person's data can be taken out of the record, and what is kept for a time only is found
-- by its age. What stays is in docs/privacy.md.

-- +goose Up
ALTER TABLE onboardings
    ADD COLUMN erased_at timestamptz,
    ADD CONSTRAINT onboardings_erased CHECK (erased_at IS NULL OR ended_at IS NOT NULL);
ALTER TABLE commitments
    ADD COLUMN erased_at timestamptz,
    ADD CONSTRAINT commitments_erased CHECK (erased_at IS NULL OR state NOT IN ('open', 'needs_serial'));

-- What an erased application says: enough for a page to be drawn, and nobody's name. The
-- words that people typed as kind and type are of those that the columns allow.
-- +goose StatementBegin
CREATE FUNCTION erased_answers(kind text, account_type text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('kind', kind, 'account', jsonb_build_object('type', account_type),
        'customer', jsonb_build_object('first_name', 'Erased', 'last_name', 'customer'))
$$;
-- +goose StatementEnd

-- The one change that an application may see: everything personal goes, after its customer
-- was erased; what steps refer to stays.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION applications_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erased jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT erased_answers(kind, account_type) INTO erased
        FROM onboardings WHERE id = OLD.onboarding_id AND erased_at IS NOT NULL;
        IF NEW.typed = erased AND coalesce(NEW.resolved, erased) = erased
            AND to_jsonb(NEW) - '{typed,resolved}'::text[] = to_jsonb(OLD) - '{typed,resolved}'::text[] THEN
            RETURN NEW;
        END IF;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.resolved IS NOT NULL OR NEW.typed IS DISTINCT FROM OLD.typed
        OR (NEW.onboarding_id, NEW.revision) IS DISTINCT FROM (OLD.onboarding_id, OLD.revision) THEN
        RAISE EXCEPTION 'an application is never changed: write the next revision'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_immutable';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- A customer is an onboarding, or the onboarding that a commitment was going to be. One that
-- was given up lets its commitment be activated again, as another onboarding.
-- +goose StatementBegin
CREATE FUNCTION commitments_of_customer(customer uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT id FROM commitments WHERE onboarding_id = customer
    UNION SELECT commitment_id FROM onboardings WHERE id = customer AND commitment_id IS NOT NULL
$$;
-- +goose StatementEnd

-- What the audit trail calls the things of a customer.
-- +goose StatementBegin
CREATE FUNCTION objects_of_customer(customer uuid) RETURNS SETOF text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT customer::text;
    RETURN QUERY SELECT id::text FROM accounts WHERE onboarding_id = customer;
    RETURN QUERY SELECT commitment::text FROM commitments_of_customer(customer) commitment;
    RETURN QUERY SELECT id::text FROM drafts WHERE onboarding_id = customer;
    RETURN QUERY SELECT id::text FROM letters WHERE onboarding_id = customer;
    IF to_regclass('account_changes') IS NOT NULL THEN
        RETURN QUERY SELECT id::text FROM account_changes WHERE onboarding_id = customer;
    END IF;
END $$;
-- +goose StatementEnd

-- A reason was written by a person and may name people. It may become 'erased', and nothing
-- else; that something was done, when and by whom stays.
-- +goose StatementBegin
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasing CONSTANT uuid := nullif(current_setting('latchkey.erasing', true), '');
BEGIN
    IF TG_OP = 'UPDATE' AND erasing IS NOT NULL THEN
        IF NEW.reason = 'erased' AND OLD.object_id IN (SELECT objects_of_customer(erasing))
            AND (EXISTS (SELECT FROM onboardings WHERE id = erasing AND erased_at IS NOT NULL)
                OR EXISTS (SELECT FROM commitments WHERE onboarding_id = erasing AND erased_at IS NOT NULL))
            AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'audit_append_only';
END $$;
-- +goose StatementEnd
DROP TRIGGER audit_append_only ON audit;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();

-- A decision that was made in Temporal's own UI has its reason in its event.
-- +goose StatementBegin
CREATE FUNCTION onboarding_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.note = 'erased' AND EXISTS (SELECT FROM onboardings WHERE id = OLD.onboarding_id AND erased_at IS NOT NULL) AND to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'onboarding_events is append-only'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'onboarding_events_append_only';
END $$;
-- +goose StatementEnd
DROP TRIGGER onboarding_events_append_only ON onboarding_events;
CREATE TRIGGER onboarding_events_append_only BEFORE UPDATE OR DELETE ON onboarding_events
    FOR EACH ROW EXECUTE FUNCTION onboarding_events_append_only();

-- Erasing is the owner's: a role that may not touch an application or the audit trail may
-- call it, and can do nothing else to them. The path is fixed, so that nobody's temporary
-- table is taken for one of ours.
-- +goose StatementBegin
CREATE FUNCTION erase_customer(customer uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    -- The line that says who erases and why is written first.
    kept CONSTANT text := 'customer.erase';
    theirs CONSTANT uuid[] := ARRAY(SELECT commitments_of_customer(customer));
BEGIN
    PERFORM FROM onboardings WHERE id = customer FOR NO KEY UPDATE;
    PERFORM FROM commitments WHERE id = ANY (theirs) FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM onboardings o LEFT JOIN accounts a ON a.onboarding_id = o.id
            WHERE (o.id = customer OR o.commitment_id = ANY (theirs))
                AND (o.ended_at IS NULL OR a.state <> 'closed'))
        OR EXISTS (SELECT FROM commitments WHERE id = ANY (theirs) AND state IN ('open', 'needs_serial')) THEN
        RAISE EXCEPTION 'a customer who is served is not erased'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'erase_customer_served';
    END IF;
    IF to_regclass('account_changes') IS NOT NULL THEN
        IF EXISTS (SELECT FROM account_changes WHERE onboarding_id = customer AND ended_at IS NULL) THEN
            RAISE EXCEPTION 'a customer whose module is not released is not erased'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'erase_customer_served';
        END IF;
    END IF;
    IF NOT EXISTS (SELECT FROM audit WHERE action = kept AND object_id = customer::text) THEN
        RAISE EXCEPTION 'nothing is erased without a line of the audit trail'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'erase_customer_audited';
    END IF;

    UPDATE onboardings SET erased_at = coalesce(erased_at, now()), alternate_id = '',
        kind = CASE WHEN kind = 'virtual' THEN kind ELSE 'customer' END,
        account_type = CASE WHEN account_type IN ('standalone_video_access', 'automation_awareness') THEN account_type ELSE 'security_system' END
    WHERE id = customer;
    UPDATE applications a SET typed = e.answers, resolved = CASE WHEN a.resolved IS NOT NULL THEN e.answers END
    FROM (SELECT erased_answers(kind, account_type) AS answers FROM onboardings WHERE id = customer) e
    WHERE a.onboarding_id = customer;
    UPDATE commitments SET typed = erased_answers('customer', 'security_system'), alternate_id = '', installer_rep = '', words = '',
        erased_at = coalesce(erased_at, now()), version = version + 1
    WHERE id = ANY (theirs);
    PERFORM set_config('latchkey.erasing', customer::text, true);
    UPDATE audit SET reason = 'erased'
    WHERE object_id IN (SELECT objects_of_customer(customer)) AND reason NOT IN ('', 'erased') AND action <> kept;

    -- The note of a decision made through us is the number of its line of the audit trail.
    UPDATE onboarding_events SET note = 'erased'
    WHERE onboarding_id = customer AND note NOT IN ('', 'erased') AND note !~ '^audit [0-9a-f-]{36}$';

    UPDATE accounts SET first_name = 'Erased', last_name = 'customer', company_name = '', email = '', phone = '', receiver_id = NULL, account_number = NULL
    WHERE onboarding_id = customer;
    -- A group that nobody else was in is named after its one customer.
    UPDATE enterprise_groups g SET name = 'Erased ' || g.number
    WHERE g.founder_id IN (SELECT id FROM accounts WHERE onboarding_id = customer)
        AND NOT EXISTS (SELECT FROM accounts a WHERE a.enterprise_group_id = g.id AND a.onboarding_id <> customer);
    DELETE FROM customer_words WHERE onboarding_id = customer;
    DELETE FROM logins WHERE onboarding_id = customer;
    UPDATE step_effects SET detail = '' WHERE onboarding_id = customer;
    UPDATE coverage_checks SET overridden_by = 'erased' WHERE onboarding_id = customer AND overridden_by <> '';
    UPDATE letters SET state = CASE WHEN state IN ('pending', 'sending') THEN 'void' ELSE state END, token_hash = NULL, token_expires = NULL
    WHERE onboarding_id = customer;
    UPDATE emails SET detail = '', receipt = '' WHERE letter_id IN (SELECT id FROM letters WHERE onboarding_id = customer);
    UPDATE panel_events SET module = '' WHERE onboarding_id = customer;
    DELETE FROM drafts WHERE onboarding_id = customer;
    DELETE FROM idempotency_keys WHERE onboarding_id = customer OR commitment_id = ANY (theirs);
    IF to_regclass('account_changes') IS NOT NULL THEN
        UPDATE account_changes SET detail = '' WHERE onboarding_id = customer;
    END IF;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION erase_customer(uuid) FROM PUBLIC;

-- What the daily clearing looks for.
CREATE INDEX accounts_erasable ON accounts (closed_at) WHERE state = 'closed';
CREATE INDEX onboardings_erasable ON onboardings (ended_at) WHERE status IN ('rejected', 'cancelled') AND erased_at IS NULL;
CREATE INDEX commitments_erasable ON commitments (updated_at) WHERE state IN ('cancelled', 'expired') AND erased_at IS NULL;

-- +goose Down
-- What was erased stays erased; which customers that were is forgotten.
DROP INDEX commitments_erasable, onboardings_erasable, accounts_erasable;
DROP FUNCTION erase_customer(uuid);
DROP TRIGGER audit_append_only ON audit;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION append_only();
DROP TRIGGER onboarding_events_append_only ON onboarding_events;
CREATE TRIGGER onboarding_events_append_only BEFORE UPDATE OR DELETE ON onboarding_events
    FOR EACH ROW EXECUTE FUNCTION append_only();
DROP FUNCTION audit_append_only(), onboarding_events_append_only(), objects_of_customer(uuid), commitments_of_customer(uuid);
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION applications_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.resolved IS NOT NULL OR NEW.typed IS DISTINCT FROM OLD.typed
        OR (NEW.onboarding_id, NEW.revision) IS DISTINCT FROM (OLD.onboarding_id, OLD.revision) THEN
        RAISE EXCEPTION 'an application is never changed: write the next revision'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'applications_immutable';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
DROP FUNCTION erased_answers(text, text);
ALTER TABLE commitments DROP COLUMN erased_at;
ALTER TABLE onboardings DROP COLUMN erased_at;
