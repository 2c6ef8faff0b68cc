package dealing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/latchkey/latchkey/onboarding"
)

// Correction replaces sections of an application, as applicationjson.Sections does.
type Correction interface {
	Over(was onboarding.Answers) onboarding.Answers
}

// Resolution is what a person decides about a parked onboarding.
type Resolution struct {
	Action onboarding.Action
	// Step and ParkNo name the park that the person was looking at, so that a stale
	// browser tab cannot decide about a later one.
	Step   onboarding.Step
	ParkNo int
	Reason string
	// Correction is nil except with ActionAmend.
	Correction Correction
}

// Decide sends a parked onboarding on. *Invalid when the resolution has problems,
// *InvalidCorrection when the corrected application does, *onboarding.Refusal when it
// does not fit the park as it stands.
func (d *Desk) Decide(ctx context.Context, actor Actor, id string, resolution Resolution) (onboarding.Next, error) {
	row, err := d.Onboarding(ctx, actor, id)
	if err != nil {
		return onboarding.Next{}, err
	}
	reason, problems := resolution.check()
	if len(problems) > 0 {
		return onboarding.Next{}, &Invalid{problems}
	}
	if err := fits(row, resolution); err != nil {
		return onboarding.Next{}, err
	}
	revision := 0
	if resolution.Action == onboarding.ActionAmend {
		if revision, err = d.amend(ctx, actor, row, resolution.Correction); err != nil {
			return onboarding.Next{}, err
		}
	}
	auditID, err := d.audit(ctx, actor, row.DealerID, "onboarding.decide."+string(resolution.Action), row.ID, reason)
	if err != nil {
		return onboarding.Next{}, err
	}
	if row.Parked.Reason == onboarding.ReasonWorkflowLost {
		err := d.engine.Restart(ctx, restartOf(row))
		return onboarding.Next{ParkNo: row.Parked.No, Step: row.Parked.Step, Action: resolution.Action}, engineError(err)
	}
	next, err := d.engine.Decide(ctx, row.ID, onboarding.Decision{
		ID: auditID, Action: resolution.Action, Step: resolution.Step, ParkNo: resolution.ParkNo,
		By: actor.UserID, Reason: noteOf(auditID), Revision: revision,
	})
	return next, engineError(err)
}

var actions = []onboarding.Action{
	onboarding.ActionRetry, onboarding.ActionAmend, onboarding.ActionOverride, onboarding.ActionSkip, onboarding.ActionCancel,
}

// check holds the form of a resolution, before anything is looked up.
func (r Resolution) check() (reason string, problems onboarding.Problems) {
	switch {
	case r.Action == "":
		problems = append(problems, onboarding.Problem{Field: "/action", Code: "required", Message: "Choose an action: retry, amend, override, skip or cancel."})
	case !slices.Contains(actions, r.Action):
		problems = append(problems, onboarding.Problem{Field: "/action", Code: "invalid_choice", Message: "Choose an action: retry, amend, override, skip or cancel."})
	}
	if r.Step == "" {
		problems = append(problems, onboarding.Problem{Field: "/step", Code: "required", Message: "Name the parked step, as the onboarding shows it."})
	}
	if r.ParkNo < 1 {
		problems = append(problems, onboarding.Problem{Field: "/park_no", Code: "required", Message: "Give the park_no that the onboarding shows."})
	}
	answered := []onboarding.Action{onboarding.ActionOverride, onboarding.ActionSkip, onboarding.ActionCancel}
	reason, reasonProblems := parseReason("/reason", r.Reason, slices.Contains(answered, r.Action))
	problems = append(problems, reasonProblems...)
	switch amends := r.Action == onboarding.ActionAmend; {
	case amends && r.Correction == nil:
		problems = append(problems, onboarding.Problem{Field: "/sections", Code: "required", Message: "Give the sections to replace."})
	case !amends && r.Correction != nil:
		problems = append(problems, onboarding.Problem{Field: "/sections", Code: "not_applicable", Message: "Sections are replaced with the action amend only."})
	}
	return reason, problems
}

// fits looks at the row for an early and friendly answer. The run's own validator has
// the last word: the row may be a moment old.
func fits(row onboarding.Onboarding, resolution Resolution) error {
	if row.Parked == nil || row.Status != onboarding.StatusParked {
		return refused("This onboarding is not parked: its status is " + string(row.Status) + ", so there is nothing to decide.")
	}
	park := *row.Parked
	if park.Step != resolution.Step || park.No != resolution.ParkNo {
		return refused(fmt.Sprintf("This onboarding is parked at %s with park_no %d. Look at it again and decide about that.", park.Step, park.No))
	}
	allowed := onboarding.AllowedActions(park.Step, park.Reason)
	if !slices.Contains(allowed, resolution.Action) {
		return refused(fmt.Sprintf("The action %s does not fit here. Choose %s.", resolution.Action, listed(allowed)))
	}
	return nil
}

func listed(allowed []onboarding.Action) string {
	words := make([]string, len(allowed))
	for i, action := range allowed {
		words[i] = string(action)
	}
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// amend stores the corrected application as the next revision. Somebody who was faster
// with a module or a login is a problem of the answer, like at submission.
func (d *Desk) amend(ctx context.Context, actor Actor, row onboarding.Onboarding, correction Correction) (revision int, err error) {
	revision, was, err := d.store.LatestAnswers(ctx, row.ID)
	if err != nil {
		return 0, err
	}
	typed := correction.Over(was)
	facts, err := d.store.Facts(ctx, row.DealerID, row.ID, onboarding.Ask(typed))
	if err != nil {
		return 0, err
	}
	application, problems := onboarding.Check(typed, facts)
	if len(problems) == 0 {
		if was, err = d.canonical(ctx, row.ID, revision, was); err != nil {
			return 0, err
		}
		problems = onboarding.CheckAmendment(row.Parked.Step, was, application.Answers)
	}
	if len(problems) > 0 {
		return 0, &InvalidCorrection{problems}
	}
	application.Revision = revision + 1
	revision, err = d.store.Amend(ctx, row.ID, revision, actor.UserID, typed, application)
	var conflict *onboarding.Conflict
	switch {
	case errors.As(err, &conflict):
		return 0, &InvalidCorrection{onboarding.Problems{conflict.Problem()}}
	case errors.Is(err, ErrStale):
		return 0, refused("Somebody else corrected this application meanwhile. Look at it again.")
	}
	return revision, err
}

// canonical is an accepted revision in the form that comparisons need. One that was never
// accepted has used nothing up, and is compared as it was typed.
func (d *Desk) canonical(ctx context.Context, onboardingID string, revision int, typed onboarding.Answers) (onboarding.Answers, error) {
	application, err := d.store.Application(ctx, onboardingID, revision)
	switch {
	case errors.Is(err, ErrNotFound):
		return typed, nil
	case err != nil:
		return onboarding.Answers{}, err
	}
	return application.Answers, nil
}
