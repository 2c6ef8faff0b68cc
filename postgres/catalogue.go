package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

const sqlReceivers = `
SELECT r.id, r.station_id, s.name AS station_name, r.name, r.number, r.protocol, r.two_way_voice
FROM receivers r JOIN monitoring_stations s ON s.id = r.station_id
WHERE s.dealer_id = @dealer AND r.retired_at IS NULL
ORDER BY s.name, s.id, r.name, r.id`

const sqlReceiver = `
SELECT r.id, r.station_id, s.name AS station_name, r.name, r.number, r.protocol, r.two_way_voice
FROM receivers r JOIN monitoring_stations s ON s.id = r.station_id
WHERE s.dealer_id = @dealer AND r.id = @receiver AND r.retired_at IS NULL`

type receiverRow struct {
	ID          string
	StationID   string
	StationName string
	Name        string
	Number      string
	Protocol    string
	TwoWayVoice bool
}

// Receivers are the dealer's receivers, station by station.
func (s *Store) Receivers(ctx context.Context, dealerID string) ([]onboarding.Receiver, error) {
	rows, err := all[receiverRow](ctx, s.pool, sqlReceivers, pgx.NamedArgs{"dealer": idOf(dealerID)})
	receivers := make([]onboarding.Receiver, len(rows))
	for i, row := range rows {
		receivers[i] = onboarding.Receiver(row)
	}
	return receivers, translate("read receivers", err)
}

const sqlPanelTemplates = `
SELECT id, name, panel_type FROM panel_templates WHERE dealer_id = @dealer AND retired_at IS NULL ORDER BY name, id`

const sqlPanelTemplate = `
SELECT id, name, panel_type FROM panel_templates WHERE dealer_id = @dealer AND id = @template AND retired_at IS NULL`

type panelTemplateRow struct {
	ID        string
	Name      string
	PanelType string
}

// PanelTemplates are the dealer's AirFX templates that can be chosen.
func (s *Store) PanelTemplates(ctx context.Context, dealerID string) ([]onboarding.PanelTemplate, error) {
	rows, err := all[panelTemplateRow](ctx, s.pool, sqlPanelTemplates, pgx.NamedArgs{"dealer": idOf(dealerID)})
	templates := make([]onboarding.PanelTemplate, len(rows))
	for i, row := range rows {
		templates[i] = onboarding.PanelTemplate(row)
	}
	return templates, translate("read panel templates", err)
}

const sqlPackageTemplates = `
SELECT id, name, package_id, add_ons FROM package_templates WHERE dealer_id = @dealer ORDER BY name, id`

type packageTemplateRow struct {
	ID        string
	Name      string
	PackageID string
	AddOns    []byte
}

// PackageTemplates are the dealer's package templates.
func (s *Store) PackageTemplates(ctx context.Context, dealerID string) ([]catalog.PackageTemplate, error) {
	rows, err := all[packageTemplateRow](ctx, s.pool, sqlPackageTemplates, pgx.NamedArgs{"dealer": idOf(dealerID)})
	if err != nil {
		return nil, translate("read package templates", err)
	}
	templates, err := packageTemplatesOf(rows)
	return templates, translate("read package templates", err)
}

func packageTemplatesOf(rows []packageTemplateRow) ([]catalog.PackageTemplate, error) {
	templates := make([]catalog.PackageTemplate, len(rows))
	for i, row := range rows {
		addOns, err := selectedFromJSON(row.AddOns)
		if err != nil {
			return nil, err
		}
		templates[i] = catalog.PackageTemplate{ID: row.ID, Name: row.Name, PackageID: row.PackageID, AddOns: addOns}
	}
	return templates, nil
}

const sqlPrices = `SELECT item_id, monthly_cents, activation_cents FROM dealer_prices WHERE dealer_id = @dealer`

type priceRow struct {
	ItemID          string
	MonthlyCents    catalog.Cents
	ActivationCents catalog.Cents
}

func pricesOf(rows []priceRow) catalog.Prices {
	prices := make(catalog.Prices, len(rows))
	for _, row := range rows {
		prices[row.ItemID] = catalog.Price{Monthly: row.MonthlyCents, Activation: row.ActivationCents}
	}
	return prices
}

// Prices is what the dealer charges where it differs from the catalogue.
func (s *Store) Prices(ctx context.Context, dealerID string) (catalog.Prices, error) {
	rows, err := all[priceRow](ctx, s.pool, sqlPrices, pgx.NamedArgs{"dealer": idOf(dealerID)})
	return pricesOf(rows), translate("read prices", err)
}

const sqlCustomerSources = `SELECT id, name FROM customer_sources WHERE dealer_id = @dealer AND retired_at IS NULL ORDER BY name, id`

// CustomerSources are where the dealer's customers come from.
func (s *Store) CustomerSources(ctx context.Context, dealerID string) ([]onboarding.NamedID, error) {
	return s.namedIDs(ctx, sqlCustomerSources, dealerID)
}

const sqlSubDealers = `SELECT id, name FROM dealers WHERE parent_id = @dealer ORDER BY name, id`

// SubDealers are the dealer's branches.
func (s *Store) SubDealers(ctx context.Context, dealerID string) ([]onboarding.NamedID, error) {
	return s.namedIDs(ctx, sqlSubDealers, dealerID)
}

type namedIDRow struct {
	ID   string
	Name string
}

func (s *Store) namedIDs(ctx context.Context, sql, dealerID string) ([]onboarding.NamedID, error) {
	rows, err := all[namedIDRow](ctx, s.pool, sql, pgx.NamedArgs{"dealer": idOf(dealerID)})
	named := make([]onboarding.NamedID, len(rows))
	for i, row := range rows {
		named[i] = onboarding.NamedID(row)
	}
	return named, translate("read choices", err)
}

// A wildcard that was typed is a character like any other.
const sqlReps = `
SELECT login_name, first_name, last_name FROM users
WHERE dealer_id = @dealer AND (sales_rep OR installer_rep) AND disabled_at IS NULL
  AND (starts_with(lower(last_name), lower(@query)) OR starts_with(lower(first_name), lower(@query))
    OR starts_with(lower(login_name), lower(@query)))
ORDER BY last_name, first_name, login_name
LIMIT 50`

type repRow struct {
	LoginName string
	FirstName string
	LastName  string
}

// Reps finds representatives whose last name, first name or login name begins with query.
func (s *Store) Reps(ctx context.Context, dealerID, query string) ([]onboarding.Rep, error) {
	rows, err := all[repRow](ctx, s.pool, sqlReps, pgx.NamedArgs{"dealer": idOf(dealerID), "query": query})
	reps := make([]onboarding.Rep, len(rows))
	for i, row := range rows {
		reps[i] = onboarding.Rep(row)
	}
	return reps, translate("find reps", err)
}
