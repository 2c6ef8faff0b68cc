-- How often each step of a swap or termination was tried, as an onboarding's steps show it:
-- who looks at a parked one sees whether it failed once or for hours.

-- +goose Up
-- By step; one that has not begun is left out.
ALTER TABLE account_changes ADD COLUMN attempts jsonb NOT NULL DEFAULT '{}';

-- +goose Down
ALTER TABLE account_changes DROP COLUMN attempts;
