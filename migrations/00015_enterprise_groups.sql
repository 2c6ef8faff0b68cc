-- Enterprise groups: the locations of one business, seen together. A location is in one group
-- at most, and a group has locations of one dealer alone.

-- +goose Up
-- What the foreign keys below refer to, so that no dealer's account gets into another's group.
ALTER TABLE accounts ADD CONSTRAINT accounts_of_one_dealer UNIQUE (id, dealer_id);

CREATE TABLE enterprise_groups (
    id            uuid PRIMARY KEY,
    dealer_id     uuid        NOT NULL REFERENCES dealers,
    -- The group ID that people read and type.
    number        integer     NOT NULL,
    name          text        NOT NULL CHECK (name <> ''),
    -- The account whose primary login administers the group while it is in it and open. After
    -- that it is the one of the group's oldest account: nothing must be written when an account
    -- leaves or is closed.
    founder_id    uuid        NOT NULL,
    created_by    uuid REFERENCES users,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT enterprise_groups_number UNIQUE (dealer_id, number),
    CONSTRAINT enterprise_groups_of_one_dealer UNIQUE (id, dealer_id),
    CONSTRAINT enterprise_groups_founder FOREIGN KEY (founder_id, dealer_id) REFERENCES accounts (id, dealer_id)
);
-- Harvest Stores and HARVEST STORES would be one name to people.
CREATE UNIQUE INDEX enterprise_groups_name ON enterprise_groups (dealer_id, lower(name));
CREATE INDEX enterprise_groups_newest ON enterprise_groups (dealer_id, created_at DESC, id DESC);

ALTER TABLE accounts
    ADD COLUMN enterprise_group_id uuid,
    ADD CONSTRAINT accounts_enterprise_group FOREIGN KEY (enterprise_group_id, dealer_id) REFERENCES enterprise_groups (id, dealer_id);
CREATE INDEX accounts_of_enterprise_group ON accounts (enterprise_group_id) WHERE enterprise_group_id IS NOT NULL;

-- +goose Down
-- Loses every group; the accounts stay.
ALTER TABLE accounts DROP COLUMN enterprise_group_id;
DROP TABLE enterprise_groups;
ALTER TABLE accounts DROP CONSTRAINT accounts_of_one_dealer;
