package postgres

import (
	"fmt"
	"slices"
	"time"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

// The demo's inventory is numbered 1 to demoModules; a few ranges are special. The
// seed's John Doe has number 17.
const (
	demoModules  = 2000
	demoJohnDoe  = 17
	demoRetired  = 1990
	demoSunsetOf = "Verizon 3G"
)

// first and last number of each
var (
	// The carrier's simulator refuses these, each for its own reason, so they are in the
	// inventory but not among those that simply work.
	demoRefused   = [2]int{901, 906}
	demoOthers    = [2]int{1951, 1970}
	demoTaken     = [2]int{1981, 1985}
	demoSunset    = [2]int{1991, 2000}
	demoNotOfEach = [][2]int{demoRefused, demoOthers}
)

func within(number int, span [2]int) bool { return number >= span[0] && number <= span[1] }

func demoSerial(number int) string { return fmt.Sprintf("4100%06d", number) }

// demoKinds take turns in the inventory, the first one at John Doe's module.
var demoKinds = []onboarding.Module{
	{Network: "AT&T", PanelTypes: []string{"simon_xt", "simon_xti"}, TwoWayVoice: true, FirmwareVersion: "1.10", Pathways: []string{"cell"}},
	{Network: "Verizon 4G", PanelTypes: []string{"iq_panel2", "iq_panel4"}, TwoWayVoice: true, Pathways: []string{"cell", "broadband", "cell_and_broadband"}},
	{Network: "T-Mobile", PanelTypes: []string{"concord"}, TwoWayVoice: true, Pathways: []string{"cell"}},
	{Network: "AT&T", PanelTypes: []string{"twog_gc2", "gc3"}, TwoWayVoice: true, FirmwareVersion: "1.19", Pathways: []string{"cell", "cell_and_broadband"}},
	{Network: "Verizon 4G", PanelTypes: []string{"neo"}, Pathways: []string{"cell"}},
	{Network: "Rogers", PanelTypes: []string{"simon_xti5"}, Pathways: []string{"cell"}},
	{Network: "AT&T", PanelTypes: []string{"smart_hub"}, Pathways: []string{"cell", "broadband", "cell_and_broadband"}},
}

func (l *demoLoad) modules(otherDealerID string) {
	modules := make([]NewModule, demoModules)
	for i := range modules {
		modules[i] = demoModule(i+1, otherDealerID)
	}
	l.try(func() error { return l.store.AddModules(l.ctx, modules) })
}

func demoModule(number int, otherDealerID string) NewModule {
	kinds := len(demoKinds)
	module := NewModule{Module: demoKinds[((number-demoJohnDoe)%kinds+kinds)%kinds]}
	module.ID, module.Serial = demoID("module/"+demoSerial(number)), demoSerial(number)
	module.DefaultPathway = module.Pathways[0]
	module.IMEI = demoIMEI(number)
	switch {
	case within(number, demoSunset):
		network, _ := catalog.Current().Network(demoSunsetOf)
		module.Network, module.SunsetOn = network.Name, network.SunsetOn
		// A CDMA radio has a MEID instead of an IMEI.
		module.IMEI, module.MEID = "", fmt.Sprintf("A1000000%06X", number)
	case within(number, demoTaken):
		module.Network, module.PanelTypes, module.Pathways = "AT&T", []string{"simon_xt"}, []string{"cell"}
		module.DefaultPathway = "cell"
	case within(number, demoOthers):
		module.DealerID = otherDealerID
	case number == demoRetired:
		module.RetiredAt = time.Date(2025, time.March, 31, 0, 0, 0, 0, time.UTC)
	}
	return module
}

// demoIMEI lets the domain compute the check digit: it reads an IMEI with a software
// version as the IMEI it contains.
func demoIMEI(number int) string {
	identifier, _ := onboarding.ParseModuleIdentifier(fmt.Sprintf("35199900%06d00", number))
	return identifier.String()
}

func shownDemoSerials() []string {
	var serials []string
	for number := 1; number <= demoModules; number++ {
		if !slices.ContainsFunc(demoNotOfEach, func(span [2]int) bool { return within(number, span) }) {
			serials = append(serials, demoSerial(number))
		}
	}
	return serials
}
