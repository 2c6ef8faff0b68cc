package catalog

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

func TestRead_RefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"an unknown member":   `[{"id": "x", "colour": "red"}]`,
		"something after it":  `[] []`,
		"a date that is none": `[{"id": "x", "sunsetOn": "soon"}]`,
		"half a file":         `[{"id"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := read(func(file string) ([]byte, error) {
				if file == "networks.json" {
					return []byte(content), nil
				}
				return data.ReadFile("data/" + file)
			})
			require.ErrorContains(t, err, "networks.json")
		})
	}
}

func TestCurrent_HasTheSeedsInteractiveGold(t *testing.T) {
	t.Parallel()
	gold, ok := Current().Package("interactive_gold")
	require.True(t, ok)
	require.Equal(t, "Interactive Gold", gold.Name)
	require.Equal(t, []string{
		"Images - Plus (40 images by default)",
		"Remote Arming/Disarming",
		"Sensor Activity Monitoring for 50 sensors",
		"Unexpected Activity Alerts",
		"User Code Management",
	}, gold.IncludedFeatures)
}

func TestCurrent_SellsPackagesForEveryAccountType(t *testing.T) {
	t.Parallel()
	for accountType, wanted := range map[string][]string{
		"security_system": {
			"wireless_signal_forwarding", "basic_interactive", "interactive_security",
			"interactive_security_automation", "interactive_gold", "commercial", "commercial_plus",
		},
		"standalone_video_access": {"video_only", "video_only_with_analytics", "commercial_video_only", "access_control"},
		"automation_awareness":    {"smart_home_hub", "smart_home_hub_plus"},
		"no_such_type":            nil,
	} {
		var ids []string
		for _, p := range Current().Packages(accountType) {
			ids = append(ids, p.ID)
		}
		require.Equal(t, wanted, ids, accountType)
	}
	require.Len(t, Current().Packages(""), 13)
}

func TestCurrent_DataIsConsistent(t *testing.T) {
	t.Parallel()
	c := Current()
	require.Equal(t, "USD", c.Currency())

	ids := map[string]bool{} // packages and add-ons share the price list, so their IDs differ
	unique := func(id string) {
		require.Regexp(t, snakeCase, id)
		require.False(t, ids[id], "%s is used twice", id)
		ids[id] = true
	}
	groups := map[string]bool{}
	for _, g := range c.AddOnGroups() {
		groups[g.ID] = true
		require.NotEmpty(t, g.Name)
	}
	offered := map[string]bool{}
	for _, p := range c.Packages("") {
		unique(p.ID)
		require.NotEmpty(t, p.Name)
		require.NotEmpty(t, p.Description)
		require.NotEmpty(t, p.IncludedFeatures)
		require.NotEmpty(t, p.AccountTypes)
		require.Positive(t, p.Price.Monthly)
		require.GreaterOrEqual(t, p.Price.Activation, Cents(0))
		all := slices.Concat(p.Included, p.Free, p.Priced)
		for _, id := range all {
			offered[id] = true
			_, known := c.AddOn(id)
			require.True(t, known, "%s has %s", p.ID, id)
		}
		slices.Sort(all)
		require.Len(t, slices.Compact(all), len(p.Included)+len(p.Free)+len(p.Priced), "%s has an add-on on two terms", p.ID)
	}
	for _, a := range c.AddOns() {
		unique(a.ID)
		require.True(t, groups[a.Group], a.ID)
		require.True(t, offered[a.ID], "no package has %s", a.ID)
		require.NotEmpty(t, a.Name)
		require.NotEmpty(t, a.Help)
		require.GreaterOrEqual(t, a.MaxQuantity, 1)
		require.Equal(t, a.MaxQuantity > 1, a.Unit != "", "%s: a quantity counts something", a.ID)
		require.GreaterOrEqual(t, a.Price.Monthly, Cents(0))
		require.GreaterOrEqual(t, a.Price.Activation, Cents(0))
	}
}

func TestCurrent_RulesReferToWhatExists(t *testing.T) {
	t.Parallel()
	c := Current()
	for _, a := range c.AddOns() {
		for _, rule := range a.Rules {
			require.NotEmpty(t, rule.Message, "%s %s", a.ID, rule.Kind)
			for _, id := range rule.Packages {
				_, known := c.Package(id)
				require.True(t, known, "%s: package %s", a.ID, id)
			}
			for _, id := range rule.Panels {
				_, known := c.Panel(id)
				require.True(t, known, "%s: panel %s", a.ID, id)
			}
			for _, id := range rule.AddOns {
				other, known := c.AddOn(id)
				require.True(t, known, "%s: add-on %s", a.ID, id)
				require.NotEqual(t, a.ID, id)
				if rule.Kind == Excludes {
					require.True(t, slices.ContainsFunc(other.Rules, func(r Rule) bool {
						return r.Kind == Excludes && slices.Contains(r.AddOns, a.ID)
					}), "%s excludes %s, but not the other way round", a.ID, id)
				}
			}
			reads := map[RuleKind]int{
				RequiresPackage: len(rule.Packages), RequiresAddOn: len(rule.AddOns), Excludes: len(rule.AddOns),
				RequiresPanelFirmware: len(rule.Version), NotOnPanel: len(rule.Panels),
				RequiresAccountType: len(rule.AccountTypes), RequiresCountry: len(rule.Countries),
			}
			require.Positive(t, reads[rule.Kind], "%s: %s lacks its members, or is no kind", a.ID, rule.Kind)
		}
	}
}

// What a package includes is not held against rules when it is sold, so the data must
// keep them; and a quantity of it could not be charged.
func TestCurrent_IncludedAddOnsKeepTheirOwnRules(t *testing.T) {
	t.Parallel()
	c := Current()
	for _, p := range c.Packages("") {
		var included []Selected
		for _, id := range p.Included {
			addOn, _ := c.AddOn(id)
			require.Equal(t, 1, addOn.MaxQuantity, "%s includes %s", p.ID, id)
			included = append(included, Selected{ID: id})
		}
		for _, accountType := range p.AccountTypes {
			quote, violations := c.Quote(Selection{PackageID: p.ID, AddOns: included}, nil, Context{AccountType: accountType})
			require.Empty(t, violations)
			require.Empty(t, quote.AddOns, "what is included is no line of its own")
			require.Equal(t, p.Price.Monthly, quote.MonthlyTotal)
		}
	}
}

func TestCurrent_HasTheSeedsEventGroups(t *testing.T) {
	t.Parallel()
	c := Current()
	var labels []string
	for _, g := range c.EventGroups() {
		labels = append(labels, g.Label)
		require.NotEmpty(t, g.Meaning)
	}
	require.Equal(t, []string{
		"Alarms", "Bypass", "Crash & Smash", "Panics", "Phone Tests", "Troubles",
		"Arming (Openings/Closings)", "Cancels", "Panel Not Responding",
		"Phone Communication Failures", "Sensor Tamper", "Trouble Restorals",
	}, labels)
	require.Equal(t, []string{
		"alarms", "crash_and_smash", "panics", "phone_tests", "troubles", "arming", "cancels", "panel_not_responding",
	}, c.DefaultEvents())
}

func TestCurrent_PresetsNameGroupsInTheOrderOfTheForm(t *testing.T) {
	t.Parallel()
	c := Current()
	var presets []string
	for _, preset := range c.EventPresets() {
		presets = append(presets, preset.ID)
		var ordered []string
		for _, g := range c.EventGroups() {
			if slices.Contains(preset.Groups, g.ID) {
				ordered = append(ordered, g.ID)
			}
		}
		require.Equal(t, ordered, c.EventPreset(preset.ID))
	}
	require.Equal(t, []string{"residential", "commercial", PresetULETL}, presets)
	require.Nil(t, c.EventPreset("no_such_preset"))
}

func TestCurrent_EveryPanelSaysWhereTheSerialNumberIs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range Current().Panels() {
		require.Regexp(t, snakeCase, p.ID)
		require.False(t, seen[p.ID], p.ID)
		seen[p.ID] = true
		require.NotEmpty(t, p.Name)
		require.NotEmpty(t, p.SerialHelp, p.ID)
		for _, help := range p.SerialHelp {
			require.NotEmpty(t, help.Module)
			require.NotEmpty(t, help.Text)
		}
	}
	for _, id := range []string{"simon_xt", "simon_xti", "concord", "nx", "twog_gc2", "gc3", "iq_panel", "iq_panel2", "iq_panel4", "neo", "impassa", "vista"} {
		require.True(t, seen[id], id)
	}
}

func TestNetworks_SunsetOnTheirDay(t *testing.T) {
	t.Parallel()
	verizon, ok := Current().Network("Verizon 3G")
	require.True(t, ok)
	day := time.Date(2022, 12, 31, 0, 0, 0, 0, time.UTC)
	require.False(t, verizon.Sunset(day.Add(-time.Nanosecond)))
	require.True(t, verizon.Sunset(day))

	att, ok := Current().Network("AT&T")
	require.True(t, ok)
	require.False(t, att.Sunset(day.AddDate(100, 0, 0)))

	_, ok = Current().Network("no such network")
	require.False(t, ok)
}

func TestCatalog_CannotBeChangedByItsCallers(t *testing.T) {
	t.Parallel()
	c := Current()
	gold, _ := c.Package("interactive_gold")
	gold.IncludedFeatures[0], gold.Priced[0] = "changed", "changed"
	c.Packages("")[0].AccountTypes[0] = "changed"
	c.EventPresets()[0].Groups[0] = "changed"
	c.Networks()[0].Countries[0] = "changed"
	c.Panels()[0].SerialHelp[0].Text = "changed"
	console, _ := c.AddOn("enterprise_security_console")
	console.Rules[0].Packages[0] = "changed"

	fresh, err := read(func(name string) ([]byte, error) { return data.ReadFile("data/" + name) })
	require.NoError(t, err)
	require.Equal(t, fresh, c)
}
