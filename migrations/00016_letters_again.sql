-- Letters that are sent again, and notices that one try at a time may send.

-- +goose Up
-- What asked for a letter. Only the onboarding's own is the effect of a revision.
ALTER TABLE letters
    ADD COLUMN origin text NOT NULL DEFAULT 'office' CHECK (origin IN ('onboarding', 'office', 'customer', 'correction')),
    -- When the reconciler last made sure that it is being delivered; not its first start.
    ADD COLUMN begun_at timestamptz,
    -- When its delivery was over for good: accepted, or given up. Only of letters sent again.
    ADD COLUMN settled_at timestamptz,
    DROP CONSTRAINT letters_channel;
UPDATE letters SET origin = 'onboarding' WHERE revision IS NOT NULL;
ALTER TABLE letters
    ALTER COLUMN origin DROP DEFAULT,
    ADD CONSTRAINT letters_origin CHECK ((origin = 'onboarding') = (revision IS NOT NULL)),
    ADD CONSTRAINT letters_channel CHECK (channel = 'email' OR origin = 'office');
-- The few that are still to be delivered, for the reconciler.
CREATE INDEX letters_unsettled ON letters (begun_at NULLS FIRST, issued_at)
    WHERE channel = 'email' AND revision IS NULL AND settled_at IS NULL AND state <> 'void';
-- What the limits count.
CREATE INDEX letters_again ON letters (account_id, issued_at) WHERE channel = 'email' AND revision IS NULL;

-- A try claims a notice before it mails it. A claim without a mail ends after two minutes.
ALTER TABLE notices
    ADD COLUMN claimed_at timestamptz NOT NULL DEFAULT now(),
    ALTER COLUMN sent_at DROP NOT NULL,
    ALTER COLUMN sent_at DROP DEFAULT;

-- +goose Down
-- Loses the letters that were sent again: their links stop working.
DELETE FROM notices WHERE sent_at IS NULL;
ALTER TABLE notices
    DROP COLUMN claimed_at,
    ALTER COLUMN sent_at SET DEFAULT now(),
    ALTER COLUMN sent_at SET NOT NULL;
DROP INDEX letters_again, letters_unsettled;
DELETE FROM emails USING letters l WHERE l.id = letter_id AND l.channel = 'email' AND l.revision IS NULL;
DELETE FROM letters WHERE channel = 'email' AND revision IS NULL;
ALTER TABLE letters
    DROP CONSTRAINT letters_channel,
    DROP CONSTRAINT letters_origin,
    DROP COLUMN settled_at,
    DROP COLUMN begun_at,
    DROP COLUMN origin,
    ADD CONSTRAINT letters_channel CHECK ((channel = 'print') = (revision IS NULL));
