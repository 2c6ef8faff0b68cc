-- What is counted for the people who keep Latchkey running, every few seconds and for
-- ever: so it must cost the same whether there are a thousand letters or ten million.

-- +goose Up
-- Those that the mail server has not taken: the few among all that were ever sent.
CREATE INDEX letters_undelivered ON letters (state) WHERE state IN ('pending', 'sending', 'unknown', 'refused');

-- The hours that have not ended.
CREATE INDEX onboardings_waiting ON onboardings (ready_at) WHERE status = 'waiting';

-- +goose Down
DROP INDEX onboardings_waiting, letters_undelivered;
