package portal

import (
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// registration is the address where a dealer who cannot forward signals yet registers a
// station, and which leads back to the section of the draft. Empty for who may not.
func (s sheet) registration(section onboarding.Section) string {
	if s.live == "" || s.user.Role == onboarding.RoleTechnician {
		return ""
	}
	query := url.Values{"draft": {s.review.Draft.ID}, "section": {string(section)}}
	return settingsPath(s.dealerID) + "/stations?" + query.Encode()
}

// noStation warns who cannot forward signals yet; nil when there is a receiver.
func (s sheet) noStation(stations []dealing.Station, section onboarding.Section) *stationWarning {
	if !dealing.SelfMonitored(stations) {
		return nil
	}
	return &stationWarning{
		Title: onboarding.NoStationTitle, Message: onboarding.NoStationMessage, DealerName: s.user.DealerName, Register: s.registration(section),
	}
}

// draftOf is the page of a draft that a registration leads back to; empty without one.
func draftOf(c *gin.Context) string {
	draft, section := c.Query("draft"), onboarding.Section(c.Query("section"))
	if _, known := pageFor(section); !known || uuid.Validate(draft) != nil {
		return ""
	}
	return sectionPath(draft, section)
}

func (s *site) showStations(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "Monitoring stations", "/stations")
	if err != nil {
		return err
	}
	stations, err := s.desk.Stations(c.Request.Context(), userOf(c).Actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	table := settingsTable{Title: "Your monitoring stations", Columns: []string{"Station", "Phone", "Receivers"}, Empty: "No monitoring station is registered yet. Signals cannot be forwarded before one is."}
	for _, station := range stations {
		table.Lines = append(table.Lines, settingsLine{
			Name: station.Name, Href: here(c, "/stations/"+station.ID),
			Cells: []settingsCell{{"Phone", station.Phone}, {"Receivers", receiverNames(station.Receivers)}},
		})
	}
	page.Tables = []settingsTable{table}
	f := newForm(problems)
	form := settingsForm{
		ID: "/new", Title: "Register a monitoring station", Action: here(c, "/stations"), Button: "Register the station",
		Intro: "A station takes signals at a receiver, so its first one is registered with it.",
	}
	about, there := typedOr(typed, "/new", nil), typedOr(typed, "/new", map[string]string{"receiver/protocol": onboarding.ProtocolContactID})
	form.Fields = append(stationFields(f, "/new/station", func(name string) string { return about("station/" + name) }),
		receiverFields(f, "/new/receiver", func(name string) string { return there("receiver/" + name) })...)
	if back := draftOf(c); back != "" {
		page.Back = &stateLink{Label: "Go back to the customer", Href: back}
		form.Action += "?" + c.Request.URL.Query().Encode()
	}
	page.Forms = []settingsForm{form}
	page.Problems = f.summary()
	return s.show(c, status, page)
}

func receiverNames(receivers []onboarding.Receiver) string {
	if len(receivers) == 0 {
		return "None yet"
	}
	names := make([]string, len(receivers))
	for i, receiver := range receivers {
		names[i] = receiver.Name
	}
	return strings.Join(names, " · ")
}

func stationFields(f *form, at string, get func(string) string) []field {
	return []field{
		f.text(at+"/name", "Station name", get("name"), required),
		f.text(at+"/phone", "Station phone", get("phone"), kind("tel")),
	}
}

func receiverFields(f *form, at string, get func(string) string) []field {
	return append(receiverNameFields(f, at, get),
		f.choice(at+"/protocol", "Protocol", get("protocol"), choicesOf(onboarding.Protocols), required, hint("Decides the form of account numbers. It cannot be changed later.")),
		f.tick(at+"/two_way_voice", "This receiver supports two-way voice", get("two_way_voice") != ""))
}

func receiverNameFields(f *form, at string, get func(string) string) []field {
	return []field{
		f.text(at+"/name", "Receiver name", get("name"), required),
		f.text(at+"/number", "Receiver number", get("number"), hint("Phone number or IP end point.")),
	}
}

func stationTyped(typed url.Values, at string) dealing.StationAnswers {
	return dealing.StationAnswers{Name: typed.Get(at + "/name"), Phone: typed.Get(at + "/phone")}
}

func receiverTyped(typed url.Values, at string) dealing.ReceiverAnswers {
	return dealing.ReceiverAnswers{
		Name: typed.Get(at + "/name"), Number: typed.Get(at + "/number"), Protocol: typed.Get(at + "/protocol"),
		TwoWayVoice: typed.Get(at+"/two_way_voice") != "",
	}
}

func (s *site) registerStation(c *gin.Context) error {
	target := draftOf(c)
	if target == "" {
		target = here(c, "/stations")
	}
	return s.answer(c, answered{
		do: func(typed url.Values) error {
			_, err := s.desk.RegisterStation(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), stationTyped(typed, "/new/station"), receiverTyped(typed, "/new/receiver"))
			return err
		},
		again: s.showStations, at: "/new", notice: "The monitoring station is registered.", target: target,
	})
}

func (s *site) showStation(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "Monitoring station", "/stations")
	if err != nil {
		return err
	}
	stations, err := s.desk.Stations(c.Request.Context(), userOf(c).Actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	for _, station := range stations {
		if station.ID == c.Param("id") {
			s.fillStation(c, &page, station, typed, problems)
			return s.show(c, status, page)
		}
	}
	return dealing.ErrNotFound
}

func (s *site) fillStation(c *gin.Context, page *settingsPage, station dealing.Station, typed url.Values, problems onboarding.Problems) {
	at := here(c, "/stations/"+station.ID)
	page.Heading, page.Back = station.Name, &stateLink{Label: "All monitoring stations", Href: here(c, "/stations")}
	table := settingsTable{Title: "Receivers", Columns: []string{"Receiver", "Number", "Protocol", "Two-way voice"}, Empty: "This station has no receiver yet, so no signals can be forwarded to it."}
	for _, receiver := range station.Receivers {
		voice := "No"
		if receiver.TwoWayVoice {
			voice = "Yes"
		}
		table.Lines = append(table.Lines, settingsLine{Name: receiver.Name, Href: here(c, "/receivers/"+receiver.ID), Cells: []settingsCell{
			{"Number", receiver.Number}, {"Protocol", labelOf(onboarding.Protocols, receiver.Protocol)}, {"Two-way voice", voice},
		}})
	}
	page.Tables = []settingsTable{table}
	f := newForm(problems)
	page.Forms = []settingsForm{
		{
			ID: "/receiver", Title: "Add a receiver", Action: at + "/receivers", Button: "Add the receiver",
			Fields: receiverFields(f, "/receiver", typedOr(typed, "/receiver", map[string]string{"protocol": onboarding.ProtocolContactID})),
		},
		{
			ID: "/station", Title: "Name and phone", Action: at, Button: "Save",
			Fields: stationFields(f, "/station", typedOr(typed, "/station", map[string]string{"name": station.Name, "phone": station.Phone})),
		},
	}
	page.Actions = []settingsAction{{
		Title: "Remove this station", Text: "Its receivers go with it. Not possible while accounts send signals to one of them.",
		Action: at + "/retire", Button: "Remove the station", Tone: "danger",
	}}
	page.Problems = f.summary()
}

func (s *site) changeStation(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(typed url.Values) error {
			return s.desk.ChangeStation(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"), stationTyped(typed, "/station"))
		},
		again: s.showStation, at: "/station", notice: "The monitoring station is saved.", target: here(c, "/stations"),
	})
}

func (s *site) retireStation(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(url.Values) error {
			return s.desk.RetireStation(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"))
		},
		again: s.showStation, notice: "The monitoring station is removed.", target: here(c, "/stations"),
	})
}

func (s *site) addReceiver(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(typed url.Values) error {
			_, err := s.desk.AddReceiver(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"), receiverTyped(typed, "/receiver"))
			return err
		},
		again: s.showStation, at: "/receiver", notice: "The receiver is added.", target: here(c, "/stations/"+url.PathEscape(c.Param("id"))),
	})
}

func (s *site) showReceiver(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "Receiver", "/stations")
	if err != nil {
		return err
	}
	receivers, err := s.desk.Receivers(c.Request.Context(), userOf(c).Actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	for _, receiver := range receivers {
		if receiver.ID != c.Param("id") {
			continue
		}
		at := here(c, "/receivers/"+receiver.ID)
		get := typedOr(typed, "/receiver", map[string]string{"name": receiver.Name, "number": receiver.Number, "two_way_voice": yes(receiver.TwoWayVoice)})
		page.Heading, page.Intro = receiver.Name, "Protocol: "+labelOf(onboarding.Protocols, receiver.Protocol)+". It stays, since account numbers have its form."
		page.Back = &stateLink{Label: receiver.StationName, Href: here(c, "/stations/"+receiver.StationID)}
		f := newForm(problems)
		page.Forms = []settingsForm{{ID: "/receiver", Title: "Name and number", Action: at, Button: "Save", Fields: append(receiverNameFields(f, "/receiver", get),
			f.tick("/receiver/two_way_voice", "This receiver supports two-way voice", get("two_way_voice") != ""))}}
		page.Actions = []settingsAction{{
			Title: "Remove this receiver", Text: "Not possible while accounts send signals to it.", Action: at + "/retire", Button: "Remove the receiver", Tone: "danger",
		}}
		page.Problems = f.summary()
		return s.show(c, status, page)
	}
	return dealing.ErrNotFound
}

func (s *site) changeReceiver(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(typed url.Values) error {
			return s.desk.ChangeReceiver(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"), receiverTyped(typed, "/receiver"))
		},
		again: s.showReceiver, at: "/receiver", notice: "The receiver is saved.", target: here(c, "/stations"),
	})
}

func (s *site) retireReceiver(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(url.Values) error {
			return s.desk.RetireReceiver(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"))
		},
		again: s.showReceiver, notice: "The receiver is removed.", target: here(c, "/stations"),
	})
}
