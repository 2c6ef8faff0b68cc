-- Files that were sent to the Partner Portal to be imported: looked at first, then imported
-- when a person says so. What a file becomes is kept elsewhere; without these rows nothing
-- but the way back to it is lost.
-- +goose Up

CREATE TABLE imports (
    id         uuid PRIMARY KEY,
    dealer_id  uuid        NOT NULL REFERENCES dealers,
    created_by uuid REFERENCES users,
    kind       text        NOT NULL CHECK (kind IN ('commitments', 'customers')),
    -- As it was sent. It has people in it, so the row is forgotten after a week.
    content    bytea       NOT NULL,
    state      text        NOT NULL DEFAULT 'examined' CHECK (state IN ('examined', 'running', 'stopped', 'done')),
    -- What became of each row, or would become of it: counts and problems, nothing typed.
    report     jsonb       NOT NULL,
    -- How many rows of the import that runs are done with.
    done_rows  integer     NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- A running import that has not been heard of for a while has died with its process.
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX imports_age ON imports (created_at);

-- +goose Down
-- Forgets files that were looked at and not imported yet.

DROP TABLE imports;
