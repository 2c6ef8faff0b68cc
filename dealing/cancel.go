package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// Cancel asks an onboarding to stop and take back what it did. *onboarding.Refusal when it is over.
func (d *Desk) Cancel(ctx context.Context, actor Actor, id, typedReason string) (onboarding.Onboarding, error) {
	row, err := d.Onboarding(ctx, actor, id)
	if err != nil {
		return onboarding.Onboarding{}, err
	}
	reason, problems := parseReason("/reason", typedReason, true)
	if len(problems) > 0 {
		return onboarding.Onboarding{}, &Invalid{problems}
	}
	if row.Status.Final() {
		return onboarding.Onboarding{}, refused("This onboarding is over: its status is " + string(row.Status) + ". It cannot be cancelled any more.")
	}
	if row.Parked != nil && row.Parked.Reason == onboarding.ReasonWorkflowLost {
		return onboarding.Onboarding{}, refused("The workflow of this onboarding is gone, so it cannot take anything back. Try again to start it anew, then cancel it.")
	}
	if _, err := d.audit(ctx, actor, row.DealerID, "onboarding.cancel", row.ID, reason); err != nil {
		return onboarding.Onboarding{}, err
	}
	if err := d.engine.Cancel(ctx, row.ID); err != nil {
		return onboarding.Onboarding{}, engineError(err)
	}
	return d.store.Onboarding(ctx, scope(actor), row.ID)
}
