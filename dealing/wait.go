package dealing

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// longestWait bounds how far the end of the network hour can be moved: a slip of the
// year must not park an account for ever.
const longestWait = 30 * 24 * time.Hour

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
	if readyAt.After(d.now().Add(longestWait)) {
		problems = append(problems, onboarding.Problem{Field: "/ready_at", Code: "out_of_range", Message: "Give a time within the next 30 days."})
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
	if err := d.engine.AdjustWait(ctx, row.ID, readyAt, actor.UserID, noteOf(auditID)); err != nil {
		return onboarding.Onboarding{}, engineError(err)
	}
	return d.store.Onboarding(ctx, scope(actor), row.ID)
}
