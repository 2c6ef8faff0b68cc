package carriertest_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
)

func TestDefaultCoverage_IsWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	_, client := start(t, carriertest.Options{})
	const full, partial, none, unknown = carrier.CoverageFull, carrier.CoveragePartial, carrier.CoverageNone, carrier.CoverageUnknown
	for name, test := range map[string]struct {
		country, postal string
		want            []carrier.Coverage
	}{
		"the seed's own address": {"US", "22102", []carrier.Coverage{full, full, full}},
		"ZIP+4":                  {"US", "22102-1234", []carrier.Coverage{full, full, full}},
		"partial":                {"US", "59001", []carrier.Coverage{partial, partial, none}},
		"one network only":       {"US", "79830", []carrier.Coverage{none, full, full}},
		"no data for the place":  {"US", "82190", []carrier.Coverage{unknown, unknown, unknown}},
		"none":                   {"US", "99950", []carrier.Coverage{none, none, none}},
		"Canada":                 {"CA", "M5V 2T6", []carrier.Coverage{full, full, full}},
		"Canada, lower case":     {"ca", "m5v2t6", []carrier.Coverage{full, full, full}},
		"Canada, partial":        {"CA", "Y0B 1G0", []carrier.Coverage{partial, none, partial}},
		"Canada, none":           {"CA", "X0A 0H0", []carrier.Coverage{none, none, none}},
		"a country without data": {"MX", "06000", []carrier.Coverage{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := client.Coverage(t.Context(), carrier.Place{Country: test.country, PostalCode: test.postal})
			require.NoError(t, err)
			got := []carrier.Coverage{}
			for _, network := range report.Networks {
				got = append(got, network.Coverage)
				require.Equal(t, network.Recommended, network.Coverage == full && !network.Sunset, network.Name)
			}
			require.Equal(t, test.want, got)
		})
	}
	for _, postal := range []string{"00000", "2210", "ABCDE", ""} {
		_, err := client.Coverage(t.Context(), carrier.Place{Country: "US", PostalCode: postal})
		require.EqualError(t, err, carrier.AddressNotFound)
	}
}

func TestCoverage_FollowsTheRulesGiven(t *testing.T) {
	t.Parallel()
	_, client := start(t, carriertest.Options{Coverage: []carriertest.CoverageRule{
		{Country: "US", Postal: "221", Networks: []carrier.Network{{Name: "Nearby", Coverage: carrier.CoverageFull}}},
		{Country: "US", Refusal: carrier.AddressNotFound},
	}})

	report, err := client.Coverage(t.Context(), carrier.Place{Country: "US", PostalCode: "22102"})
	require.NoError(t, err)
	require.Equal(t, "Nearby", report.Networks[0].Name)
	_, err = client.Coverage(t.Context(), carrier.Place{Country: "US", PostalCode: "90210"})
	require.EqualError(t, err, carrier.AddressNotFound)
}

func TestModules_DecideWhichIdentifiersAreTaken(t *testing.T) {
	t.Parallel()
	listed := carriertest.OnlyModules(serial)
	demo := carriertest.RefusingModules(carriertest.DemoRefusals())
	for name, test := range map[string]struct {
		modules    carriertest.Modules
		identifier string
		refusal    string
	}{
		"serial":                 {carriertest.AnyModule, serial, ""},
		"IMEI":                   {carriertest.AnyModule, "490154203237518", ""},
		"IMEI, wrong check":      {carriertest.AnyModule, "490154203237519", carrier.ModuleUnknown},
		"MEID":                   {carriertest.AnyModule, "A0000000002329", ""},
		"MEID below A0":          {carriertest.AnyModule, "90000000002329", carrier.ModuleUnknown},
		"too short":              {carriertest.AnyModule, "410000001", carrier.ModuleUnknown},
		"empty":                  {carriertest.AnyModule, "", carrier.ModuleUnknown},
		"listed":                 {listed, serial, ""},
		"not listed":             {listed, "4100000018", carrier.ModuleUnknown},
		"demo: free":             {demo, serial, ""},
		"demo: taken":            {demo, "4100000901", carrier.ModuleAlreadyRegistered},
		"demo: another dealer's": {demo, "4100000902", carrier.ModuleNotOwned},
		"demo: sunset":           {demo, "4100000903", carrier.ModuleSunset},
		"demo: inactive":         {demo, "4100000904", carrier.ModuleInactive},
		"demo: unknown":          {demo, "4100000905", carrier.ModuleUnknown},
		"demo: panel":            {demo, "4100000906", carrier.PanelUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulator, client := start(t, carriertest.Options{Modules: test.modules})
			_, err := client.RegisterModule(t.Context(), key, carrier.RegistrationRequest{Module: test.identifier})
			if test.refusal == "" {
				require.NoError(t, err)
				require.Len(t, simulator.Registrations(), 1)
				return
			}
			require.EqualError(t, err, test.refusal)
			require.Empty(t, simulator.Registrations())
		})
	}
}

func TestDocument_NamesEveryCallCodeFaultAndRule(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../docs/carrier-protocol.md")
	require.NoError(t, err)
	document := string(content)
	for _, code := range carrier.Codes() {
		require.Contains(t, document, "| `"+code.Name+"` |")
		require.Contains(t, document, code.Means)
	}
	for _, call := range carrier.Calls() {
		require.Contains(t, document, "| `"+string(call)+"` |")
		for _, fault := range carriertest.Faults(call) {
			require.Contains(t, document, "`"+fault+"`")
		}
	}
	for _, rule := range carriertest.DefaultCoverage() {
		require.Contains(t, document, "| "+rule.Country+" | "+rule.Postal)
	}
	for module, refusal := range carriertest.DemoRefusals() {
		require.Contains(t, document, "| `"+module+"` | `"+refusal+"` |")
	}
}
