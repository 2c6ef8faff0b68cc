-- What a dealer adds to the catalogue that comes with the program: own prices, package
-- templates, AirFX panel templates, customer sources.

-- +goose Up
-- An item without a row costs what the catalogue says. Prices are fixed into an
-- application when it is accepted, so changing a row touches no running onboarding.
CREATE TABLE dealer_prices (
    dealer_id        uuid   NOT NULL REFERENCES dealers,
    item_id          text   NOT NULL CHECK (item_id <> ''),
    monthly_cents    bigint NOT NULL CHECK (monthly_cents >= 0),
    activation_cents bigint NOT NULL CHECK (activation_cents >= 0),
    PRIMARY KEY (dealer_id, item_id)
);

CREATE TABLE package_templates (
    id         uuid PRIMARY KEY,
    dealer_id  uuid  NOT NULL REFERENCES dealers,
    name       text  NOT NULL CHECK (name <> ''),
    package_id text  NOT NULL,
    -- [{"id": …, "quantity": …}]
    add_ons    jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(add_ons) = 'array'),
    CONSTRAINT package_templates_name UNIQUE (dealer_id, name)
);

CREATE TABLE panel_templates (
    id         uuid PRIMARY KEY,
    dealer_id  uuid        NOT NULL REFERENCES dealers,
    name       text        NOT NULL CHECK (name <> ''),
    panel_type text        NOT NULL,
    -- Grows with every change, for ETag and If-Match.
    version    integer     NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Deleted for new accounts. The row stays: panels may still be waiting for it.
    retired_at timestamptz
);
CREATE UNIQUE INDEX panel_templates_name ON panel_templates (dealer_id, name) WHERE retired_at IS NULL;

CREATE TABLE customer_sources (
    id        uuid PRIMARY KEY,
    dealer_id uuid NOT NULL REFERENCES dealers,
    name      text NOT NULL CHECK (name <> ''),
    CONSTRAINT customer_sources_name UNIQUE (dealer_id, name)
);

-- +goose Down
DROP TABLE customer_sources, panel_templates, package_templates, dealer_prices;
