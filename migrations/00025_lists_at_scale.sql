-- The lists of accounts at a million rows: the newest of every dealer together, and the
-- closed ones of one, without sorting or going through all of them.

-- +goose Up
-- Operators look at every dealer's accounts, the newest first, as onboardings_newest has it for onboardings.
CREATE INDEX accounts_newest ON accounts (created_at DESC, id DESC);

-- One in hundreds is closed: found through accounts_of_dealer, a page of them would be far down.
CREATE INDEX accounts_closed_of_dealer ON accounts (dealer_id, created_at DESC, id DESC) WHERE state = 'closed';

-- +goose Down
DROP INDEX accounts_closed_of_dealer, accounts_newest;
