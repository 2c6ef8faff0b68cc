package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// PanelCommunicated is the one kind of panel event there is so far.
const PanelCommunicated = "communicated"

// TakePanelEvent keeps an event of the panel network and tells the run of the account
// it is about. The caller has verified its signature. An event about a module that no
// onboarding has is kept all the same; *Invalid for one that cannot be read.
func (d *Desk) TakePanelEvent(ctx context.Context, event PanelEvent) error {
	event, err := readPanelEvent(event)
	if err != nil {
		return err
	}
	onboardingID, _, err := d.store.RecordPanelEvent(ctx, event)
	if err != nil {
		return err
	}
	// The new module of a swap: the panel may be heard before the account has switched.
	swap, found, err := d.store.AwaitedReplacement(ctx, event.Module)
	if err != nil {
		return err
	}
	if found {
		if err := d.engine.ReplacementCommunicated(ctx, swap, event.EventID, event.At); err != nil {
			return engineError(err)
		}
	}
	if onboardingID == "" {
		return nil
	}
	// A repetition is told as well: the first telling may have failed after the event
	// was kept. The run knows events by their ID.
	return engineError(d.engine.PanelCommunicated(ctx, onboardingID, event.EventID, event.At))
}

func readPanelEvent(event PanelEvent) (PanelEvent, error) {
	var problems onboarding.Problems
	note := func(field string, fault onboarding.Fault) {
		if fault.Found() {
			problems = append(problems, onboarding.Problem{Field: field, Code: fault.Code, Message: fault.Message})
		}
	}
	id, fault := onboarding.ParseLine(event.EventID, 200)
	if !fault.Found() && id == "" {
		fault = onboarding.Fault{Code: "required", Message: "Give the event's ID."}
	}
	note("/event_id", fault)
	module, fault := onboarding.ParseModuleIdentifier(event.Module)
	note("/module", fault)
	if event.Kind != PanelCommunicated {
		note("/kind", onboarding.Fault{Code: "invalid_choice", Message: "The only kind of event is communicated."})
	}
	if event.At.IsZero() {
		note("/at", onboarding.Fault{Code: "required", Message: "Give the time of the event."})
	}
	if len(problems) > 0 {
		return PanelEvent{}, &Invalid{problems}
	}
	event.EventID, event.Module = id, module.String()
	return event, nil
}
