package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// StationAnswers describe a monitoring station.
type StationAnswers struct {
	Name  string
	Phone string
}

// ReceiverAnswers describe a receiver. Number is its phone number or IP end point.
type ReceiverAnswers struct {
	Name        string
	Number      string
	Protocol    string
	TwoWayVoice bool
}

func (r *answerReader) station(typed StationAnswers) Station {
	return Station{Name: r.name(typed.Name), Phone: r.phone("/phone", typed.Phone)}
}

func (r *answerReader) receiver(typed ReceiverAnswers) onboarding.Receiver {
	return onboarding.Receiver{
		Name: r.name(typed.Name), Number: r.line("/number", typed.Number, maxThingName),
		Protocol: r.choice("/protocol", typed.Protocol, onboarding.Protocols), TwoWayVoice: typed.TwoWayVoice,
	}
}

// AddStation adds a monitoring station, as yet without a receiver. *Invalid with fields
// /name and /phone.
func (d *Desk) AddStation(ctx context.Context, actor Actor, dealerID string, typed StationAnswers) (Station, error) {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return Station{}, err
	}
	var read answerReader
	station := read.station(typed)
	if err := read.err(); err != nil {
		return Station{}, err
	}
	return d.addStation(ctx, actor, dealerID, station, "/name")
}

// RegisterStation adds a monitoring station with its first receiver, so that signals can be
// forwarded at once. *Invalid with fields below /station and /receiver.
func (d *Desk) RegisterStation(ctx context.Context, actor Actor, dealerID string, typed StationAnswers, first ReceiverAnswers) (Station, error) {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return Station{}, err
	}
	about, there := answerReader{at: "/station"}, answerReader{at: "/receiver"}
	station, receiver := about.station(typed), there.receiver(first)
	about.problems = append(about.problems, there.problems...)
	if err := about.err(); err != nil {
		return Station{}, err
	}
	receiver.ID = newID()
	station.Receivers = []onboarding.Receiver{receiver}
	return d.addStation(ctx, actor, dealerID, station, "/station/name")
}

func (d *Desk) addStation(ctx context.Context, actor Actor, dealerID string, station Station, nameField string) (Station, error) {
	station.ID = newID()
	for i := range station.Receivers {
		station.Receivers[i].StationID, station.Receivers[i].StationName = station.ID, station.Name
	}
	err := d.store.AddStation(ctx, dealerID, station, auditEntry(ctx, actor, dealerID, "settings.add_station", station.ID, ""))
	return station, settled(err, nameField, "")
}

// ChangeStation gives a station its name and phone number.
func (d *Desk) ChangeStation(ctx context.Context, actor Actor, dealerID, stationID string, typed StationAnswers) error {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return err
	}
	var read answerReader
	station := read.station(typed)
	if err := read.err(); err != nil {
		return err
	}
	station.ID = stationID
	err = d.store.ChangeStation(ctx, dealerID, station, auditEntry(ctx, actor, dealerID, "settings.change_station", stationID, ""))
	return settled(err, "/name", "")
}

// RetireStation takes a station and its receivers away from new accounts. A refusal while
// accounts send signals to any of them.
func (d *Desk) RetireStation(ctx context.Context, actor Actor, dealerID, stationID string) error {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return err
	}
	err = d.store.RetireStation(ctx, dealerID, stationID, auditEntry(ctx, actor, dealerID, "settings.retire_station", stationID, ""))
	return settled(err, "/name", "Accounts send signals to a receiver of this station, or will when their onboarding is done. Move them to another receiver before you remove the station.")
}

// AddReceiver adds a receiver to a station. *Invalid also for a station that the dealer
// has not.
func (d *Desk) AddReceiver(ctx context.Context, actor Actor, dealerID, stationID string, typed ReceiverAnswers) (onboarding.Receiver, error) {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return onboarding.Receiver{}, err
	}
	var read answerReader
	receiver := read.receiver(typed)
	stations, err := d.store.Stations(ctx, dealerID)
	if err != nil {
		return onboarding.Receiver{}, err
	}
	receiver.StationID = stationID
	for _, station := range stations {
		if station.ID == stationID {
			receiver.StationName = station.Name
		}
	}
	if receiver.StationName == "" {
		read.note("/station_id", onboarding.Fault{Code: "unknown", Message: "Choose one of your monitoring stations."})
	}
	if err := read.err(); err != nil {
		return onboarding.Receiver{}, err
	}
	receiver.ID = newID()
	err = d.store.AddReceiver(ctx, dealerID, receiver, auditEntry(ctx, actor, dealerID, "settings.add_receiver", receiver.ID, ""))
	return receiver, settled(err, "/name", "")
}

// ChangeReceiver gives a receiver its name, number and two-way voice. Its protocol stays,
// whatever is typed: the account numbers of customers have its form.
func (d *Desk) ChangeReceiver(ctx context.Context, actor Actor, dealerID, receiverID string, typed ReceiverAnswers) error {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return err
	}
	now, err := d.receiver(ctx, dealerID, receiverID)
	if err != nil {
		return err
	}
	typed.Protocol = now.Protocol
	var read answerReader
	receiver := read.receiver(typed)
	if err := read.err(); err != nil {
		return err
	}
	receiver.ID = receiverID
	err = d.store.ChangeReceiver(ctx, dealerID, receiver, auditEntry(ctx, actor, dealerID, "settings.change_receiver", receiverID, ""))
	return settled(err, "/name", "")
}

// RetireReceiver takes a receiver away from new accounts. A refusal while accounts send
// signals to it.
func (d *Desk) RetireReceiver(ctx context.Context, actor Actor, dealerID, receiverID string) error {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return err
	}
	err = d.store.RetireReceiver(ctx, dealerID, receiverID, auditEntry(ctx, actor, dealerID, "settings.retire_receiver", receiverID, ""))
	return settled(err, "/name", "Accounts send signals to this receiver, or will when their onboarding is done. Move them to another receiver before you remove it.")
}

func (d *Desk) receiver(ctx context.Context, dealerID, receiverID string) (onboarding.Receiver, error) {
	receivers, err := d.store.Receivers(ctx, dealerID)
	if err != nil {
		return onboarding.Receiver{}, err
	}
	for _, receiver := range receivers {
		if receiver.ID == receiverID {
			return receiver, nil
		}
	}
	return onboarding.Receiver{}, ErrNotFound
}

// SelfMonitored reports whether none of the stations can take signals.
func SelfMonitored(stations []Station) bool {
	for _, station := range stations {
		if len(station.Receivers) > 0 {
			return false
		}
	}
	return true
}
