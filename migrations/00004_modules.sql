-- The inventory of cellular modules.

-- +goose Up
CREATE TABLE modules (
    id               uuid PRIMARY KEY,
    -- Canonical forms only, so that equality is identity; NULL when a module has none.
    serial           text CONSTRAINT modules_serial UNIQUE CHECK (serial ~ '^[0-9]{10}$'),
    imei             text CONSTRAINT modules_imei UNIQUE CHECK (imei ~ '^[0-9]{15}$'),
    meid             text CONSTRAINT modules_meid UNIQUE CHECK (meid ~ '^[0-9A-F]{14}$'),
    network          text        NOT NULL,
    -- The panels it fits; the first is what Auto Detect Equipment finds.
    panel_types      text[]      NOT NULL CHECK (cardinality(panel_types) > 0),
    default_pathway  text        NOT NULL,
    pathways         text[]      NOT NULL,
    two_way_voice    boolean     NOT NULL DEFAULT false,
    firmware_version text        NOT NULL DEFAULT '',
    -- The day from which its network takes no new modules.
    sunset_on        date,
    -- NULL: any dealer may use it.
    dealer_id        uuid REFERENCES dealers,
    retired_at       timestamptz,
    created_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT modules_identified CHECK (num_nonnulls(serial, imei, meid) > 0),
    CONSTRAINT modules_default_pathway CHECK (default_pathway = ANY (pathways))
);

-- +goose Down
DROP TABLE modules;
