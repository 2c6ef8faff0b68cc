package activities

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// Changes is the record of what happens to accounts later. Unlike the effects of an
// onboarding's steps, those of a change are times on its own row: each is set once.
type Changes interface {
	// BeginChangeStep notes that a step is at work and returns the change.
	BeginChangeStep(ctx context.Context, changeID string, step onboarding.Step) (onboarding.Change, error)
	// FailChangeStep notes why an attempt failed; detail is kept out of Temporal.
	FailChangeStep(ctx context.Context, changeID string, code onboarding.Reason, detail string) error
	// ReplacementRegistered is onboarding.ErrStale when another module was chosen meanwhile.
	ReplacementRegistered(ctx context.Context, changeID string, revision int) error
	// ReplacementGivenUp frees the new module; onboarding.ErrStale when the account uses it.
	ReplacementGivenUp(ctx context.Context, changeID string) error
	// SwitchModule gives the account its new module, which is ready networkWait later.
	SwitchModule(ctx context.Context, changeID string, networkWait time.Duration) (onboarding.Change, error)
	// RegistrationKeysOf are the keys under which the carrier may know the module that is
	// to be released.
	RegistrationKeysOf(ctx context.Context, change onboarding.Change) ([]onboarding.EffectKey, error)
	// ModuleReleased frees the module that the carrier has released.
	ModuleReleased(ctx context.Context, changeID string) error
	// SilentPanels are waits for a communication that can come no more, by the ID of
	// their swap or onboarding.
	SilentPanels(ctx context.Context, change onboarding.Change) ([]string, error)
	// ReplacementCommunicated notes a panel's first communication through its new module.
	ReplacementCommunicated(ctx context.Context, changeID string, at time.Time) error
	// RecordChange is Transitions.RecordTransition for a change.
	RecordChange(ctx context.Context, runID, changeID string, transition onboarding.Transition) error
	// UnstartedChanges, OpenChanges and ReportLostChange are those of Runs, for changes.
	UnstartedChanges(ctx context.Context, before time.Time, limit int) ([]onboarding.Change, error)
	OpenChanges(ctx context.Context, before time.Time, limit int) ([]onboarding.Change, error)
	ReportLostChange(ctx context.Context, changeID string) error
}
