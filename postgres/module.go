package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// moduleState says whether a dealer can use the module m for an onboarding, whose own
// module is free to it. What another dealer does with a module is nobody's business, so
// that comes first.
const moduleState = `
CASE
    WHEN m.dealer_id <> @dealer THEN 'other_dealer'
    WHEN m.retired_at IS NOT NULL THEN 'retired'
    WHEN m.onboarding_id <> @onboarding AND EXISTS
        (SELECT FROM accounts a WHERE a.onboarding_id = m.onboarding_id AND a.state = 'open') THEN 'in_use'
    WHEN m.onboarding_id <> @onboarding THEN 'held'
    WHEN m.change_id IS NOT NULL THEN
        CASE WHEN EXISTS (SELECT FROM account_changes c WHERE c.id = m.change_id AND c.old_module_id = m.id) THEN 'releasing' ELSE 'held' END
    WHEN m.sunset_on <= (now() AT TIME ZONE 'UTC')::date THEN 'sunset'
    ELSE 'available'
END`

const sqlModuleState = `SELECT ` + moduleState + ` AS state FROM modules m WHERE m.id = @module`

const moduleColumns = `
       m.id, m.serial, m.imei, m.meid, m.network, m.panel_types, m.default_pathway, m.pathways,
       m.two_way_voice, m.firmware_version, m.sunset_on::timestamp AS sunset_on, ` + moduleState + ` AS state`

const sqlModule = `
SELECT ` + moduleColumns + `
FROM modules m WHERE m.serial = @identifier OR m.imei = @identifier OR m.meid = @identifier`

type moduleRow struct {
	ID              string
	Serial          zeronull.Text
	IMEI            zeronull.Text
	MEID            zeronull.Text
	Network         string
	PanelTypes      []string
	DefaultPathway  string
	Pathways        []string
	TwoWayVoice     bool
	FirmwareVersion string
	SunsetOn        zeronull.Timestamp
	State           onboarding.ModuleState
}

func (r moduleRow) module() *onboarding.Module {
	return &onboarding.Module{
		ID: r.ID, Serial: string(r.Serial), IMEI: string(r.IMEI), MEID: string(r.MEID), Network: r.Network,
		PanelTypes: r.PanelTypes, DefaultPathway: r.DefaultPathway, Pathways: r.Pathways, TwoWayVoice: r.TwoWayVoice,
		FirmwareVersion: r.FirmwareVersion, SunsetOn: time.Time(r.SunsetOn), State: r.State,
	}
}

// Module is nil when the inventory does not know the identifier, which is in canonical
// form; its state is as the dealer may know it.
func (s *Store) Module(ctx context.Context, dealerID, identifier string) (*onboarding.Module, error) {
	row, err := one[moduleRow](ctx, s.pool, sqlModule, pgx.NamedArgs{
		"dealer": idOf(dealerID), "onboarding": idOf(""), "identifier": identifier,
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, translate("read module", err)
	}
	return row.module(), nil
}
