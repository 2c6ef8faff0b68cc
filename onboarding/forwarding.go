package onboarding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/latchkey/latchkey/catalog"
)

// The choices of "Monitoring Station Forward Signals".
const (
	ForwardAlways         = "always"
	ForwardPhoneLineFails = "phone_line_fails"
	ForwardNever          = "never"
)

// ForwardingOptions are the choices with their labels.
var ForwardingOptions = []Choice{
	{ForwardAlways, "Always"},
	{ForwardPhoneLineFails, "Only If The Phone Line Fails"},
	{ForwardNever, "Never"},
}

// The seed's warning for a dealer without a monitoring station.
const (
	NoStationTitle   = "NO MONITORING STATION OR RECEIVER NUMBER REGISTERED"
	NoStationMessage = "You will not be able to set up monitoring station forwarding for this account until a monitoring station has been registered."
)

// forwarding holds the page "Select monitoring station forwarding settings" against
// its rules.
func (c *checking) forwarding() {
	option := strings.TrimSpace(c.in.Forwarding.Option)
	if option == "" && !c.facts.StationRegistered {
		option = ForwardNever
	}
	c.out.Answers.Forwarding.Option = option
	switch {
	case option == "":
		c.problem("/forwarding/option", "required", "Choose when signals are forwarded to the monitoring station: Always, Only If The Phone Line Fails or Never.")
	case !offers(ForwardingOptions, option):
		c.problem("/forwarding/option", "invalid_choice", "Choose Always, Only If The Phone Line Fails or Never.")
	case option == ForwardNever:
		c.forwardNothing()
	case !c.facts.StationRegistered:
		c.problem("/forwarding/option", "no_monitoring_station", NoStationMessage)
	default:
		c.forward(option)
	}
}

// forwardNothing refuses what only a station could use. A list of events is let pass,
// since a form has it ticked from the start, and dropped.
func (c *checking) forwardNothing() {
	in := c.in.Forwarding
	const message = "No signals are forwarded, so this does not apply. Clear it, or choose Always or Only If The Phone Line Fails."
	for _, answer := range []struct {
		field string
		given bool
	}{
		{"/forwarding/receiver_id", strings.TrimSpace(in.ReceiverID) != ""},
		{"/forwarding/account_number", strings.TrimSpace(in.AccountNumber) != ""},
		{"/forwarding/ul_etl", in.ULETL},
		{"/forwarding/two_way_voice_fire_co", in.TwoWayVoiceFireCO},
	} {
		if answer.given {
			c.problem(answer.field, "not_applicable", message)
		}
	}
	c.out.Answers.Forwarding = ForwardingAnswers{
		Option:             ForwardNever,
		PhoneLineConnected: in.PhoneLineConnected,
		Events:             []string{},
	}
}

func (c *checking) forward(option string) {
	in := c.in.Forwarding
	if option == ForwardPhoneLineFails && !in.PhoneLineConnected {
		c.problem("/forwarding/phone_line_connected", "required", "Only a connected phone line can fail. Select Phone Line Connected, or choose Always.")
	}
	c.receiver()
	c.accountNumber()
	c.events()
	c.twoWayVoiceFireCO()
}

func (c *checking) receiver() {
	switch {
	case strings.TrimSpace(c.in.Forwarding.ReceiverID) == "":
		c.problem("/forwarding/receiver_id", "required", "Choose the receiver that signals are forwarded to.")
	case c.facts.Receiver == nil:
		c.problem("/forwarding/receiver_id", "unknown", "This receiver does not exist. Choose one of the list, or add a receiver to the monitoring station.")
	default:
		c.out.Answers.Forwarding.ReceiverID = c.facts.Receiver.ID
	}
}

// accountNumber checks the form only when a receiver tells which form it is.
func (c *checking) accountNumber() {
	typed := c.in.Forwarding.AccountNumber
	if c.facts.Receiver == nil && strings.TrimSpace(typed) != "" {
		return
	}
	protocol := ""
	if c.facts.Receiver != nil {
		protocol = c.facts.Receiver.Protocol
	}
	number, fault := ParseAccountNumber(typed, protocol)
	if !fault.Found() && c.facts.AccountNumberTaken {
		fault = Fault{string(ReasonAccountNumberTaken), ReasonAccountNumberTaken.Message()}
	}
	c.fault("/forwarding/account_number", fault)
	c.out.Answers.Forwarding.AccountNumber = number
}

// events puts the chosen groups in the order of the form.
func (c *checking) events() {
	chosen := c.in.Forwarding.Events
	groups := catalog.Current().EventGroups()
	if chosen == nil {
		chosen = defaultEvents(c.in.Forwarding.ULETL)
	}
	if len(chosen) > len(groups) {
		c.problem("/forwarding/events", "too_many", "More event groups are chosen than there are. Choose each once.")
		return
	}
	place := make(map[string]int, len(groups))
	for i, group := range groups {
		place[group.ID] = i
	}
	events := make([]string, 0, len(chosen))
	for i, event := range chosen {
		event = strings.TrimSpace(event)
		field := fmt.Sprintf("/forwarding/events/%d", i)
		_, known := place[event]
		switch {
		case !known:
			c.problem(field, "invalid_choice", "Choose events to forward from the list.")
		case slices.Contains(events, event):
			c.problem(field, "duplicate", "This event group is chosen twice. Choose it once.")
		default:
			events = append(events, event)
		}
	}
	slices.SortFunc(events, func(a, b string) int { return place[a] - place[b] })
	c.out.Answers.Forwarding.Events = events
}

// defaultEvents are the groups that are forwarded when the question was not answered.
func defaultEvents(uletl bool) []string {
	if uletl {
		return catalog.Current().EventPreset(catalog.PresetULETL)
	}
	return catalog.Current().DefaultEvents()
}
