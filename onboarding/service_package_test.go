package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/catalog"
)

func TestServicePackage_PointsAtTheAnswerToChange(t *testing.T) {
	t.Parallel()
	choose := func(p PackageAnswers) func(*Answers, *Facts) {
		return func(a *Answers, _ *Facts) { a.Package = p }
	}
	gold := func(addOns ...AddOnAnswer) PackageAnswers {
		return PackageAnswers{PackageID: "interactive_gold", AddOns: addOns}
	}
	one := func(id string) AddOnAnswer { return AddOnAnswer{ID: id} }
	for name, test := range map[string]struct {
		change func(*Answers, *Facts)
		want   []found
	}{
		"a package":                  {choose(gold()), nil},
		"nothing":                    {choose(PackageAnswers{}), []found{{"/package/package_id", "required"}}},
		"blanks":                     {choose(PackageAnswers{PackageID: "  "}), []found{{"/package/package_id", "required"}}},
		"no such package":            {choose(PackageAnswers{PackageID: "platinum"}), []found{{"/package/package_id", "invalid_choice"}}},
		"package of another type":    {choose(PackageAnswers{PackageID: "video_only"}), []found{{"/package/package_id", "invalid_choice"}}},
		"a template":                 {choose(PackageAnswers{TemplateID: "template-1"}), nil},
		"template and its package":   {choose(PackageAnswers{TemplateID: "template-1", PackageID: "interactive_gold"}), nil},
		"template, another package":  {choose(PackageAnswers{TemplateID: "template-1", PackageID: "commercial"}), []found{{"/package/package_id", "mismatch"}}},
		"no such template":           {choose(PackageAnswers{TemplateID: "gone"}), []found{{"/package/template_id", "unknown"}}},
		"no such template or add-on": {choose(PackageAnswers{TemplateID: "gone", PackageID: "interactive_gold", AddOns: []AddOnAnswer{one("x")}}), []found{{"/package/template_id", "unknown"}, {"/package/add_ons/0/id", "unknown"}}},
		"add-on not offered":         {choose(gold(one("locks"), one("commercial_video_4"))), []found{{"/package/add_ons/1/id", "not_offered"}}},
		"add-on twice":               {choose(gold(one("locks"), one("locks"))), []found{{"/package/add_ons/1/id", "duplicate"}}},
		"too many of it":             {choose(gold(AddOnAnswer{"locks", 2})), []found{{"/package/add_ons/0/quantity", "out_of_range"}}},
		"a rule":                     {choose(gold(one("enterprise_security_console"))), []found{{"/package/add_ons/0/id", "requires_package"}}},
		"excluded by the template": {func(a *Answers, f *Facts) {
			f.PackageTemplates[0].AddOns = []catalog.Selected{{ID: "locks"}, {ID: "lights", Quantity: 1}}
			a.Package = PackageAnswers{TemplateID: "template-1", AddOns: []AddOnAnswer{one("shades"), one("lights_and_thermostats")}}
		}, []found{{"/package/add_ons/1/id", "excludes"}}},
		"a template that is broken": {func(a *Answers, f *Facts) {
			f.PackageTemplates[0].AddOns = []catalog.Selected{{ID: "withdrawn", Quantity: 1}}
			a.Package = PackageAnswers{TemplateID: "template-1"}
		}, []found{{"/package/template_id", "unknown"}}},
		"a template of another type": {func(a *Answers, f *Facts) {
			f.PackageTemplates[0].PackageID = "video_only"
			a.Package = PackageAnswers{TemplateID: "template-1"}
		}, []found{{"/package/template_id", "invalid_choice"}}},
		"old firmware": {func(a *Answers, f *Facts) {
			f.Module.FirmwareVersion = "1.9"
			a.Package = gold(one("extra_image_events"))
		}, []found{{"/package/add_ons/0/id", "requires_panel_firmware"}}},
		"weather on concord": {func(a *Answers, f *Facts) {
			f.Module.PanelTypes = []string{"concord"}
			a.Package = gold(one("weather_to_panel"))
		}, []found{{"/package/add_ons/0/id", "not_on_panel"}}},
		"voice notifications by country of installation": {func(a *Answers, _ *Facts) {
			a.Customer.InstallationAddress = &AddressAnswers{Country: "ca"}
			a.Package = gold(one("severe_weather_alerts"), one("voice_notifications"))
		}, []found{{"/package/add_ons/0/id", "requires_country"}}},
		"more than there are": {choose(gold(make([]AddOnAnswer, 1000)...)), []found{{"/package/add_ons", "too_many"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, problemsOf(SectionPackage, test.change))
		})
	}
}

func TestServicePackage_ExtendsTheTemplate(t *testing.T) {
	t.Parallel()
	answers := johnDoe()
	answers.Package = PackageAnswers{TemplateID: "template-1", AddOns: []AddOnAnswer{
		{ID: "six_hour_supervision"}, {ID: "extra_image_events", Quantity: 3}, {ID: "images_plus"},
	}}
	application, problems := Check(answers, sampleFacts())
	require.Empty(t, problems)
	require.Equal(t, PackageAnswers{PackageID: "interactive_gold", AddOns: []AddOnAnswer{
		{"extra_image_events", 3}, {"six_hour_supervision", 1}, {"locks", 1},
	}}, application.Answers.Package, "the typed quantity wins, and what is included needs no line")
}

func TestServicePackage_IsChargedAtTheDealersPrices(t *testing.T) {
	t.Parallel()
	facts := sampleFacts()
	facts.Prices = catalog.Prices{"interactive_gold": {Monthly: 3000, Activation: 100}}
	application, problems := Check(johnDoe(), facts)
	require.Empty(t, problems)
	require.Equal(t, catalog.Cents(3100), application.Quote.MonthlyTotal)
	require.Equal(t, catalog.Cents(100), application.Quote.ActivationFee)
}
