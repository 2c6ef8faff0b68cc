package dealing

import (
	"context"
	"errors"
	"slices"

	"github.com/latchkey/latchkey/onboarding"
)

// Resume sends every onboarding that is parked for batch.Reason on again, as after an
// outage; operators only. batch.Step and batch.DealerID narrow it unless empty, and
// batch.Note is the operator's reason. It returns the batch's ID: Temporal's batch operation,
// or the audit line of runs that were begun anew because their workflows were gone.
func (d *Desk) Resume(ctx context.Context, actor Actor, batch onboarding.Batch) (batchID string, err error) {
	if !actor.SeesAll() {
		return "", ErrForbidden
	}
	note, problems := parseReason("/note", batch.Note, true)
	if !slices.Contains(onboarding.Reasons(), batch.Reason) {
		problems = append(problems, onboarding.Problem{Field: "/reason", Code: "invalid_choice", Message: "Give the reason that the onboardings are parked for, such as carrier_unavailable."})
	}
	if batch.Step != "" && !slices.Contains(onboarding.Steps, batch.Step) && !batch.Step.IsUndo() {
		problems = append(problems, onboarding.Problem{Field: "/step", Code: "invalid_choice", Message: "Give the name of a step, or leave it out."})
	}
	if batch.DealerID != "" {
		switch known, err := d.dealerExists(ctx, batch.DealerID); {
		case err != nil:
			return "", err
		case !known:
			problems = append(problems, onboarding.Problem{Field: "/dealer_id", Code: "unknown", Message: "There is no such dealer."})
		}
	}
	if len(problems) > 0 {
		return "", &Invalid{problems}
	}
	auditID, err := d.audit(ctx, actor, batch.DealerID, "onboarding.resume_all", string(batch.Reason), note)
	if err != nil {
		return "", err
	}
	if batch.Reason == onboarding.ReasonWorkflowLost {
		return auditID, d.restartAll(ctx, batch)
	}
	batch.By, batch.Note = actor.UserID, noteOf(auditID)
	batchID, err = d.engine.ResumeAll(ctx, batch)
	return batchID, engineError(err)
}

func (d *Desk) dealerExists(ctx context.Context, id string) (bool, error) {
	if !isID(id) {
		return false, nil
	}
	_, err := d.store.Dealer(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
