package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// Station is a monitoring station with the dealer's receivers there.
type Station = onboarding.MonitoringStation

// Receivers lists where the dealer's accounts can send signals.
func (d *Desk) Receivers(ctx context.Context, actor Actor, dealerID string) ([]onboarding.Receiver, error) {
	dealerID, err := forDealer(actor, dealerID)
	if err != nil {
		return nil, err
	}
	return d.store.Receivers(ctx, dealerID)
}

// Stations lists the dealer's monitoring stations, also those without a receiver yet.
func (d *Desk) Stations(ctx context.Context, actor Actor, dealerID string) ([]Station, error) {
	dealerID, err := forDealer(actor, dealerID)
	if err != nil {
		return nil, err
	}
	return d.store.Stations(ctx, dealerID)
}

// PanelTemplates lists the dealer's AirFX templates.
func (d *Desk) PanelTemplates(ctx context.Context, actor Actor, dealerID string) ([]onboarding.PanelTemplate, error) {
	dealerID, err := forDealer(actor, dealerID)
	if err != nil {
		return nil, err
	}
	return d.store.PanelTemplates(ctx, dealerID)
}

// Reps finds representatives by last name, first name or login name; an empty query
// lists them all.
func (d *Desk) Reps(ctx context.Context, actor Actor, dealerID, typed string) ([]Rep, error) {
	dealerID, err := forDealer(actor, dealerID)
	if err != nil {
		return nil, err
	}
	query, fault := onboarding.ParseLine(typed, 100)
	if fault.Found() {
		return nil, invalid("q", fault.Code, fault.Message)
	}
	return d.store.Reps(ctx, dealerID, query)
}
