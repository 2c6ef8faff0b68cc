package workflows

import (
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/onboarding"
)

// The search attributes of OnboardAccount. Their values are the words of the API and
// of SQL. They are never encrypted, so they hold codes and IDs only.
var (
	AttributeStatus       = temporal.NewSearchAttributeKeyKeyword("OnboardingStatus")
	AttributeStep         = temporal.NewSearchAttributeKeyKeyword("OnboardingStep")
	AttributeParkReason   = temporal.NewSearchAttributeKeyKeyword("ParkReason")
	AttributeDealerID     = temporal.NewSearchAttributeKeyKeyword("DealerId")
	AttributeSource       = temporal.NewSearchAttributeKeyKeyword("OnboardingSource")
	AttributeCommitmentID = temporal.NewSearchAttributeKeyKeyword("CommitmentId")
	AttributeParkedSince  = temporal.NewSearchAttributeKeyTime("ParkedSince")
	AttributeReadyAt      = temporal.NewSearchAttributeKeyTime("ReadyAt")
	AttributeParkCount    = temporal.NewSearchAttributeKeyInt64("ParkCount")
)

// SearchAttributes maps each attribute to its type, as a namespace must know them
// before a worker starts.
var SearchAttributes = map[string]string{
	AttributeStatus.GetName(): "Keyword", AttributeStep.GetName(): "Keyword", AttributeParkReason.GetName(): "Keyword",
	AttributeDealerID.GetName(): "Keyword", AttributeSource.GetName(): "Keyword", AttributeCommitmentID.GetName(): "Keyword",
	AttributeParkedSince.GetName(): "Datetime", AttributeReadyAt.GetName(): "Datetime", AttributeParkCount.GetName(): "Int",
}

// startAttributes are set with the start, which is free; every later change is one call.
func startAttributes(start onboarding.StartRun) temporal.SearchAttributes {
	updates := []temporal.SearchAttributeUpdate{
		AttributeStatus.ValueSet(string(onboarding.StatusActive)),
		AttributeStep.ValueSet(string(onboarding.StepValidate)),
		AttributeDealerID.ValueSet(start.DealerID),
		AttributeSource.ValueSet(string(start.Source)),
		AttributeParkCount.ValueSet(int64(start.ParkNo)),
	}
	if start.CommitmentID != "" {
		updates = append(updates, AttributeCommitmentID.ValueSet(start.CommitmentID))
	}
	return temporal.NewSearchAttributes(updates...)
}

// publish shows people in the Temporal UI where the run stands: the attributes they
// search by, and the details they read. Details are free, they are answered by the run
// itself; a change of attributes is an event that is kept, and billed. So a run is
// published when it waits for something or is over, and not for each step.
func (r *run) publish(details string) {
	updates := []temporal.SearchAttributeUpdate{
		AttributeStatus.ValueSet(string(r.status)),
		AttributeStep.ValueSet(string(r.current())),
	}
	switch {
	case r.status == onboarding.StatusWaiting:
		updates = append(updates, AttributeReadyAt.ValueSet(r.readyAt))
	case r.parked != nil:
		updates = append(updates,
			AttributeStep.ValueSet(string(r.parked.step)),
			AttributeParkReason.ValueSet(string(r.parked.reason)),
			AttributeParkedSince.ValueSet(r.parked.since),
			AttributeParkCount.ValueSet(int64(r.parkNo)))
	case r.parkNo > 0:
		updates = append(updates, AttributeParkReason.ValueUnset(), AttributeParkedSince.ValueUnset())
	}
	if err := workflow.UpsertTypedSearchAttributes(r.ctx, updates...); err != nil {
		r.log.Error("search attributes not set", "error", err)
	}
	workflow.SetCurrentDetails(r.ctx, details)
}
