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
	reason, problems := parseReason("/reason", typedReason, true)
	if readyAt.After(d.now().Add(onboarding.LongestWait)) {
		problems = append(problems, onboarding.Problem{Field: "/ready_at", Code: "out_of_range", Message: "Give a time within the next 7 days."})
	}
	if len(problems) > 0 {
		return onboarding.Onboarding{}, &Invalid{problems}
	}
	if row.Status != onboarding.StatusWaiting {
		return onboarding.Onboarding{}, refused("This onboarding is not waiting for the network: its status is " + string(row.Status) + ".")
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

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
