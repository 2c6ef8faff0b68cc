package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerOperators(v1 huma.API) {
	const tag = "Operators"
	errors := []int{http.StatusForbidden, http.StatusConflict}
	handle(s, v1, operation{
		id: "adjust-wait", method: http.MethodPost, path: "/onboardings/{id}/wait", tag: tag, status: http.StatusAccepted, errors: errors,
		summary:     "Move the end of the network hour",
		description: "Only while the onboarding waits. A time that is past ends the wait at once.",
	}, s.adjustWait)
	handle(s, v1, operation{
		id: "resume-onboardings", method: http.MethodPost, path: "/ops/onboardings/resume", tag: tag, status: http.StatusAccepted, errors: errors,
		summary:     "Send all onboardings on that are parked for a reason",
		description: "As after an outage of the carrier or the mail server: each parked step is tried again.",
	}, s.resume)
}

type adjustWaitIn struct {
	ID   string `path:"id"`
	Body WaitAdjustment
}

// WaitAdjustment moves the end of the network hour.
type WaitAdjustment struct {
	ReadyAt time.Time `json:"ready_at" doc:"When the wait is to end" example:"2027-01-31T15:04:05Z"`
	Reason  string    `json:"reason,omitempty" doc:"Kept in the audit trail" example:"The carrier confirmed the activation."`
}

func (s *surface) adjustWait(ctx context.Context, in *adjustWaitIn) (*onboardingOut, error) {
	row, err := s.desk.AdjustWait(ctx, actorOf(ctx), in.ID, in.Body.ReadyAt, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &onboardingOut{viewOnboarding(row)}, nil
}

type resumeIn struct{ Body Resumption }

// Resumption says which parked onboardings go on.
type Resumption struct {
	Reason   string `json:"reason,omitempty" doc:"What they are parked for" example:"carrier_unavailable"`
	Step     string `json:"step,omitempty" doc:"Only those parked at this step" example:"register_module"`
	DealerID string `json:"dealer_id,omitempty" doc:"Only those of this dealer"`
	Note     string `json:"note,omitempty" doc:"Why; kept in the audit trail" example:"The carrier's outage is over."`
}

// ResumedBatch names the batch that sends them on.
type ResumedBatch struct {
	BatchID string `json:"batch_id"`
}

type resumeOut struct{ Body ResumedBatch }

func (s *surface) resume(ctx context.Context, in *resumeIn) (*resumeOut, error) {
	batchID, err := s.desk.Resume(ctx, actorOf(ctx), onboarding.Batch{
		Reason: onboarding.Reason(in.Body.Reason), Step: onboarding.Step(in.Body.Step), DealerID: in.Body.DealerID, Note: in.Body.Note,
	})
	if err != nil {
		return nil, err
	}
	return &resumeOut{ResumedBatch{batchID}}, nil
}
