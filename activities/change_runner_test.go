package activities_test

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// BeginChange notes a change that the reconciler started under its own ID.
func (r *runner) BeginChange(ctx context.Context, start onboarding.StartChange) error {
	return r.Begin(ctx, onboarding.StartRun{OnboardingID: start.ID, DealerID: start.DealerID})
}

func (r *runner) ChangeLives(ctx context.Context, _ onboarding.ChangeKind, changeID string) (bool, error) {
	return r.Lives(ctx, changeID)
}
