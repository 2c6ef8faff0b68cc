package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlCorrectName = `
UPDATE accounts SET first_name = @first_name, last_name = @last_name WHERE id = @account`

// CorrectAccount stores a checked correction of an open account whose onboarding is
// completed as the next revision, with everything that follows from it, its line of the
// audit trail and its announcement. onboarding.ErrStale when somebody was faster.
//
// A corrected e-mail address makes the set-up links in the old mailbox useless. A customer
// who has not chosen a password yet gets a new letter there, if the limit allows.
func (s *Store) CorrectAccount(ctx context.Context, correction onboarding.AccountCorrection) (corrected onboarding.AccountCorrected, err error) {
	err = s.transact(ctx, "correct account", func(tx pgx.Tx) error {
		account, err := lockOpenAccount(ctx, tx, correction.AccountID)
		if err != nil {
			return err
		}
		corrected, err = correctAccount(ctx, tx, account, correction)
		return err
	})
	if err != nil {
		return onboarding.AccountCorrected{}, err
	}
	return corrected, nil
}

func correctAccount(ctx context.Context, tx pgx.Tx, account onboarding.Account, correction onboarding.AccountCorrection) (corrected onboarding.AccountCorrected, err error) {
	corrected.Revision, err = writeRevision(ctx, tx, nextRevision{
		OnboardingID: account.OnboardingID, Was: correction.Was, UserID: correction.Audit.UserID, Event: onboarding.EventCorrected,
		Typed: correction.Typed, Application: correction.Application,
	})
	if err != nil {
		return corrected, err
	}
	customer := correction.Application.Answers.Customer
	if err := write(ctx, tx,
		statement{sqlCorrectName, pgx.NamedArgs{"account": idOf(account.ID), "first_name": customer.FirstName, "last_name": customer.LastName}},
		insertAudit(newID(), correction.Audit),
		announce(onboarding.Announcement{
			Kind: onboarding.AnnounceAccountCorrected, DealerID: account.DealerID, OnboardingID: account.OnboardingID, AccountID: account.ID,
			Once: fmt.Sprintf("%s:%d", account.ID, corrected.Revision),
		}),
	); err != nil || customer.Email == account.Email {
		return corrected, err
	}
	account.Email = customer.Email
	return corrected, letterToNewAddress(ctx, tx, account, correction.Audit.UserID, &corrected)
}

// A customer has a password of their own when it is not a temporary one. A letter that is
// still to be delivered was asked for, and has to go somewhere.
const sqlWantsLetter = `
SELECT EXISTS (SELECT FROM logins WHERE account_id = @account AND (password_hash = '' OR must_change))
    OR EXISTS (SELECT FROM letters WHERE account_id = @account AND channel = 'email' AND revision IS NULL
        AND settled_at IS NULL AND state <> 'void')`

const sqlVoidUnusedLinks = `
UPDATE letters SET state = 'void' WHERE account_id = @account AND channel = 'email' AND token_used_at IS NULL AND state <> 'void'`

func letterToNewAddress(ctx context.Context, tx pgx.Tx, account onboarding.Account, userID string, corrected *onboarding.AccountCorrected) error {
	args := pgx.NamedArgs{"account": idOf(account.ID)}
	wanted, err := scalar[bool](ctx, tx, sqlWantsLetter, args)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlVoidUnusedLinks, args); err != nil {
		return err
	}
	if !wanted {
		return write(ctx, tx, closeTask(onboarding.TaskLetterBounced, account.OnboardingID))
	}
	letter, err := letterAgain(ctx, tx, account, onboarding.LetterRequest{Origin: onboarding.LetterByCorrection, UserID: userID})
	var tooSoon *onboarding.TooSoon
	if errors.As(err, &tooSoon) {
		corrected.LetterAt = tooSoon.At
		return nil
	}
	corrected.LetterID = letter.ID
	return err
}

// RenameAccountLogin changes the login name of an open account for its dealer, with the
// line of the audit trail and the announcement; *onboarding.Conflict when somebody has it.
func (s *Store) RenameAccountLogin(ctx context.Context, accountID, name string, entry onboarding.AuditEntry) error {
	return s.transact(ctx, "rename login of account", func(tx pgx.Tx) error {
		if err := renameLogin(ctx, tx, accountID, name); err != nil {
			return err
		}
		account, err := one[accountRow](ctx, tx, sqlAccountByID, pgx.NamedArgs{"account": idOf(accountID), "dealers": idsOf(nil)})
		if err != nil {
			return err
		}
		audit := newID()
		return write(ctx, tx, insertAudit(audit, entry), announce(onboarding.Announcement{
			Kind: onboarding.AnnounceAccountCorrected, DealerID: account.DealerID, OnboardingID: account.OnboardingID, AccountID: account.ID,
			Code: "login_name", Once: account.ID + ":" + audit.String(),
		}))
	})
}
