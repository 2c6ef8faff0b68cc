package workflows

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// Current Details is the instruction sheet an operator reads in the Temporal UI. Lists
// rather than tables: the UI's two markdown renderers disagree on tables.

func (r *run) parkedDetails() string {
	var text strings.Builder
	fmt.Fprintf(&text, "## Parked at `%s`: `%s`\n\n%s\n\n", r.parked.step, r.parked.reason, r.parked.reason.Message())
	fmt.Fprintf(&text, "- since %s\n- park number %d, revision %d, tried %d times\n", r.parked.since.UTC().Format(time.RFC3339),
		r.parkNo, r.revision, r.progressOf(r.parked.step).Attempts)
	fmt.Fprintf(&text, "- runbook: `docs/runbook.md#%s`\n\n", r.parked.reason)
	text.WriteString("Send the update `decide` with one of:\n\n")
	for _, action := range r.allowedActions() {
		decision := Decision{Action: action, Step: r.parked.step, ParkNo: r.parkNo, By: "your name", Reason: "why"}
		if action == onboarding.ActionAmend {
			decision.Revision = r.revision + 1
		}
		form, err := json.Marshal(decision)
		if err != nil {
			panic(err) // a struct of strings and numbers always marshals
		}
		fmt.Fprintf(&text, "- %s\n\n```json\n%s\n```\n\n", strings.ReplaceAll(meaning[action], "{it}", r.subject.noun()), form)
	}
	return text.String()
}

// meaning says what a decision does, for the instruction sheet; {it} is what the run is about.
var meaning = map[onboarding.Action]string{
	onboarding.ActionRetry:    "try the step again",
	onboarding.ActionAmend:    "go on with a corrected application, after storing it (the API and the portal do both)",
	onboarding.ActionOverride: "go on in spite of the coverage",
	onboarding.ActionSkip:     "go on without the step",
	onboarding.ActionCancel:   "cancel the {it} and take everything back",
}

func (r *run) activeDetails() string {
	return fmt.Sprintf("## At work on `%s`\n\nRevision %d. Nothing to do.", r.current(), r.revision)
}

func (r *run) waitingDetails() string {
	return fmt.Sprintf("## Waiting for the network until %s\n\nThe module is being integrated. Nothing to do.\n\n"+
		"- to move the end: update `adjust_wait`%s",
		r.readyAt.UTC().Format(time.RFC3339), r.subject.waitingHint())
}

func (r *run) compensatingDetails() string {
	return fmt.Sprintf("## Taking back what was done\n\n%d steps to undo, newest first. Nothing to do.", len(r.undo))
}

func (r *run) finalDetails() string {
	return fmt.Sprintf("## %s\n\nThe %s is over.", strings.ToUpper(string(r.status[:1]))+string(r.status[1:]), r.subject.noun())
}
