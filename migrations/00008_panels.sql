-- A panel's first communication and what waits for it.

-- +goose Up
CREATE TABLE template_assignments (
    onboarding_id uuid PRIMARY KEY REFERENCES onboardings,
    template_id   uuid        NOT NULL REFERENCES panel_templates,
    state         text        NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'pushed', 'failed')),
    -- Why it could not be pushed.
    code          text        NOT NULL DEFAULT '',
    queued_at     timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,
    CONSTRAINT template_assignments_ended CHECK ((state = 'queued') = (ended_at IS NULL))
);

-- Events of the panel network, each once: its sender repeats them until we answer.
CREATE TABLE panel_events (
    event_id      text PRIMARY KEY CHECK (event_id <> ''),
    -- As the network sent it; kept even when the inventory does not know it.
    module        text        NOT NULL,
    module_id     uuid REFERENCES modules,
    onboarding_id uuid REFERENCES onboardings,
    kind          text        NOT NULL,
    at            timestamptz NOT NULL,
    received_at   timestamptz NOT NULL DEFAULT now()
);

-- Mails to the dealer's office, each once.
CREATE TABLE notices (
    onboarding_id uuid        NOT NULL REFERENCES onboardings,
    notice        text        NOT NULL,
    sent_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (onboarding_id, notice)
);

-- +goose Down
DROP TABLE notices, panel_events, template_assignments;
