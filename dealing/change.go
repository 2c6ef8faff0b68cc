package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// Change is a change of this kind to an account, as it stands.
func (d *Desk) Change(ctx context.Context, actor Actor, kind onboarding.ChangeKind, id string) (Change, error) {
	if !isID(id) {
		return Change{}, ErrNotFound
	}
	change, err := d.store.Change(ctx, scope(actor), id)
	if err == nil && change.Kind != kind {
		return Change{}, ErrNotFound
	}
	return change, err
}

// Changes lists changes that the actor may see, newest first. filter.Dealers is set here,
// from the actor and from dealerID, which narrows the list to one dealer unless empty.
func (d *Desk) Changes(ctx context.Context, actor Actor, dealerID string, filter ChangeFilter) (page []Change, nextCursor string, err error) {
	if filter.AccountID != "" && !isID(filter.AccountID) {
		return nil, "", nil
	}
	if filter.Dealers, err = narrowed(actor, dealerID); err != nil {
		return nil, "", err
	}
	return d.store.Changes(ctx, filter)
}

// StuckChanges lists the parked changes that the actor may see, the longest parked first.
// filter.Dealers is set here.
func (d *Desk) StuckChanges(ctx context.Context, actor Actor, filter StuckFilter) ([]StuckChange, error) {
	filter.Dealers = scope(actor)
	return d.store.StuckChanges(ctx, filter)
}

// ChangesOf are the newest changes of an account.
func (d *Desk) ChangesOf(ctx context.Context, actor Actor, accountID string) ([]Change, error) {
	const most = 20
	page, _, err := d.Changes(ctx, actor, "", ChangeFilter{AccountID: accountID, Limit: most})
	return page, err
}

// restartChanges is restartAll for changes to accounts. There are few of them at a time;
// asking again goes on with the rest.
func (d *Desk) restartChanges(ctx context.Context, filter StuckFilter) error {
	const most = 1000
	filter.Limit = most
	lost, err := d.store.StuckChanges(ctx, filter)
	if err != nil {
		return err
	}
	for _, change := range lost {
		if err := d.engine.RestartChange(ctx, change.Start()); err != nil {
			return engineError(err)
		}
	}
	return nil
}

// openSwap is the swap of an account that is under way, if any.
func (d *Desk) openSwap(ctx context.Context, accountID string) (swap Change, found bool, err error) {
	page, _, err := d.store.Changes(ctx, ChangeFilter{Kind: onboarding.ChangeModuleSwap, AccountID: accountID, Limit: 1})
	if err != nil || len(page) == 0 || page[0].Status.Final() {
		return Change{}, false, err
	}
	return page[0], true, nil
}

// beginChange starts the run of a committed change and returns how it stands. Whatever
// goes wrong now, the change is not lost: the reconciler starts it.
func (d *Desk) beginChange(ctx context.Context, changeID string) (Change, error) {
	// What is committed will be done. A client that hangs up must not keep it waiting.
	ctx = context.WithoutCancel(ctx)
	change, err := d.store.Change(ctx, nil, changeID)
	if err != nil || change.Status != onboarding.StatusSubmitted {
		return change, err
	}
	if err := d.engine.BeginChange(ctx, change.Start()); err != nil {
		d.log.ErrorContext(ctx, "starting a change failed; the reconciler will", "change_id", changeID, "kind", change.Kind, "error", err)
	}
	return change, nil
}

// ChangeResolution is what a person decides about a parked change.
type ChangeResolution struct {
	Resolution
	// Swap is the other module; nil except with ActionAmend.
	Swap *onboarding.SwapAnswers
}

// DecideChange sends a parked change on. *Invalid when the resolution or the other module
// has problems, *onboarding.Refusal when it does not fit the park as it stands.
func (d *Desk) DecideChange(ctx context.Context, actor Actor, kind onboarding.ChangeKind, id string, resolution ChangeResolution) (onboarding.Next, error) {
	change, err := d.Change(ctx, actor, kind, id)
	if err != nil {
		return onboarding.Next{}, err
	}
	reason, problems := resolution.checkWith(resolution.Swap != nil, amendForm{
		"/module_serial", "Give the serial number of the other module.", "Another module is given with the action amend only.",
	})
	if len(problems) > 0 {
		return onboarding.Next{}, &Invalid{problems}
	}
	if err := fits(nounOf[kind], change.Status, change.Parked, resolution.Resolution); err != nil {
		return onboarding.Next{}, err
	}
	revision := 0
	switch resolution.Action {
	case onboarding.ActionRetry:
		revision = change.Revision // one whose amend was lost on the way may be newer than the run's
	case onboarding.ActionAmend:
		if revision, err = d.amendSwap(ctx, change, *resolution.Swap); err != nil {
			return onboarding.Next{}, err
		}
	}
	auditID, err := d.audit(ctx, actor, change.DealerID, "account."+string(kind)+".decide."+string(resolution.Action), change.AccountID, reason)
	if err != nil {
		return onboarding.Next{}, err
	}
	if change.Parked.Reason == onboarding.ReasonWorkflowLost {
		err := d.engine.RestartChange(ctx, change.Start())
		return onboarding.Next{ParkNo: change.Parked.No, Step: change.Parked.Step, Action: resolution.Action}, engineError(err)
	}
	next, err := d.engine.DecideChange(ctx, kind, change.ID, onboarding.Decision{
		ID: auditID, Action: resolution.Action, Step: resolution.Step, ParkNo: resolution.ParkNo,
		By: actor.UserID, Reason: noteOf(auditID), Revision: revision,
	})
	return next, engineError(err)
}

var nounOf = map[onboarding.ChangeKind]string{
	onboarding.ChangeModuleSwap:  "module swap",
	onboarding.ChangeTermination: "termination",
}

// amendSwap stores the other module of a parked swap.
func (d *Desk) amendSwap(ctx context.Context, change Change, answers onboarding.SwapAnswers) (revision int, err error) {
	equipment, err := d.replacement(ctx, change.DealerID, change.OnboardingID, answers)
	if err != nil {
		return 0, err
	}
	revision, err = d.store.AmendSwap(ctx, change.ID, change.Revision, equipment)
	return revision, swapError(err)
}

// CancelSwap asks a swap to stop and take back what it did. *onboarding.Refusal when the
// account has the new module already, or the swap is over.
func (d *Desk) CancelSwap(ctx context.Context, actor Actor, id, typedReason string) (Change, error) {
	change, err := d.Change(ctx, actor, onboarding.ChangeModuleSwap, id)
	if err != nil {
		return Change{}, err
	}
	reason, problems := parseReason("/reason", typedReason, true)
	switch {
	case len(problems) > 0:
		return Change{}, &Invalid{problems}
	case change.Status.Final():
		return Change{}, refused("This module swap is over: its status is " + string(change.Status) + ". It cannot be cancelled any more.")
	case !change.SwitchedAt.IsZero():
		return Change{}, refused("The account has its new module already, so this swap cannot be cancelled any more. To go back, swap the module again when it is over.")
	case change.Parked != nil && change.Parked.Reason == onboarding.ReasonWorkflowLost:
		return Change{}, refused("The workflow of this module swap is gone, so it cannot take anything back. Try again to start it anew, then cancel it.")
	}
	if _, err := d.audit(ctx, actor, change.DealerID, "account.module_swap.cancel", change.AccountID, reason); err != nil {
		return Change{}, err
	}
	if err := d.engine.CancelSwap(ctx, change.ID); err != nil {
		return Change{}, engineError(err)
	}
	return d.store.Change(ctx, nil, change.ID)
}

// swapError says in words why a swap could not be written.
func swapError(err error) error {
	var conflict *onboarding.Conflict
	switch {
	case errors.As(err, &conflict):
		return &Invalid{onboarding.Problems{conflict.Problem()}}
	case errors.Is(err, ErrStale):
		return refused("Somebody else changed this account meanwhile. Look at it again.")
	}
	return err
}
