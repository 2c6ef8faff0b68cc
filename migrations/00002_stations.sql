-- Monitoring stations and the receivers where they take signals.

-- +goose Up
CREATE TABLE monitoring_stations (
    id         uuid PRIMARY KEY,
    dealer_id  uuid        NOT NULL REFERENCES dealers,
    name       text        NOT NULL CHECK (name <> ''),
    phone      text        NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT monitoring_stations_name UNIQUE (dealer_id, name)
);

CREATE TABLE receivers (
    id            uuid PRIMARY KEY,
    station_id    uuid        NOT NULL REFERENCES monitoring_stations,
    name          text        NOT NULL CHECK (name <> ''),
    -- Phone number or IP end point, for people to read.
    number        text        NOT NULL DEFAULT '',
    -- Decides the form of the account numbers.
    protocol      text        NOT NULL CHECK (protocol IN ('contact_id', 'sia', 'dc09')),
    two_way_voice boolean     NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT receivers_name UNIQUE (station_id, name)
);

-- +goose Down
DROP TABLE receivers, monitoring_stations;
