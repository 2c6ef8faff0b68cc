package dealing

import (
	"context"
	"errors"
	"strings"

	"github.com/latchkey/latchkey/onboarding"
)

// Corrected is what a correction led to.
type Corrected = onboarding.AccountCorrected

// CorrectAccount changes what is said of a customer after the account was made, as far
// as it may change. version is the revision that the actor saw.
//
// *Invalid with pointers into the section customer when the correction has problems,
// *onboarding.Refusal while the onboarding is not completed, ErrStale, with the revision
// there is, when somebody was faster or version is 0. Dealers' users only: whoever sets
// the e-mail address decides who gets the link that sets the password.
func (d *Desk) CorrectAccount(ctx context.Context, actor Actor, accountID string, version int, correction Correction) (Corrected, error) {
	account, err := d.Account(ctx, actor, accountID)
	switch {
	case err != nil:
		return Corrected{}, err
	case actor.SeesAll():
		return Corrected{}, ErrForbidden
	}
	was, err := d.correctable(ctx, account)
	switch {
	case err != nil:
		return Corrected{}, err
	case version != was.Revision:
		return Corrected{Revision: was.Revision}, ErrStale
	}
	typed := correction.Over(was.Answers)
	facts, err := d.store.Facts(ctx, account.DealerID, account.OnboardingID, onboarding.Ask(typed))
	if err != nil {
		return Corrected{}, err
	}
	now, problems := onboarding.CheckCorrection(was.Answers, typed, facts)
	if len(problems) > 0 {
		return Corrected{}, &Invalid{problems}
	}
	members := onboarding.ChangedMembers(was.Answers, now)
	if len(members) == 0 {
		return Corrected{Revision: was.Revision}, nil
	}
	typed.Login = now.Login
	return d.keepCorrection(ctx, account, was, typed, now,
		auditEntry(ctx, actor, account.DealerID, "account.correct", account.ID, strings.Join(members, ", ")))
}

// CorrectName changes the customer's name, which nobody but an administrator can do: "the
// name entered for the customer on this page cannot be edited after the account has been
// created" (the seed). *Invalid without a reason, otherwise like CorrectAccount.
func (d *Desk) CorrectName(ctx context.Context, actor Actor, accountID, firstName, lastName, typedReason string) (Corrected, error) {
	account, err := d.Account(ctx, actor, accountID)
	switch {
	case err != nil:
		return Corrected{}, err
	case actor.Role != onboarding.RoleAdministrator:
		return Corrected{}, ErrForbidden
	}
	was, err := d.correctable(ctx, account)
	if err != nil {
		return Corrected{}, err
	}
	now, problems := onboarding.CheckNameCorrection(was.Answers, firstName, lastName)
	reason, reasonProblems := parseReason("/reason", typedReason, true)
	if problems = append(problems, reasonProblems...); len(problems) > 0 {
		return Corrected{}, &Invalid{problems}
	}
	if len(onboarding.ChangedMembers(was.Answers, now)) == 0 {
		return Corrected{Revision: was.Revision}, nil
	}
	return d.keepCorrection(ctx, account, was, now, now,
		auditEntry(ctx, actor, account.DealerID, "account.correct_name", account.ID, reason))
}

// correctable is the newest application of an account that can be corrected.
func (d *Desk) correctable(ctx context.Context, account onboarding.Account) (onboarding.Application, error) {
	row, err := d.store.Onboarding(ctx, nil, account.OnboardingID)
	switch {
	case err != nil:
		return onboarding.Application{}, err
	case account.State != onboarding.AccountOpen:
		return onboarding.Application{}, refused("This account is closed, so nothing of it can be corrected.")
	case row.Status == onboarding.StatusParked:
		return onboarding.Application{}, refused("The onboarding of this account waits for a decision. Correct it there: it goes on with what you correct.")
	case row.Status != onboarding.StatusCompleted:
		return onboarding.Application{}, refused("The onboarding of this account is still under way. Correct the account when it is completed; only the login name can be changed before.")
	}
	revision, typed, err := d.store.LatestAnswers(ctx, row.ID)
	if err != nil {
		return onboarding.Application{}, err
	}
	was, err := d.store.Application(ctx, row.ID, revision)
	if err != nil {
		return onboarding.Application{}, err
	}
	was.Answers.Login = typed.Login
	return was, nil
}

func (d *Desk) keepCorrection(ctx context.Context, account onboarding.Account, was onboarding.Application, typed, now onboarding.Answers, entry AuditEntry) (Corrected, error) {
	next := was
	next.Answers, next.Revision = now, was.Revision+1
	corrected, err := d.store.CorrectAccount(ctx, onboarding.AccountCorrection{
		AccountID: account.ID, Was: was.Revision, Typed: typed, Application: next, Audit: entry,
	})
	var conflict *onboarding.Conflict
	switch {
	case errors.As(err, &conflict):
		return Corrected{}, &Invalid{onboarding.Problems{conflict.Problem()}}
	case err != nil:
		return Corrected{Revision: was.Revision}, err
	}
	if corrected.LetterID != "" {
		d.beginLetter(context.WithoutCancel(ctx), account, corrected.LetterID)
	}
	return corrected, nil
}

// RenameLogin changes a customer's login name for their dealer: "You can change your
// customer's login name through the Dealer Site at any time" (the seed). *Invalid at
// /name, with the codes of onboarding.ParseLoginName and login_taken.
func (d *Desk) RenameLogin(ctx context.Context, actor Actor, accountID, typed string) error {
	account, err := d.Account(ctx, actor, accountID)
	switch {
	case err != nil:
		return err
	case actor.SeesAll():
		return ErrForbidden
	case account.State != onboarding.AccountOpen:
		return refused("This account is closed, and its login name is free again.")
	}
	name, fault := onboarding.ParseLoginName(typed)
	if fault.Found() {
		return invalid("/name", fault.Code, fault.Message)
	}
	if name == account.LoginName {
		return nil
	}
	err = d.store.RenameAccountLogin(ctx, account.ID, name, auditEntry(ctx, actor, account.DealerID, "account.change_login_name", account.ID, ""))
	var conflict *onboarding.Conflict
	if errors.As(err, &conflict) {
		return invalid("/name", string(conflict.Reason), conflict.Reason.Message())
	}
	return err
}
