package onboarding_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestCoverageReason_AsksAPersonOnlyWhenNoLivingNetworkIsFull(t *testing.T) {
	t.Parallel()
	network := func(level onboarding.CoverageLevel) onboarding.NetworkCoverage {
		return onboarding.NetworkCoverage{Coverage: level}
	}
	sunset := onboarding.NetworkCoverage{Coverage: onboarding.CoverageFull, Sunset: true}
	for name, c := range map[string]struct {
		report []onboarding.NetworkCoverage
		want   onboarding.Reason
	}{
		"one full":            {[]onboarding.NetworkCoverage{network(onboarding.CoverageNone), network(onboarding.CoverageFull)}, ""},
		"all none":            {[]onboarding.NetworkCoverage{network(onboarding.CoverageNone)}, onboarding.ReasonNoCoverage},
		"partial at best":     {[]onboarding.NetworkCoverage{network(onboarding.CoverageNone), network(onboarding.CoveragePartial)}, onboarding.ReasonLowCoverage},
		"full but sunset":     {[]onboarding.NetworkCoverage{sunset, network(onboarding.CoverageNone)}, onboarding.ReasonNoCoverage},
		"only sunset":         {[]onboarding.NetworkCoverage{sunset}, onboarding.ReasonNoCoverage},
		"unknown":             {[]onboarding.NetworkCoverage{network(onboarding.CoverageUnknown)}, ""},
		"unknown and partial": {[]onboarding.NetworkCoverage{network(onboarding.CoverageUnknown), network(onboarding.CoveragePartial)}, ""},
		"no data":             {nil, ""},
	} {
		require.Equal(t, c.want, onboarding.CoverageReason(c.report), name)
	}
}
