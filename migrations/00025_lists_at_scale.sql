-- The list of a dealer's closed accounts at a million rows, without going through the open ones.

-- +goose Up
-- One in hundreds is closed: found through accounts_of_dealer, a page of them would be far down.
CREATE INDEX accounts_closed_of_dealer ON accounts (dealer_id, created_at DESC, id DESC) WHERE state = 'closed';

-- +goose Down
DROP INDEX accounts_closed_of_dealer;
