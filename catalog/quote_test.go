package catalog

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestQuote_IsTheSelectedPackageSummary(t *testing.T) {
	t.Parallel()
	quote, violations := Current().Quote(Selection{
		PackageID: "interactive_gold",
		AddOns:    []Selected{{"six_hour_supervision", 0}, {"extra_image_events", 20}, {"crash_and_smash", 1}, {"images_plus", 1}},
	}, Prices{
		"interactive_gold":     {Monthly: 2000, Activation: 3000},
		"six_hour_supervision": {Monthly: 150, Activation: 500},
		"crash_and_smash":      {Monthly: 999, Activation: 999}, // free with this package, whatever it costs elsewhere
	}, Context{AccountType: "security_system"})
	require.Empty(t, violations)
	require.Equal(t, Quote{
		PackageID:   "interactive_gold",
		PackageName: "Interactive Gold",
		IncludedFeatures: []string{
			"Images - Plus (40 images by default)", "Remote Arming/Disarming",
			"Sensor Activity Monitoring for 50 sensors", "Unexpected Activity Alerts", "User Code Management",
		},
		AddOns: []QuoteLine{
			{"extra_image_events", "Extra Image Events", 20, 200},
			{"crash_and_smash", "Crash & Smash", 1, 0},
			{"six_hour_supervision", "6 Hour Supervision", 1, 150},
		},
		ActivationFee: 3500,
		MonthlyTotal:  2350,
		Currency:      "USD",
	}, quote)
}

func TestQuote_ChargesEachPiece(t *testing.T) {
	t.Parallel()
	quote, violations := Current().Quote(
		Selection{"access_control", []Selected{{"access_control_doors", 3}}},
		Prices{"access_control": {}, "access_control_doors": {Monthly: 800, Activation: 1000}}, Context{})
	require.Empty(t, violations)
	require.Equal(t, Cents(2400), quote.MonthlyTotal)
	require.Equal(t, Cents(3000), quote.ActivationFee)
}

func TestQuote_RefusesWhatCannotBeSold(t *testing.T) {
	t.Parallel()
	security := Context{AccountType: "security_system", Country: "US"}
	type found struct {
		index  int
		member Member
		code   string
	}
	for name, test := range map[string]struct {
		selection Selection
		context   Context
		want      []found
	}{
		"no package":                   {Selection{}, security, []found{{-1, MemberPackage, "required"}}},
		"unknown package":              {Selection{PackageID: "no_such"}, security, []found{{-1, MemberPackage, "invalid_choice"}}},
		"package of another type":      {Selection{PackageID: "video_only"}, security, []found{{-1, MemberPackage, "invalid_choice"}}},
		"unknown add-on":               {sold("interactive_gold", "no_such"), security, []found{{0, MemberAddOn, "unknown"}}},
		"add-on not offered":           {sold("wireless_signal_forwarding", "locks"), security, []found{{0, MemberAddOn, "not_offered"}}},
		"chosen twice":                 {sold("interactive_gold", "locks", "locks"), security, []found{{1, MemberAddOn, "duplicate"}}},
		"too many of it":               {Selection{"interactive_gold", []Selected{{"locks", 2}}}, security, []found{{0, MemberQuantity, "out_of_range"}}},
		"too many events":              {Selection{"interactive_gold", []Selected{{"extra_image_events", 201}}}, security, []found{{0, MemberQuantity, "out_of_range"}}},
		"less than none":               {Selection{"interactive_gold", []Selected{{"locks", -1}}}, security, []found{{0, MemberQuantity, "out_of_range"}}},
		"two supervisions":             {sold("interactive_gold", "hourly_supervision", "six_hour_supervision"), security, []found{{1, MemberAddOn, "excludes"}}},
		"three supervisions":           {sold("interactive_gold", "hourly_supervision", "six_hour_supervision", "thirty_minute_supervision"), security, []found{{1, MemberAddOn, "excludes"}, {2, MemberAddOn, "excludes"}}},
		"bundle and its part":          {sold("interactive_gold", "lights", "lights_and_thermostats"), security, []found{{1, MemberAddOn, "excludes"}}},
		"part of what is included":     {sold("interactive_security_automation", "shades", "locks"), security, nil},
		"second to an included plan":   {sold("access_control", "pro_video", "commercial_video_4"), Context{}, []found{{1, MemberAddOn, "excludes"}}},
		"doorbell without video":       {sold("interactive_gold", "doorbell_cameras"), security, []found{{0, MemberAddOn, "requires_add_on"}}},
		"doorbell with video after it": {sold("interactive_gold", "doorbell_cameras", "pro_video"), security, nil},
		"doorbell, video included":     {sold("video_only", "doorbell_cameras"), Context{AccountType: "standalone_video_access"}, nil},
		"console without commercial":   {sold("interactive_gold", "enterprise_security_console"), security, []found{{0, MemberAddOn, "requires_package"}}},
		"console with commercial":      {sold("commercial", "enterprise_security_console"), security, nil},
		"console with commercial plus": {sold("commercial_plus", "enterprise_security_console"), security, nil},
		"notices without console":      {sold("commercial", "enterprise_notices"), security, []found{{0, MemberAddOn, "requires_add_on"}}},
		"images with old firmware":     {sold("interactive_gold", "extra_image_events"), Context{PanelType: "twog_gc2", FirmwareVersion: "1.9"}, []found{{0, MemberAddOn, "requires_panel_firmware"}}},
		"images with new firmware":     {sold("interactive_gold", "extra_image_events"), Context{PanelType: "twog_gc2", FirmwareVersion: "1.10"}, nil},
		"images, firmware not known":   {sold("interactive_gold", "extra_image_events"), Context{PanelType: "twog_gc2"}, nil},
		"images on another panel":      {sold("interactive_gold", "extra_image_events"), Context{PanelType: "neo", FirmwareVersion: "1.3"}, nil},
		"weather on concord":           {sold("interactive_gold", "weather_to_panel"), Context{PanelType: "concord"}, []found{{0, MemberAddOn, "not_on_panel"}}},
		"weather on simon":             {sold("interactive_gold", "weather_to_panel"), Context{PanelType: "simon_xt"}, nil},
		"voice in Canada":              {sold("interactive_gold", "voice_notifications"), Context{Country: "CA"}, nil},
		"voice elsewhere":              {sold("interactive_gold", "voice_notifications"), Context{Country: "MX"}, []found{{0, MemberAddOn, "requires_country"}}},
		"all at once": {
			Selection{"basic_interactive", []Selected{{"locks", 1}, {"hourly_supervision", 9}, {"extra_image_events", 1}, {"no_such", 1}}},
			security,
			[]found{{0, MemberAddOn, "not_offered"}, {1, MemberQuantity, "out_of_range"}, {2, MemberAddOn, "requires_add_on"}, {3, MemberAddOn, "unknown"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, violations := Current().Quote(test.selection, nil, test.context)
			var got []found
			for _, v := range violations {
				got = append(got, found{v.Index, v.Member, v.Code})
				require.NotEmpty(t, v.Message)
				require.NotContains(t, v.Message, "no_such", "a message never repeats what was typed")
			}
			require.Equal(t, test.want, got)
		})
	}
}

func TestRule_OfAnUnknownKindHoldsForNothing(t *testing.T) {
	t.Parallel()
	require.False(t, Rule{Kind: "no_such_kind"}.holds(together{}))
}

func TestRule_RequiresAccountTypeOnceItIsKnown(t *testing.T) {
	t.Parallel()
	rule := Rule{Kind: RequiresAccountType, AccountTypes: []string{"security_system"}}
	require.True(t, rule.holds(together{context: Context{AccountType: "security_system"}}))
	require.True(t, rule.holds(together{}))
	require.False(t, rule.holds(together{context: Context{AccountType: "automation_awareness"}}))
}

func TestCompareVersions_GoesByNumbers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"1.9", "1.10", -1},
		{"1.10", "1.9", 1},
		{"1.10", "1.10.0", 0},
		{"1.10.0.1", "1.10", 1},
		{"2", "1.99", 1},
		{"1.10b", "1.10", 0},
		{"", "0", 0},
		{"x", "1", -1},
	} {
		require.Equal(t, test.want, compareVersions(test.a, test.b), "%s and %s", test.a, test.b)
	}
}

func TestQuote_DoesNotDependOnTheOrderOfTheSelection(t *testing.T) {
	t.Parallel()
	c := Current()
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.SampledFrom(c.Packages("")).Draw(t, "package")
		offered := slices.Concat(base.Included, base.Free, base.Priced)
		var selected []Selected
		if len(offered) > 0 {
			for _, id := range rapid.SliceOfDistinct(rapid.SampledFrom(offered), rapid.ID[string]).Draw(t, "add-ons") {
				selected = append(selected, Selected{id, rapid.IntRange(0, 3).Draw(t, "quantity")})
			}
		}
		quote, violations := c.Quote(Selection{base.ID, selected}, nil, Context{})
		shuffled := rapid.Permutation(selected).Draw(t, "shuffled")
		again, violationsAgain := c.Quote(Selection{base.ID, shuffled}, nil, Context{})
		if len(violations) == 0 != (len(violationsAgain) == 0) {
			t.Fatalf("an order is refused and another is not: %v, %v", violations, violationsAgain)
		}
		require.Equal(t, quote, again)
		if len(violations) > 0 {
			return
		}
		sum := base.Price.Monthly
		for _, line := range quote.AddOns {
			sum += line.Monthly
		}
		require.Equal(t, sum, quote.MonthlyTotal, "the total is the sum of its lines")
	})
}

func sold(packageID string, addOns ...string) Selection {
	selection := Selection{PackageID: packageID}
	for _, id := range addOns {
		selection.AddOns = append(selection.AddOns, Selected{ID: id})
	}
	return selection
}
