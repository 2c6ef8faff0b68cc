package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/onboarding"
)

func inNunavut(answers *onboarding.Answers) {
	answers.Customer.Address = onboarding.AddressAnswers{
		Country: "CA", Street1: "12 Example Road", City: "Arctic Bay", State: "NU", PostalCode: "X0A 0A0",
	}
	answers.Customer.TimeZone = "America/Toronto"
}

// installedElsewhere keeps the customer's own address, which is covered, out of it.
func installedElsewhere(answers *onboarding.Answers) {
	answers.Customer.InstallationAddress = &onboarding.AddressAnswers{
		Country: "US", Street1: "1 Example Pier", City: "Ketchikan", State: "AK", PostalCode: "99950",
	}
}

func TestCheckCoverage_SaysWhyAPersonMustLook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const reason = "an active module was tested at the back door"
	for name, test := range map[string]struct {
		change     []func(*onboarding.Answers)
		reason     onboarding.Reason
		overridden string
	}{
		"full":                                 {nil, "", ""},
		"full by one network":                  {[]func(*onboarding.Answers){installedAt("TX", "79830", "America/Chicago")}, "", ""},
		"partial":                              {[]func(*onboarding.Answers){installedAt("MT", "59001", "America/Denver")}, onboarding.ReasonLowCoverage, ""},
		"none":                                 {[]func(*onboarding.Answers){installedAt("AK", "99950", "America/Anchorage")}, onboarding.ReasonNoCoverage, ""},
		"none in Canada":                       {[]func(*onboarding.Answers){inNunavut}, onboarding.ReasonNoCoverage, ""},
		"unknown":                              {[]func(*onboarding.Answers){installedAt("WY", "82190", "America/Denver")}, "", ""},
		"none where it is installed":           {[]func(*onboarding.Answers){installedElsewhere}, onboarding.ReasonNoCoverage, ""},
		"partial, overridden":                  {[]func(*onboarding.Answers){installedAt("MT", "59001", "America/Denver"), overriding(reason)}, "", reason},
		"none, overridden":                     {[]func(*onboarding.Answers){installedAt("AK", "99950", "America/Anchorage"), overriding(reason)}, "", reason},
		"full, with a reason nobody asked for": {[]func(*onboarding.Answers){overriding(reason)}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t)
			id := w.has(w.johnDoe(test.change...), onboarding.StepValidate)

			raw, err := w.run(onboarding.StepCheckCoverage, first(id))

			require.NoError(t, err)
			requireNothingPersonal(t, w.people, raw)
			result := decoded[activities.CheckCoverageResult](t, raw)
			require.Equal(t, test.reason, result.Reason)
			require.Equal(t, test.reason, result.ParkReason())
			require.Equal(t, test.overridden, valueOf[string](w, `SELECT overridden_by FROM coverage_checks WHERE onboarding_id = $1`, id))
			require.Equal(t, 3, w.count(`SELECT jsonb_array_length(report) FROM coverage_checks WHERE onboarding_id = $1`, id))
		})
	}
}

func TestCheckCoverage_AsksTheCarrierOnceForARevision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.has(w.johnDoe(), onboarding.StepCheckCoverage)
	w.done(first(id), onboarding.StepCheckCoverage)
	require.Equal(t, 1, w.calls(carrier.CheckCoverage))
}

// Networks are built and a retry is a person's wish to look again.
func TestCheckCoverage_AsksAgainAfterARetry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	poor := installedAt("MT", "59001", "America/Denver")
	id := w.has(w.johnDoe(poor), onboarding.StepCheckCoverage)
	require.Equal(t, onboarding.StepRunning, w.timeline(id, onboarding.StepCheckCoverage).Status)

	again := resultOf[activities.CheckCoverageResult](w, onboarding.StepCheckCoverage, first(id))
	require.Equal(t, onboarding.ReasonLowCoverage, again.Reason)
	require.Equal(t, 2, w.calls(carrier.CheckCoverage))

	better, err := carriertest.New(carriertest.Options{Coverage: []carriertest.CoverageRule{
		{Country: "US", Networks: []carrier.Network{{Name: "AT&T", Coverage: carrier.CoverageFull}}},
	}})
	require.NoError(t, err)
	require.NoError(t, better.Start())
	t.Cleanup(func() { require.NoError(t, better.Close()) })
	raw, err := w.callOn(w.stepsWith(w.store, better.URL()), "CheckCoverage", first(id))
	require.NoError(t, err)
	require.Empty(t, decoded[activities.CheckCoverageResult](t, raw).Reason)
	require.Equal(t, onboarding.StepDone, w.timeline(id, onboarding.StepCheckCoverage).Status)
	require.Equal(t, 1, w.effects(id).CoverageChecks)
}

func TestCheckCoverage_NeedsAnAcceptedApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submit(w.johnDoe())
	_, err := w.run(onboarding.StepCheckCoverage, first(id))
	w.requireFault(err, "internal")
	require.Equal(t, "not found", w.detail(id, onboarding.StepCheckCoverage))
	require.Zero(t, w.calls(carrier.CheckCoverage))
}
