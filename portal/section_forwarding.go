package portal

import (
	"context"
	"net/url"
	"slices"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

// forwardingContent is the seed's "Monitoring Station Forwarding".
type forwardingContent struct {
	Option    field
	PhoneLine field
	Receiver  field
	Account   field
	Events    field
	ULETL     field
	FireCO    field
	// Chosen is the receiver that signals will go to; nil until one is chosen.
	Chosen      *onboarding.Receiver
	Protocol    string
	TwoWayVoice onboarding.TwoWayVoiceReadiness
	NoStation   *stationWarning
	// Here is where a script asks for the section anew.
	Here string
}

func (forwardingContent) part() string { return "section_forwarding" }

func (p forwardingContent) rows(f *form) []row {
	if p.Option.Value == onboarding.ForwardNever {
		return []row{{p.Option.Label, p.Option.shown()}}
	}
	return rowsOf(f)
}

// readForwarding leaves out what only a station could use when nothing is forwarded: the
// form hides those questions, and what stands in them was meant for another choice.
func readForwarding(_ context.Context, _ sheet, typed url.Values, answers *onboarding.Answers) error {
	get := func(name string) string { return typed.Get("/forwarding/" + name) }
	read := onboarding.ForwardingAnswers{
		Option: get("option"), PhoneLineConnected: get("phone_line_connected") != "", Events: []string{},
	}
	if read.Option != onboarding.ForwardNever {
		read.ReceiverID, read.AccountNumber = get("receiver_id"), get("account_number")
		read.Events = append(read.Events, typed["/forwarding/events"]...)
		read.ULETL, read.TwoWayVoiceFireCO = get("ul_etl") != "", get("two_way_voice_fire_co") != ""
	}
	answers.Forwarding = read
	return nil
}

func buildForwarding(ctx context.Context, s sheet, f *form) (content, error) {
	stations, err := s.desk.Stations(ctx, s.user.Actor, s.dealerID)
	if err != nil {
		return nil, err
	}
	in := s.answers.Forwarding
	made := forwardingContent{Here: s.here(onboarding.SectionForwarding)}
	var receivers []option
	for _, station := range stations {
		for i, receiver := range station.Receivers {
			receivers = append(receivers, option{Value: receiver.ID, Label: receiver.Name + ", " + receiver.Number, Group: station.Name})
			if receiver.ID == in.ReceiverID {
				made.Chosen = &station.Receivers[i]
			}
		}
	}
	made.NoStation = s.noStation(stations, onboarding.SectionForwarding)
	if made.Chosen != nil {
		made.Protocol = labelOf(onboarding.Protocols, made.Chosen.Protocol)
	}
	facts := s.review.Facts
	facts.Receiver = made.Chosen
	made.TwoWayVoice = onboarding.TwoWayVoiceOf(s.answers, facts)
	made.Option = f.choice("/forwarding/option", "Monitoring Station Forward Signals", in.Option, choicesOf(onboarding.ForwardingOptions), required)
	made.PhoneLine = f.tick("/forwarding/phone_line_connected", "Phone Line Connected", in.PhoneLineConnected)
	made.Receiver = f.choice("/forwarding/receiver_id", "Receiver", in.ReceiverID, withNone("(select)", receivers), required)
	made.Account = f.text("/forwarding/account_number", "Account Number", in.AccountNumber, required, width("20"), hint("The customer's account number with the monitoring station."))
	made.ULETL = f.tick("/forwarding/ul_etl", "This is a UL/ETL Installation.", in.ULETL)
	made.Events = f.ticks("/forwarding/events", "Events To Forward", eventOptions(in.Events))
	made.FireCO = f.tick("/forwarding/two_way_voice_fire_co", "Initiate Two-Way Voice Call for Fire and CO Alarms", in.TwoWayVoiceFireCO,
		hint("Note: Siren will turn off during call"))
	return made, nil
}

// eventOptions are the event groups; those the seed ticks are ticked until somebody chose.
func eventOptions(chosen []string) []option {
	if chosen == nil {
		chosen = catalog.Current().DefaultEvents()
	}
	groups := catalog.Current().EventGroups()
	options := make([]option, len(groups))
	for i, group := range groups {
		options[i] = option{Value: group.ID, Label: group.Label, Help: group.Meaning, Chosen: slices.Contains(chosen, group.ID)}
	}
	return options
}

func labelOf(choices []onboarding.Choice, value string) string {
	for _, choice := range choices {
		if choice.Value == value {
			return choice.Label
		}
	}
	return value
}
