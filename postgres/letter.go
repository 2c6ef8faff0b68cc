package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const letterColumns = `id, account_id, onboarding_id, version, message_id, issued_at, state, unknown_tries`

const sqlLetterOf = `
SELECT ` + letterColumns + ` FROM letters WHERE onboarding_id = @onboarding AND revision = @revision`

const sqlLetterByID = `SELECT ` + letterColumns + ` FROM letters WHERE id = @letter`

type letterRow struct {
	ID           string
	AccountID    string
	OnboardingID string
	Version      int
	MessageID    string
	IssuedAt     time.Time
	State        onboarding.LetterState
	UnknownTries int
}

// PrepareLetter returns the letter of this key, made at the first call: its ID, date and
// Message-ID stay the same on every retry. Making a letter voids the ones before it.
//
// A delivery that was begun and never ended counts as unknown here: whoever began it is
// gone. A parkNo higher than before means that a person decided: UnknownTries starts anew.
func (s *Store) PrepareLetter(ctx context.Context, key onboarding.EffectKey, parkNo int) (letter onboarding.Letter, err error) {
	err = s.transact(ctx, "prepare letter", func(tx pgx.Tx) error {
		if _, err := lockOnboarding(ctx, tx, key.OnboardingID); err != nil {
			return err
		}
		if err := takeStock(ctx, tx, key, parkNo); err != nil {
			return err
		}
		row, err := one[letterRow](ctx, tx, sqlLetterOf, keyArgs(key))
		if errors.Is(err, pgx.ErrNoRows) {
			row, err = newLetter(ctx, tx, key, parkNo)
		}
		letter = onboarding.Letter(row)
		return err
	})
	if err != nil {
		return onboarding.Letter{}, err
	}
	return letter, nil
}

const sqlLostDelivery = `
UPDATE emails SET state = 'unknown', ended_at = now()
FROM letters l
WHERE l.id = letter_id AND l.onboarding_id = @onboarding AND l.revision = @revision AND emails.state = 'sending'`

const sqlLostLetter = `
UPDATE letters SET state = 'unknown', unknown_tries = unknown_tries + 1
WHERE onboarding_id = @onboarding AND revision = @revision AND state = 'sending'`

const sqlRenewTries = `
UPDATE letters SET unknown_tries = 0, tries_park_no = @park_no
WHERE onboarding_id = @onboarding AND revision = @revision AND tries_park_no < @park_no`

func takeStock(ctx context.Context, tx pgx.Tx, key onboarding.EffectKey, parkNo int) error {
	args := with(keyArgs(key), "park_no", parkNo)
	return write(ctx, tx, statement{sqlLostDelivery, args}, statement{sqlLostLetter, args}, statement{sqlRenewTries, args})
}

const sqlInsertLetter = `
INSERT INTO letters (id, onboarding_id, account_id, channel, version, revision, message_id, state, tries_park_no, created_by)
VALUES (@letter, @onboarding, @account, @channel, @version, @revision, @message_id, @state, @park_no, @user)
RETURNING ` + letterColumns

const sqlNextVersion = `SELECT coalesce(max(version), 0) + 1 FROM letters WHERE onboarding_id = @onboarding`

// A printed letter replaces printed ones, whose password is gone, and an e-mailed one
// replaces e-mailed ones, whose link must not work beside the new one.
const sqlVoidEarlier = `
UPDATE letters SET state = 'void'
WHERE onboarding_id = @onboarding AND channel = @channel AND version < @version AND state <> 'void'`

func newLetter(ctx context.Context, tx pgx.Tx, key onboarding.EffectKey, parkNo int) (letterRow, error) {
	account, err := accountOf(ctx, tx, key.OnboardingID)
	if err != nil {
		return letterRow{}, err
	}
	return insertLetter(ctx, tx, account, pgx.NamedArgs{
		"channel": "email", "state": onboarding.LetterPending, "revision": key.Revision, "park_no": parkNo, "user": nil,
	})
}

// insertLetter adds what every letter has to what its channel gives it.
func insertLetter(ctx context.Context, tx pgx.Tx, account onboarding.Account, args pgx.NamedArgs) (letterRow, error) {
	args["account"], args["onboarding"] = idOf(account.ID), idOf(account.OnboardingID)
	version, err := scalar[int](ctx, tx, sqlNextVersion, args)
	if err != nil {
		return letterRow{}, err
	}
	dealer, err := one[dealerRow](ctx, tx, sqlDealer, pgx.NamedArgs{"dealer": idOf(account.DealerID)})
	if err != nil {
		return letterRow{}, err
	}
	args["letter"], args["version"] = letterID(account.OnboardingID, version), version
	args["message_id"] = fmt.Sprintf("welcome.%s.%d@%s", account.OnboardingID, version, domainOf(dealer.MailFrom))
	if _, err := tx.Exec(ctx, sqlVoidEarlier, args); err != nil {
		return letterRow{}, err
	}
	return one[letterRow](ctx, tx, sqlInsertLetter, args)
}

// letterID names a version of an onboarding's letter. A record restored from a backup that
// knows nothing of a letter makes it again under the same ID, so with the same set-up link:
// the customer's mail program may take the second for a copy of the first by its Message-ID.
func letterID(onboardingID string, version int) uuid.UUID {
	return uuid.NewSHA1(idOf(onboardingID), []byte(fmt.Sprintf("letter/%d", version)))
}

// domainOf is the right-hand side of Message-IDs: the sender's domain, as mail filters
// expect, or a name that is reserved to mean nobody's.
func domainOf(mailFrom string) string {
	if address, err := mail.ParseAddress(mailFrom); err == nil {
		return address.Address[strings.LastIndexByte(address.Address, '@')+1:]
	}
	return "letters.invalid"
}

const sqlLetterSending = `
UPDATE letters SET state = 'sending', token_hash = @hash, token_expires = @expires
WHERE id = @letter AND channel = 'email' AND state NOT IN ('void', 'accepted')`

const sqlInsertEmail = `INSERT INTO emails (letter_id) VALUES (@letter)`

// LetterSending marks a delivery as begun, keeping the hash of the set-up token. It must
// be committed before the first byte is sent. onboarding.ErrStale when the letter is void
// or accepted already, by a try that was thought to be over.
func (s *Store) LetterSending(ctx context.Context, letterID string, tokenHash [32]byte, expires time.Time) error {
	return s.transact(ctx, "begin delivery", func(tx pgx.Tx) error {
		args := pgx.NamedArgs{"letter": idOf(letterID), "hash": tokenHash[:], "expires": expires}
		if _, err := one[letterRow](ctx, tx, sqlLetterByID, args); err != nil {
			return err
		}
		sending, err := changed(ctx, tx, sqlLetterSending, args)
		if err == nil && !sending {
			return onboarding.ErrStale
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, sqlInsertEmail, args)
		return err
	})
}

const sqlLetterState = `
UPDATE letters SET state = @state, unknown_tries = unknown_tries + CASE @state::text WHEN 'unknown' THEN 1 ELSE 0 END
WHERE id = @letter AND state <> 'void'`

const sqlEndEmail = `
UPDATE emails SET state = @state, ended_at = now(), receipt = @receipt, code = @code, detail = @detail
WHERE letter_id = @letter AND state = 'sending'`

func deliveryEnded(letterID string, state onboarding.LetterState, receipt string, code onboarding.Reason, detail string) []statement {
	args := pgx.NamedArgs{"letter": idOf(letterID), "state": state, "receipt": receipt, "code": code, "detail": detail}
	return []statement{{sqlLetterState, args}, {sqlEndEmail, args}}
}

// LetterAccepted records the server's receipt together with the step's result.
func (s *Store) LetterAccepted(ctx context.Context, key onboarding.EffectKey, letterID, receipt string, result []byte) error {
	return s.effect(ctx, "record acceptance", key, result, func(tx pgx.Tx, _ lockedOnboarding) error {
		return write(ctx, tx, deliveryEnded(letterID, onboarding.LetterAccepted, receipt, "", "")...)
	})
}

// LetterFailed records how a delivery failed; onboarding.LetterUnknown adds to UnknownTries.
func (s *Store) LetterFailed(ctx context.Context, letterID string, state onboarding.LetterState, code onboarding.Reason, detail string) error {
	return s.transact(ctx, "record failed delivery", func(tx pgx.Tx) error {
		return write(ctx, tx, deliveryEnded(letterID, state, "", code, detail)...)
	})
}

const sqlVoidLetters = `UPDATE letters SET state = 'void' WHERE onboarding_id = @onboarding AND state <> 'void'`

// VoidLetters makes every set-up link of the onboarding useless (undo_send_letter).
func (s *Store) VoidLetters(ctx context.Context, undo onboarding.EffectKey) error {
	return s.effect(ctx, "void letters", undo, nothing, func(tx pgx.Tx, _ lockedOnboarding) error {
		_, err := tx.Exec(ctx, sqlVoidLetters, keyArgs(undo))
		return err
	})
}

const sqlSetPassword = `
UPDATE logins SET password_hash = @hash, must_change = true WHERE account_id = @account`

// SetTemporaryPassword replaces the login's password by a temporary one, of which only
// the argon2id hash is kept and which must be changed at the first login; it notes the
// printed letter and returns it. onboarding.ErrNotFound when the account has no login.
func (s *Store) SetTemporaryPassword(ctx context.Context, accountID, userID, passwordHash string) (letter onboarding.Letter, err error) {
	err = s.transact(ctx, "set temporary password", func(tx pgx.Tx) error {
		account, err := one[accountRow](ctx, tx, sqlAccountByID, pgx.NamedArgs{"account": idOf(accountID), "dealers": idsOf(nil)})
		if err != nil {
			return err
		}
		if _, err := lockOnboarding(ctx, tx, account.OnboardingID); err != nil {
			return err
		}
		set, err := changed(ctx, tx, sqlSetPassword, pgx.NamedArgs{"account": idOf(accountID), "hash": passwordHash})
		if err == nil && !set {
			return onboarding.ErrNotFound
		}
		if err != nil {
			return err
		}
		row, err := insertLetter(ctx, tx, account.account(), pgx.NamedArgs{
			"channel": "print", "state": "printed", "revision": nil, "park_no": 0, "user": optionalID(userID),
		})
		letter = onboarding.Letter(row)
		return err
	})
	if err != nil {
		return onboarding.Letter{}, err
	}
	return letter, nil
}
