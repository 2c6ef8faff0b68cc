package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// The plain types of tasks that the record shares with its readers.
type (
	Task       = onboarding.Task
	TaskFilter = onboarding.TaskFilter
)

// TaskDesk keeps what waits for dealers' offices.
type TaskDesk interface {
	Tasks(ctx context.Context, filter TaskFilter) (page []Task, nextCursor string, err error)
	CountTasks(ctx context.Context, dealers []string) (int, error)
	// DismissTask closes an open task of one of dealers by hand; ErrNotFound when there is none.
	DismissTask(ctx context.Context, dealers []string, taskID string, entry AuditEntry) error
}

// Tasks lists what waits for the dealer's office, the oldest first. filter.Dealers is set
// here, from the actor and from dealerID, which narrows the list to one dealer unless
// empty. ErrBadCursor for a cursor that no list gave.
func (d *Desk) Tasks(ctx context.Context, actor Actor, dealerID string, filter TaskFilter) (page []Task, nextCursor string, err error) {
	if filter.Dealers, err = narrowed(actor, dealerID); err != nil {
		return nil, "", err
	}
	return d.store.Tasks(ctx, filter)
}

// CountTasks is how many tasks wait for the actor's dealers.
func (d *Desk) CountTasks(ctx context.Context, actor Actor) (int, error) {
	return d.store.CountTasks(ctx, scope(actor))
}

// DismissTask takes a task off the list although what it asks for was not done. *Invalid
// without a reason, ErrNotFound when it is not open any more.
func (d *Desk) DismissTask(ctx context.Context, actor Actor, taskID, typedReason string) error {
	if !isID(taskID) {
		return ErrNotFound
	}
	reason, problems := parseReason("/reason", typedReason, true)
	if len(problems) > 0 {
		return &Invalid{problems}
	}
	return d.store.DismissTask(ctx, scope(actor), taskID, auditEntry(ctx, actor, actor.DealerID, "task.dismiss", taskID, reason))
}
