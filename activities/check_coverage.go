package activities

import (
	"context"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/onboarding"
)

// CheckCoverage asks the carrier how the installation address is covered. Low or no
// coverage is an answer that a person must look at, unless the application brought a
// reason to go on all the same.
func (a *Activities) CheckCoverage(ctx context.Context, in StepInput) (CheckCoverageResult, error) {
	return once(ctx, a, onboarding.StepCheckCoverage, in, func(ctx context.Context, key onboarding.EffectKey) (CheckCoverageResult, error) {
		application, err := a.store.Application(ctx, in.OnboardingID, in.Revision)
		if err != nil {
			return CheckCoverageResult{}, err
		}
		address := application.Answers.InstallationAddress()
		report, err := a.carrier.Coverage(ctx, carrier.PlaceOf(address))
		if err != nil {
			return CheckCoverageResult{}, err
		}
		networks := report.Summary()
		reason, override := onboarding.CoverageReason(networks), application.Answers.CoverageOverrideReason
		if reason != "" && override == "" {
			return CheckCoverageResult{Reason: reason}, a.store.CoverageInsufficient(ctx, key, networks)
		}
		if reason == "" {
			override = "" // given, but not needed
		}
		result := CheckCoverageResult{}
		return result, a.store.RecordCoverage(ctx, key, networks, override, encode(result))
	})
}
