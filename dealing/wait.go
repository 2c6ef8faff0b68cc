package dealing

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// AdjustWait moves the end of the network hour; operators only. A time that is past
// ends the wait at once.
func (d *Desk) AdjustWait(ctx context.Context, actor Actor, id string, readyAt time.Time, typedReason string) (onboarding.Onboarding, error) {
	if !actor.SeesAll() {
		return onboarding.Onboarding{}, ErrForbidden
	}
	row, err := d.Onboarding(ctx, actor, id)
	if err != nil {
		return onboarding.Onboarding{}, err
	}
	reason, err := d.mayAdjustWait("onboarding", row.Status, readyAt, typedReason)
	if err != nil {
		return onboarding.Onboarding{}, err
	}
	auditID, err := d.audit(ctx, actor, row.DealerID, "onboarding.adjust_wait", row.ID, reason)
	if err != nil {
		return onboarding.Onboarding{}, err
	}
	if err := d.engine.AdjustWait(ctx, row.ID, later(readyAt, d.now()), actor.UserID, noteOf(auditID)); err != nil {
		return onboarding.Onboarding{}, engineError(err)
	}
	return d.store.Onboarding(ctx, scope(actor), row.ID)
}

// AdjustSwapWait is AdjustWait for the hour of a swap's new module.
func (d *Desk) AdjustSwapWait(ctx context.Context, actor Actor, id string, readyAt time.Time, typedReason string) (Change, error) {
	if !actor.SeesAll() {
		return Change{}, ErrForbidden
	}
	swap, err := d.Change(ctx, actor, onboarding.ChangeModuleSwap, id)
	if err != nil {
		return Change{}, err
	}
	reason, err := d.mayAdjustWait(nounOf[swap.Kind], swap.Status, readyAt, typedReason)
	if err != nil {
		return Change{}, err
	}
	auditID, err := d.audit(ctx, actor, swap.DealerID, "account.module_swap.adjust_wait", swap.AccountID, reason)
	if err != nil {
		return Change{}, err
	}
	if err := d.engine.AdjustSwapWait(ctx, swap.ID, later(readyAt, d.now()), actor.UserID, noteOf(auditID)); err != nil {
		return Change{}, engineError(err)
	}
	return d.store.Change(ctx, scope(actor), swap.ID)
}

// mayAdjustWait reads the reason to move a wait, of which noun says whose it is.
func (d *Desk) mayAdjustWait(noun string, status onboarding.Status, readyAt time.Time, typedReason string) (reason string, err error) {
	reason, problems := parseReason("/reason", typedReason, true)
	if readyAt.After(d.now().Add(onboarding.LongestWait)) {
		problems = append(problems, onboarding.Problem{Field: "/ready_at", Code: "out_of_range", Message: "Give a time within the next 7 days."})
	}
	if len(problems) > 0 {
		return "", &Invalid{problems}
	}
	if status != onboarding.StatusWaiting {
		return "", refused("This " + noun + " is not waiting for the network: its status is " + string(status) + ".")
	}
	return reason, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
