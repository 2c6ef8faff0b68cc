package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerTasks(v1 huma.API) {
	const tag = "Tasks"
	handle(s, v1, operation{
		id: "list-tasks", method: http.MethodGet, path: "/tasks", tag: tag,
		summary:     "List what waits for the dealer's office, the oldest first",
		description: "A task closes by itself when what it asks for is done.",
	}, s.listTasks)
	handle(s, v1, operation{
		id: "dismiss-task", method: http.MethodPost, path: "/tasks/{id}/dismiss", tag: tag, status: http.StatusNoContent,
		summary:     "Take a task off the list although it was not done",
		description: "The reason is kept in the audit trail. 404 for a task that is not open.",
	}, s.dismissTask)
}

// Task is something that waits for the dealer's office.
type Task struct {
	ID           string    `json:"id"`
	DealerID     string    `json:"dealer_id"`
	Kind         string    `json:"kind" doc:"letter_bounced, commitment_needs_serial, commitment_refused, swap_parked, termination_parked, webhook_disabled; more may come" example:"letter_bounced"`
	Code         string    `json:"code" doc:"Why, if there is a word for it" example:"recipient_rejected"`
	ObjectID     string    `json:"object_id" doc:"What it is about: an onboarding, an account, a commitment, a webhook endpoint"`
	OnboardingID *string   `json:"onboarding_id" doc:"The customer's onboarding; null when it is about no customer"`
	AccountID    *string   `json:"account_id"`
	OpenedAt     time.Time `json:"opened_at"`
}

// TaskList is a page of tasks.
type TaskList page[Task]

type listTasksIn struct {
	DealerChoice
	Kind   string `query:"kind" maxLength:"50" doc:"Only tasks of this kind"`
	Cursor string `query:"cursor" maxLength:"500" doc:"The next_cursor of an earlier page"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type taskListOut struct{ Body TaskList }

func (s *surface) listTasks(ctx context.Context, in *listTasksIn) (*taskListOut, error) {
	tasks, next, err := s.desk.Tasks(ctx, actorOf(ctx), in.DealerID, dealing.TaskFilter{
		Kind: onboarding.TaskKind(in.Kind), Cursor: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return &taskListOut{TaskList{Items: views(tasks, viewTask), NextCursor: orNull(next)}}, nil
}

func viewTask(task onboarding.Task) Task {
	return Task{
		ID: task.ID, DealerID: task.DealerID, Kind: string(task.Kind), Code: task.Code, ObjectID: task.ObjectID,
		OnboardingID: orNull(task.OnboardingID), AccountID: orNull(task.AccountID), OpenedAt: task.OpenedAt.UTC(),
	}
}

type dismissTaskIn struct {
	ID   string `path:"id"`
	Body TaskDismissal
}

// TaskDismissal says why a task is taken off the list.
type TaskDismissal struct {
	Reason string `json:"reason,omitempty" doc:"Kept in the audit trail" example:"The customer was called."`
}

func (s *surface) dismissTask(ctx context.Context, in *dismissTaskIn) (*struct{}, error) {
	return nil, s.desk.DismissTask(ctx, actorOf(ctx), in.ID, in.Body.Reason)
}
