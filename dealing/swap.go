package dealing

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/latchkey/latchkey/onboarding"
)

// SwapOrder asks for another module on an account.
type SwapOrder struct {
	onboarding.SwapAnswers
	// Reason is why, for the audit trail.
	Reason string
}

// SwapModule commits a swap and starts its run. *Invalid when the new module cannot be used,
// *onboarding.Refusal when the account cannot get one now. Asked again for the same module
// while the swap is under way, it answers that swap.
func (d *Desk) SwapModule(ctx context.Context, actor Actor, accountID string, order SwapOrder) (Change, error) {
	account, row, err := d.ownAccount(ctx, actor, accountID)
	if err != nil {
		return Change{}, err
	}
	reason, reasonProblems := parseReason("/reason", order.Reason, true)
	if account.State == onboarding.AccountClosed {
		return Change{}, refused("This account is closed. There is no module to swap any more.")
	}
	if account.ModuleID == "" {
		return Change{}, refused("This account has no module, so there is none to swap.")
	}
	if !row.Status.Final() {
		return Change{}, refused("The onboarding of this account is not over: its status is " + string(row.Status) + ". Swap the module when it is over, or cancel the onboarding and begin again with another module.")
	}
	if open, found, err := d.openSwap(ctx, accountID); err != nil || found {
		return d.sameSwap(open, order, err)
	}
	equipment, err := d.replacement(ctx, account.DealerID, account.OnboardingID, order.SwapAnswers)
	if err := withProblems(err, reasonProblems); err != nil {
		return Change{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Change{}, err
	}
	err = d.store.CreateSwap(ctx, onboarding.NewSwap{
		ID: id.String(), AccountID: account.ID, OldModuleID: account.ModuleID, New: equipment,
		Audit: auditEntry(ctx, actor, account.DealerID, "account.module_swap", account.ID, reason),
	})
	if err != nil {
		return Change{}, swapError(err)
	}
	return d.beginChange(ctx, id.String())
}

// ownAccount is an account that the actor may change, with its onboarding.
func (d *Desk) ownAccount(ctx context.Context, actor Actor, accountID string) (onboarding.Account, onboarding.Onboarding, error) {
	account, err := d.Account(ctx, actor, accountID)
	switch {
	case err != nil:
		return onboarding.Account{}, onboarding.Onboarding{}, err
	case actor.SeesAll():
		return onboarding.Account{}, onboarding.Onboarding{}, ErrForbidden // who runs the installation has no customers
	}
	row, err := d.store.Onboarding(ctx, nil, account.OnboardingID)
	return account, row, err
}

// sameSwap answers a request that was made before, and refuses another one.
func (d *Desk) sameSwap(open Change, order SwapOrder, err error) (Change, error) {
	if err != nil {
		return Change{}, err
	}
	if identifier, fault := onboarding.ParseModuleIdentifier(order.Module); !fault.Found() && identifier.String() == open.NewModule.Number {
		return open, nil
	}
	return Change{}, refused("A module swap of this account is under way. Wait until it is over, or cancel it, before you swap again.")
}

// replacement holds a new module against the rules.
func (d *Desk) replacement(ctx context.Context, dealerID, onboardingID string, answers onboarding.SwapAnswers) (onboarding.Equipment, error) {
	row, err := d.store.Onboarding(ctx, nil, onboardingID)
	if err != nil {
		return onboarding.Equipment{}, err
	}
	application, err := d.store.Application(ctx, onboardingID, row.Revision)
	if err != nil {
		return onboarding.Equipment{}, err
	}
	was := onboarding.Equipment{
		ModuleID: application.ModuleID, PanelType: application.Answers.System.PanelType, Pathway: application.Answers.Pathway.Value,
	}
	facts, err := d.store.Facts(ctx, dealerID, onboardingID, onboarding.Ask(onboarding.Answers{
		System: onboarding.SystemAnswers{Module: answers.Module},
	}))
	if err != nil {
		return onboarding.Equipment{}, err
	}
	equipment, problems := onboarding.CheckSwap(answers, was, facts)
	if len(problems) > 0 {
		return onboarding.Equipment{}, &Invalid{problems}
	}
	return equipment, nil
}

// withProblems adds problems to those that err may carry already, so that all are told at once.
func withProblems(err error, problems onboarding.Problems) error {
	var invalid *Invalid
	switch {
	case len(problems) == 0:
		return err
	case err == nil:
		return &Invalid{problems}
	case errors.As(err, &invalid):
		return &Invalid{append(invalid.Problems, problems...)}
	default:
		return err
	}
}
