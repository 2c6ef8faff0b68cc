package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// TerminationOrder asks to end an account.
type TerminationOrder struct {
	// Reason is one of onboarding.TerminateReasons, Note what there is to add, for the
	// audit trail.
	Reason string
	Note   string
}

// Terminate closes an account at once and starts the run that releases its module.
// *onboarding.Refusal when it cannot end now; the same request again answers the same.
func (d *Desk) Terminate(ctx context.Context, actor Actor, accountID string, order TerminationOrder) (Change, error) {
	return d.terminate(ctx, actor, accountID, order, "account.terminate", func(onboarding.Account, onboarding.Application) (*onboarding.Answers, error) {
		return nil, nil
	})
}

// Recycle terminates an account and begins a draft with its module, panel and installation
// address for the next customer; Change.DraftID names it. Nothing of the old customer's is
// in it, and it can be submitted once the carrier has released the module.
func (d *Desk) Recycle(ctx context.Context, actor Actor, accountID string, order TerminationOrder) (Change, error) {
	return d.terminate(ctx, actor, accountID, order, "account.recycle", func(account onboarding.Account, application onboarding.Application) (*onboarding.Answers, error) {
		if account.ModuleID == "" {
			return nil, refused("This account has no module, so there is nothing to recycle. Terminate it instead.")
		}
		answers := onboarding.Recycled(application.Answers)
		return &answers, nil
	})
}

func (d *Desk) terminate(ctx context.Context, actor Actor, accountID string, order TerminationOrder, action string,
	recycled func(onboarding.Account, onboarding.Application) (*onboarding.Answers, error),
) (Change, error) {
	account, row, err := d.ownAccount(ctx, actor, accountID)
	if err != nil {
		return Change{}, err
	}
	reason, note, problems := order.check()
	if len(problems) > 0 {
		return Change{}, &Invalid{problems}
	}
	if account.Kind == onboarding.KindVirtual {
		return Change{}, refused("A virtual customer is not terminated but removed: nothing of it was ever charged or registered.")
	}
	if account.State == onboarding.AccountClosed {
		return d.sameTermination(ctx, account, reason, action)
	}
	if !row.Status.Final() {
		return Change{}, refused("The onboarding of this account is not over: its status is " + string(row.Status) + ". Cancel the onboarding instead; that takes everything back.")
	}
	if _, found, err := d.openSwap(ctx, account.ID); err != nil || found {
		if err == nil {
			err = refused("A module swap of this account is under way. Wait until it is over, or cancel it, and terminate the account then.")
		}
		return Change{}, err
	}
	application, err := d.store.Application(ctx, row.ID, row.Revision)
	if err != nil {
		return Change{}, err
	}
	draft, err := recycled(account, application)
	if err != nil {
		return Change{}, err
	}
	words := string(reason)
	if note != "" {
		words += ": " + note
	}
	err = d.store.Terminate(ctx, onboarding.NewTermination{
		AccountID: account.ID, Reason: reason, Recycled: draft,
		Audit: auditEntry(ctx, actor, account.DealerID, action, account.ID, words),
	})
	if err != nil {
		return Change{}, swapError(err)
	}
	return d.beginChange(ctx, account.ID)
}

func (o TerminationOrder) check() (reason onboarding.TerminateReason, note string, problems onboarding.Problems) {
	reason, fault := onboarding.ParseTerminateReason(o.Reason)
	if fault.Found() {
		problems = append(problems, onboarding.Problem{Field: "/reason", Code: fault.Code, Message: fault.Message})
	}
	note, noteProblems := parseReason("/note", o.Note, false)
	return reason, note, append(problems, noteProblems...)
}

// sameTermination answers a request that was made before, and refuses another one.
func (d *Desk) sameTermination(ctx context.Context, account onboarding.Account, reason onboarding.TerminateReason, action string) (Change, error) {
	change, err := d.store.Change(ctx, nil, account.ID)
	same := err == nil && change.Reason == reason && (change.DraftID != "") == (action == "account.recycle")
	switch {
	case err != nil && !errors.Is(err, ErrNotFound):
		return Change{}, err
	case !same:
		return Change{}, refused("This account is closed already.")
	}
	return change, nil
}
