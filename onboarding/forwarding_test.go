package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/catalog"
)

func TestForwarding_HoldsEveryAnswerAgainstTheOption(t *testing.T) {
	t.Parallel()
	const base = "/forwarding/"
	change := func(f func(*ForwardingAnswers)) func(*Answers, *Facts) {
		return func(a *Answers, _ *Facts) { f(&a.Forwarding) }
	}
	for name, test := range map[string]struct {
		change func(*Answers, *Facts)
		want   []found
	}{
		"always":         {change(func(*ForwardingAnswers) {}), nil},
		"nothing chosen": {change(func(f *ForwardingAnswers) { *f = ForwardingAnswers{} }), []found{{base + "option", "required"}}},
		"nothing chosen, no station": {func(a *Answers, f *Facts) {
			a.Forwarding, f.StationRegistered = ForwardingAnswers{}, false
		}, nil},
		"none of ours": {change(func(f *ForwardingAnswers) { f.Option = "sometimes" }), []found{{base + "option", "invalid_choice"}}},
		"no station":   {func(_ *Answers, f *Facts) { f.StationRegistered, f.Receiver = false, nil }, []found{{base + "option", "no_monitoring_station"}}},
		"never": {change(func(f *ForwardingAnswers) {
			*f = ForwardingAnswers{Option: ForwardNever, PhoneLineConnected: true, Events: []string{"alarms", "nonsense"}}
		}), nil},
		"never, yet filled in": {change(func(f *ForwardingAnswers) {
			f.Option, f.ULETL, f.TwoWayVoiceFireCO = ForwardNever, true, true
		}), []found{
			{base + "receiver_id", "not_applicable"},
			{base + "account_number", "not_applicable"},
			{base + "ul_etl", "not_applicable"},
			{base + "two_way_voice_fire_co", "not_applicable"},
		}},
		"phone line fails":           {change(func(f *ForwardingAnswers) { f.Option, f.PhoneLineConnected = ForwardPhoneLineFails, true }), nil},
		"phone line fails, has none": {change(func(f *ForwardingAnswers) { f.Option = ForwardPhoneLineFails }), []found{{base + "phone_line_connected", "required"}}},
		"always with a phone line":   {change(func(f *ForwardingAnswers) { f.PhoneLineConnected = true }), nil},
		"nothing else":               {func(a *Answers, f *Facts) { a.Forwarding, f.Receiver = ForwardingAnswers{Option: ForwardAlways}, nil }, []found{{base + "receiver_id", "required"}, {base + "account_number", "required"}}},
		"unknown receiver":           {func(_ *Answers, f *Facts) { f.Receiver = nil }, []found{{base + "receiver_id", "unknown"}}},
		"malformed account number":   {change(func(f *ForwardingAnswers) { f.AccountNumber = "12A4" }), []found{{base + "account_number", "malformed"}}},
		"account number of sia":      {func(a *Answers, f *Facts) { f.Receiver.Protocol, a.Forwarding.AccountNumber = ProtocolSIA, "12B4" }, []found{{base + "account_number", "malformed"}}},
		"account number taken":       {func(_ *Answers, f *Facts) { f.AccountNumberTaken = true }, []found{{base + "account_number", "account_number_taken"}}},
		"no events":                  {change(func(f *ForwardingAnswers) { f.Events = []string{} }), nil},
		"unknown and repeated events": {change(func(f *ForwardingAnswers) { f.Events = []string{"alarms", "fireworks", "alarms"} }), []found{
			{base + "events/1", "invalid_choice"},
			{base + "events/2", "duplicate"},
		}},
		"more events than there are": {change(func(f *ForwardingAnswers) { f.Events = make([]string, 1000) }), []found{{base + "events", "too_many"}}},
		"fire and CO, not ready":     {change(func(f *ForwardingAnswers) { f.TwoWayVoiceFireCO = true }), []found{{base + "two_way_voice_fire_co", "two_way_voice_not_ready"}}},
		"fire and CO, ready": {func(a *Answers, _ *Facts) {
			a.Forwarding.TwoWayVoiceFireCO = true
			a.Package.AddOns = append(a.Package.AddOns, AddOnAnswer{ID: "two_way_voice"})
		}, nil},
		"all at once": {func(a *Answers, f *Facts) {
			f.Receiver = nil
			a.Forwarding = ForwardingAnswers{Option: ForwardPhoneLineFails, Events: []string{"x"}, TwoWayVoiceFireCO: true}
		}, []found{
			{base + "phone_line_connected", "required"},
			{base + "receiver_id", "required"},
			{base + "account_number", "required"},
			{base + "events/0", "invalid_choice"},
			{base + "two_way_voice_fire_co", "two_way_voice_not_ready"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, problemsOf(SectionForwarding, test.change))
		})
	}
}

func TestForwarding_WarnsInTheSeedsWords(t *testing.T) {
	t.Parallel()
	answers, facts := johnDoe(), sampleFacts()
	facts.StationRegistered = false
	require.Equal(t, Problems{{
		Field:   "/forwarding/option",
		Code:    "no_monitoring_station",
		Message: "You will not be able to set up monitoring station forwarding for this account until a monitoring station has been registered.",
	}}, CheckSection(SectionForwarding, answers, facts))
}

func TestForwarding_NeverForwardsNothing(t *testing.T) {
	t.Parallel()
	answers := johnDoe()
	answers.Forwarding = ForwardingAnswers{Option: ForwardNever, Events: []string{"alarms"}}
	application, problems := Check(answers, sampleFacts())
	require.Empty(t, problems)
	require.Equal(t, ForwardingAnswers{Option: ForwardNever, Events: []string{}}, application.Answers.Forwarding)
}

func TestForwarding_ChoosesEventsOfAListedInstallation(t *testing.T) {
	t.Parallel()
	answers := johnDoe()
	answers.Forwarding.ULETL = true
	application, problems := Check(answers, sampleFacts())
	require.Empty(t, problems)
	require.Equal(t, catalog.Current().EventPreset("ul_etl"), application.Answers.Forwarding.Events)

	answers.Forwarding.Events = []string{"panics", "alarms"}
	application, problems = Check(answers, sampleFacts())
	require.Empty(t, problems)
	require.Equal(t, []string{"alarms", "panics"}, application.Answers.Forwarding.Events, "in the order of the form")
}

func TestTwoWayVoice_NamesTheLinesThatSayNo(t *testing.T) {
	t.Parallel()
	answers, facts := johnDoe(), sampleFacts()
	answers.Forwarding.TwoWayVoiceFireCO = true
	require.Equal(t, TwoWayVoiceReadiness{ModuleCapable: true, ReceiverSupports: true}, TwoWayVoiceOf(answers, facts))

	facts.Module.TwoWayVoice, facts.Receiver.TwoWayVoice = false, false
	problems := CheckSection(SectionForwarding, answers, facts)
	require.Len(t, problems, 1)
	for _, line := range []string{
		"Module Two-Way Voice Capable: No",
		"Selected Receiver Supports Two-Way Voice: No",
		"Service Package Includes Two-Way Voice: No",
	} {
		require.Contains(t, problems[0].Message, line)
	}

	answers.Package.AddOns = append(answers.Package.AddOns, AddOnAnswer{ID: "two_way_voice"})
	problems = CheckSection(SectionForwarding, answers, facts)
	require.NotContains(t, problems[0].Message, "Service Package")
	require.False(t, TwoWayVoiceOf(answers, facts).Ready())
	require.True(t, TwoWayVoiceOf(answers, sampleFacts()).Ready())
	require.Equal(t, TwoWayVoiceReadiness{}, TwoWayVoiceOf(Answers{}, Facts{}))
}
