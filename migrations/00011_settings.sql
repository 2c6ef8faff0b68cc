-- What a dealer changes in the settings: stations, receivers and customer sources can be
-- taken away from new accounts.

-- +goose Up
-- The rows stay: accounts and applications, old ones too, still name them. A name is free
-- again once its owner is retired.
ALTER TABLE monitoring_stations
    ADD COLUMN retired_at timestamptz,
    DROP CONSTRAINT monitoring_stations_name;
CREATE UNIQUE INDEX monitoring_stations_name ON monitoring_stations (dealer_id, name) WHERE retired_at IS NULL;

ALTER TABLE receivers
    ADD COLUMN retired_at timestamptz,
    DROP CONSTRAINT receivers_name;
CREATE UNIQUE INDEX receivers_name ON receivers (station_id, name) WHERE retired_at IS NULL;

ALTER TABLE customer_sources
    ADD COLUMN retired_at timestamptz,
    DROP CONSTRAINT customer_sources_name;
CREATE UNIQUE INDEX customer_sources_name ON customer_sources (dealer_id, name) WHERE retired_at IS NULL;

CREATE INDEX users_of_dealer ON users (dealer_id);

-- +goose Down
-- Brings back what was retired, with its ID in its name: the name may belong to another by now.
DROP INDEX users_of_dealer, customer_sources_name, receivers_name, monitoring_stations_name;
UPDATE customer_sources SET name = name || ' ' || id WHERE retired_at IS NOT NULL;
UPDATE receivers SET name = name || ' ' || id WHERE retired_at IS NOT NULL;
UPDATE monitoring_stations SET name = name || ' ' || id WHERE retired_at IS NOT NULL;
ALTER TABLE customer_sources DROP COLUMN retired_at, ADD CONSTRAINT customer_sources_name UNIQUE (dealer_id, name);
ALTER TABLE receivers DROP COLUMN retired_at, ADD CONSTRAINT receivers_name UNIQUE (station_id, name);
ALTER TABLE monitoring_stations DROP COLUMN retired_at, ADD CONSTRAINT monitoring_stations_name UNIQUE (dealer_id, name);
