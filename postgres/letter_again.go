package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// RequestLetter makes the next version of an open account's welcome e-mail, which makes
// the links of those before it useless, and keeps the line of the audit trail with it.
// It is delivered by a workflow of its own.
//
// *onboarding.TooSoon when the limit of its origin is reached, onboarding.ErrStale when
// the account is closed.
func (s *Store) RequestLetter(ctx context.Context, request onboarding.LetterRequest) (letter onboarding.Letter, err error) {
	err = s.transact(ctx, "request letter", func(tx pgx.Tx) error {
		account, err := lockOpenAccount(ctx, tx, request.AccountID)
		if err != nil {
			return err
		}
		row, err := letterAgain(ctx, tx, account, request)
		if err != nil {
			return err
		}
		letter = onboarding.Letter(row)
		return write(ctx, tx, insertAudit(newID(), request.Audit))
	})
	if err != nil {
		return onboarding.Letter{}, err
	}
	return letter, nil
}

const sqlLettersSentAgain = `
SELECT issued_at, now() AS now FROM letters
WHERE account_id = @account AND channel = 'email' AND revision IS NULL AND origin = ANY (@origins)
  AND issued_at > now() - interval '24 hours'
ORDER BY issued_at DESC`

type sentAgainRow struct {
	IssuedAt time.Time
	Now      time.Time
}

func letterAgain(ctx context.Context, tx pgx.Tx, account onboarding.Account, request onboarding.LetterRequest) (letterRow, error) {
	limit := onboarding.LimitOf(request.Origin)
	rows, err := all[sentAgainRow](ctx, tx, sqlLettersSentAgain, pgx.NamedArgs{"account": idOf(account.ID), "origins": limit.Origins})
	if err != nil {
		return letterRow{}, err
	}
	sent := make([]time.Time, len(rows))
	for i, row := range rows {
		sent[i] = row.IssuedAt
	}
	if next := limit.Next(sent); len(rows) > 0 && next.After(rows[0].Now) {
		return letterRow{}, &onboarding.TooSoon{At: next}
	}
	return insertLetter(ctx, tx, account, pgx.NamedArgs{
		"channel": "email", "state": onboarding.LetterPending, "revision": nil, "park_no": 0,
		"user": optionalID(request.UserID), "origin": request.Origin,
	})
}

const sqlAgainLostDelivery = `
UPDATE emails SET state = 'unknown', ended_at = now(), code = 'unknown_outcome' WHERE letter_id = @letter AND state = 'sending'`

const sqlAgainLostLetter = `
UPDATE letters SET state = 'unknown', unknown_tries = unknown_tries + 1 WHERE id = @letter AND state = 'sending'`

const sqlVoidLetter = `UPDATE letters SET state = 'void' WHERE id = @letter`

const sqlLetterOver = `
SELECT settled_at IS NOT NULL OR state IN ('void', 'accepted') FROM letters WHERE id = @letter`

// PrepareLetterAgain returns a letter that was requested, as it is to be delivered now.
// over says that nothing is to be delivered any more: it was accepted, given up or
// replaced, or the account was closed meanwhile, which makes it void. A delivery that was
// begun and never ended counts as unknown: whoever began it is gone.
func (s *Store) PrepareLetterAgain(ctx context.Context, letterID string) (letter onboarding.Letter, over bool, err error) {
	err = s.transact(ctx, "prepare letter again", func(tx pgx.Tx) error {
		locked, err := lockLetter(ctx, tx, letterID)
		if err != nil {
			return err
		}
		account, err := accountOf(ctx, tx, locked.OnboardingID)
		if err != nil {
			return err
		}
		args := pgx.NamedArgs{"letter": idOf(letterID)}
		stock := []statement{{sqlAgainLostDelivery, args}, {sqlAgainLostLetter, args}}
		if account.State != onboarding.AccountOpen {
			stock = append(stock, statement{sqlVoidLetter, args})
		}
		if err := write(ctx, tx, stock...); err != nil {
			return err
		}
		if over, err = scalar[bool](ctx, tx, sqlLetterOver, args); err != nil {
			return err
		}
		row, err := one[letterRow](ctx, tx, sqlLetterByID, args)
		letter = onboarding.Letter(row)
		return err
	})
	return letter, over, err
}

// lockLetter holds back every other change of a letter's onboarding.
func lockLetter(ctx context.Context, tx pgx.Tx, letterID string) (letterRow, error) {
	args := pgx.NamedArgs{"letter": idOf(letterID)}
	row, err := one[letterRow](ctx, tx, sqlLetterByID, args)
	if err != nil {
		return letterRow{}, err
	}
	if _, err := lockOnboarding(ctx, tx, row.OnboardingID); err != nil {
		return letterRow{}, err
	}
	return one[letterRow](ctx, tx, sqlLetterByID, args)
}

const sqlSettleLetter = `UPDATE letters SET settled_at = now() WHERE id = @letter AND settled_at IS NULL`

// LetterAgainAccepted records the mail server's receipt for a letter that was sent again.
func (s *Store) LetterAgainAccepted(ctx context.Context, letterID, receipt string) error {
	return s.transact(ctx, "record acceptance again", func(tx pgx.Tx) error {
		letter, err := lockLetter(ctx, tx, letterID)
		if err != nil {
			return err
		}
		statements := append(deliveryEnded(letterID, onboarding.LetterAccepted, receipt, "", ""),
			statement{sqlSettleLetter, pgx.NamedArgs{"letter": idOf(letterID)}})
		if letter.State != onboarding.LetterVoid {
			statements = append(statements, closeTask(onboarding.TaskLetterBounced, letter.OnboardingID))
		}
		return write(ctx, tx, statements...)
	})
}

const sqlGiveUpLetter = `
UPDATE letters SET state = @state, settled_at = now()
WHERE id = @letter AND settled_at IS NULL AND state NOT IN ('void', 'accepted')`

// GiveUpLetter ends the delivery of a letter that was sent again, asks the dealer's
// office to look and announces it. A letter that is void or accepted is left alone.
func (s *Store) GiveUpLetter(ctx context.Context, letterID string, reason onboarding.Reason) error {
	return s.transact(ctx, "give up letter", func(tx pgx.Tx) error {
		letter, err := lockLetter(ctx, tx, letterID)
		if err != nil {
			return err
		}
		state := onboarding.LetterRefused
		if letter.State == onboarding.LetterSending || letter.State == onboarding.LetterUnknown || reason == onboarding.ReasonUnknownOutcome {
			// It may have arrived: whoever sent it died, or got no answer.
			state, reason = onboarding.LetterUnknown, onboarding.ReasonUnknownOutcome
		}
		args := pgx.NamedArgs{"letter": idOf(letterID), "state": state}
		if _, err := tx.Exec(ctx, sqlAgainLostDelivery, args); err != nil {
			return err
		}
		given, err := changed(ctx, tx, sqlGiveUpLetter, args)
		if err != nil || !given {
			return err
		}
		account, err := accountOf(ctx, tx, letter.OnboardingID)
		if err != nil {
			return err
		}
		return write(ctx, tx, letterBounced(account.DealerID, account.OnboardingID, account.ID, reason, letterID)...)
	})
}

// letterBounced asks the dealer's office for another way to reach a customer. once names
// the failure, so that telling it twice announces it once.
func letterBounced(dealerID, onboardingID, accountID string, reason onboarding.Reason, once string) []statement {
	return []statement{
		openTask(onboarding.Task{DealerID: dealerID, Kind: onboarding.TaskLetterBounced, ObjectID: onboardingID, Code: string(reason)}),
		announce(onboarding.Announcement{
			Kind: onboarding.AnnounceLetterBounced, DealerID: dealerID, OnboardingID: onboardingID, AccountID: accountID,
			Code: string(reason), Once: once,
		}),
	}
}

const sqlUnsettledLetters = `
SELECT l.id AS letter_id, l.onboarding_id, a.dealer_id
FROM letters l JOIN accounts a ON a.id = l.account_id
WHERE l.channel = 'email' AND l.revision IS NULL AND l.settled_at IS NULL AND l.state <> 'void'
  AND l.issued_at < @before AND (l.begun_at IS NULL OR l.begun_at < @before::timestamptz - interval '10 minutes')
ORDER BY l.begun_at NULLS FIRST, l.issued_at
LIMIT @limit`

type startLetterRow struct {
	LetterID     string
	OnboardingID string
	DealerID     string
}

// UnsettledLetters are letters requested before the given moment whose delivery is not
// over, those that nobody looked at for longest first. Their workflow may never have begun.
func (s *Store) UnsettledLetters(ctx context.Context, before time.Time, limit int) ([]onboarding.StartLetter, error) {
	rows, err := all[startLetterRow](ctx, s.pool, sqlUnsettledLetters, pgx.NamedArgs{"before": before, "limit": limit})
	if err != nil {
		return nil, translate("find unsettled letters", err)
	}
	letters := make([]onboarding.StartLetter, len(rows))
	for i, row := range rows {
		letters[i] = onboarding.StartLetter(row)
	}
	return letters, nil
}

const sqlLetterBegun = `UPDATE letters SET begun_at = now() WHERE id = @letter`

// LetterBegun notes that the delivery of a letter is under way.
func (s *Store) LetterBegun(ctx context.Context, letterID string) error {
	_, err := s.pool.Exec(ctx, sqlLetterBegun, pgx.NamedArgs{"letter": idOf(letterID)})
	return translate("note begun letter", err)
}
