package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

// NewStation is a monitoring station to create.
type NewStation struct {
	ID       string
	DealerID string
	Name     string
	Phone    string
}

const sqlInsertStation = `
INSERT INTO monitoring_stations (id, dealer_id, name, phone) VALUES (@id, @dealer, @name, @phone)
ON CONFLICT (id) DO NOTHING`

// CreateStation adds a monitoring station and returns its ID.
func (s *Store) CreateStation(ctx context.Context, station NewStation) (id string, err error) {
	return s.create(ctx, "create station", station.ID, sqlInsertStation, pgx.NamedArgs{
		"dealer": idOf(station.DealerID), "name": station.Name, "phone": station.Phone,
	})
}

const sqlInsertReceiver = `
INSERT INTO receivers (id, station_id, name, number, protocol, two_way_voice)
VALUES (@id, @station, @name, @number, @protocol, @two_way_voice)
ON CONFLICT (id) DO NOTHING`

// CreateReceiver adds a receiver to its station and returns its ID.
func (s *Store) CreateReceiver(ctx context.Context, receiver onboarding.Receiver) (id string, err error) {
	return s.create(ctx, "create receiver", receiver.ID, sqlInsertReceiver, pgx.NamedArgs{
		"station": idOf(receiver.StationID), "name": receiver.Name, "number": receiver.Number,
		"protocol": receiver.Protocol, "two_way_voice": receiver.TwoWayVoice,
	})
}

const sqlInsertPanelTemplate = `
INSERT INTO panel_templates (id, dealer_id, name, panel_type) VALUES (@id, @dealer, @name, @panel_type)
ON CONFLICT (id) DO NOTHING`

// CreatePanelTemplate adds an AirFX template and returns its ID.
func (s *Store) CreatePanelTemplate(ctx context.Context, dealerID string, template onboarding.PanelTemplate) (id string, err error) {
	return s.create(ctx, "create panel template", template.ID, sqlInsertPanelTemplate, pgx.NamedArgs{
		"dealer": idOf(dealerID), "name": template.Name, "panel_type": template.PanelType,
	})
}

const sqlRetirePanelTemplate = `
UPDATE panel_templates SET retired_at = coalesce(retired_at, now()) WHERE id = @template AND dealer_id = @dealer`

// RetirePanelTemplate takes a template away from new accounts; panels that wait for it
// still get it.
func (s *Store) RetirePanelTemplate(ctx context.Context, dealerID, templateID string) error {
	return s.change(ctx, "retire panel template", sqlRetirePanelTemplate, pgx.NamedArgs{
		"template": idOf(templateID), "dealer": idOf(dealerID),
	})
}

const sqlInsertPackageTemplate = `
INSERT INTO package_templates (id, dealer_id, name, package_id, add_ons) VALUES (@id, @dealer, @name, @package, @add_ons)
ON CONFLICT (id) DO NOTHING`

// CreatePackageTemplate adds a package template and returns its ID.
func (s *Store) CreatePackageTemplate(ctx context.Context, dealerID string, template catalog.PackageTemplate) (id string, err error) {
	return s.create(ctx, "create package template", template.ID, sqlInsertPackageTemplate, pgx.NamedArgs{
		"dealer": idOf(dealerID), "name": template.Name, "package": template.PackageID, "add_ons": selectedToJSON(template.AddOns),
	})
}

const sqlInsertCustomerSource = `
INSERT INTO customer_sources (id, dealer_id, name) VALUES (@id, @dealer, @name) ON CONFLICT (id) DO NOTHING`

// CreateCustomerSource adds a customer source and returns its ID.
func (s *Store) CreateCustomerSource(ctx context.Context, dealerID string, source onboarding.NamedID) (id string, err error) {
	return s.create(ctx, "create customer source", source.ID, sqlInsertCustomerSource, pgx.NamedArgs{
		"dealer": idOf(dealerID), "name": source.Name,
	})
}

const sqlSetPrice = `
INSERT INTO dealer_prices (dealer_id, item_id, monthly_cents, activation_cents) VALUES (@dealer, @item, @monthly, @activation)
ON CONFLICT (dealer_id, item_id) DO UPDATE SET monthly_cents = @monthly, activation_cents = @activation`

// SetPrice is what a dealer charges for a package or add-on from now on.
func (s *Store) SetPrice(ctx context.Context, dealerID, itemID string, price catalog.Price) error {
	_, err := s.pool.Exec(ctx, sqlSetPrice, pgx.NamedArgs{
		"dealer": idOf(dealerID), "item": itemID, "monthly": price.Monthly, "activation": price.Activation,
	})
	return translate("set price", err)
}

// NewModule is a module to add to the inventory. Its ID is drawn when empty, its State
// does not matter.
type NewModule struct {
	onboarding.Module
	// DealerID is the only dealer who may use it; empty for everybody.
	DealerID string
	// RetiredAt is when it was taken out of service; zero for one in service.
	RetiredAt time.Time
}

const sqlInsertModule = `
INSERT INTO modules (id, serial, imei, meid, network, panel_types, default_pathway, pathways, two_way_voice,
    firmware_version, sunset_on, dealer_id, retired_at)
VALUES (@id, nullif(@serial, ''), nullif(@imei, ''), nullif(@meid, ''), @network, @panel_types, @default_pathway, @pathways,
    @two_way_voice, @firmware_version, @sunset_on::date, @dealer, @retired_at)
ON CONFLICT DO NOTHING`

// AddModules adds modules to the inventory, all of them in one transaction. One that is
// known already, by any of its numbers, is left as it is.
func (s *Store) AddModules(ctx context.Context, modules []NewModule) error {
	return s.transact(ctx, "add modules", func(tx pgx.Tx) error {
		statements := make([]statement, len(modules))
		for i, module := range modules {
			statements[i] = insertModule(module)
		}
		return write(ctx, tx, statements...)
	})
}

func insertModule(module NewModule) statement {
	id := newID()
	if module.ID != "" {
		id = idOf(module.ID)
	}
	return statement{sqlInsertModule, pgx.NamedArgs{
		"id": id, "serial": module.Serial, "imei": module.IMEI, "meid": module.MEID, "network": module.Network,
		"panel_types": module.PanelTypes, "default_pathway": module.DefaultPathway, "pathways": module.Pathways,
		"two_way_voice": module.TwoWayVoice, "firmware_version": module.FirmwareVersion, "sunset_on": nullTime(module.SunsetOn),
		"dealer": optionalID(module.DealerID), "retired_at": nullTime(module.RetiredAt),
	}}
}
