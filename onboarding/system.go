package onboarding

import (
	"slices"
	"strings"

	"github.com/latchkey/latchkey/catalog"
)

// PanelAuto is the panel type that leaves the choice to the module.
const PanelAuto = "auto"

// PanelTypes are the choices of "Control Panel Type", the default first.
func PanelTypes() []Choice {
	choices := []Choice{{PanelAuto, "Auto Detect Equipment"}}
	for _, panel := range catalog.Current().Panels() {
		choices = append(choices, Choice{panel.ID, panel.Name})
	}
	return choices
}

// system holds the page "Enter the system information" against its rules.
func (c *checking) system() {
	c.module()
	c.panel()
}

func (c *checking) module() {
	if c.later.module {
		return
	}
	identifier, fault := ParseModuleIdentifier(c.in.System.Module)
	if fault.Found() {
		c.fault("/system/module", fault)
		return
	}
	module := c.facts.Module
	if module == nil {
		c.fault("/system/module", moduleUnknown)
		return
	}
	c.fault("/system/module", c.moduleFault(*module))
	c.out.ModuleID = module.ID
	c.out.Answers.System.Module = identifier.String()
	if module.Serial != "" {
		c.out.Answers.System.Module = module.Serial
	}
}

// moduleFault says why a module of the inventory cannot be used; none when it can.
func (c *checking) moduleFault(module Module) Fault {
	sunset := !module.SunsetOn.IsZero() && !c.facts.Now.Before(module.SunsetOn)
	switch {
	case module.State == ModuleAvailable && sunset:
		return moduleFaults[ModuleSunset]
	case module.State == ModuleAvailable:
		return Fault{}
	}
	if fault, known := moduleFaults[module.State]; known {
		return fault
	}
	return moduleUnknown
}

// ModuleFault says why a module in this state cannot be used for a new account; the
// zero Fault when it can.
func ModuleFault(state ModuleState) Fault { return moduleFaults[state] }

var moduleUnknown = Fault{"module_unknown", "No module with this number is known. Compare it with the one printed on the module, and correct it."}

var moduleFaults = map[ModuleState]Fault{
	ModuleInUse:       {"module_in_use", "This module is in use by another account. Swap the module of that account or recycle it by terminating the account, or enter the module that will be installed."},
	ModuleHeld:        {"module_held", "This module is held by another onboarding that is not over. Finish or cancel that one, or enter another module."},
	ModuleOtherDealer: {"module_other_dealer", "This module is not registered to your account. Enter a module of your own."},
	ModuleSunset:      {"module_sunset", "2G/3G modules can no longer be activated for new accounts: their network takes no new modules. Enter a module of a newer network."},
	ModuleRetired:     {"module_retired", "This module has been taken out of service. Enter another module."},
}

func (c *checking) panel() {
	module := c.facts.Module
	panelType := c.panelType()
	switch {
	case panelType == "" && module == nil: // nothing to detect from: a problem of the module
		return
	case panelType == "":
		c.problem("/system/panel_type", "panel_type_undetected", "The panel type cannot be detected from this module. Choose the control panel type.")
		return
	}
	if _, known := catalog.Current().Panel(panelType); !known {
		c.problem("/system/panel_type", "invalid_choice", "Choose a control panel type from the list, or Auto Detect Equipment.")
		return
	}
	if module != nil && !slices.Contains(module.PanelTypes, panelType) {
		c.problem("/system/panel_type", "panel_unsupported", "The control panel does not fit the module. Choose another panel type or module, or Auto Detect Equipment.")
		return
	}
	c.out.Answers.System.PanelType = panelType
}

// panelType is the panel that was chosen or that the module tells; empty when neither
// is known. Other sections ask for it, whether or not it has problems of its own.
func (c *checking) panelType() string {
	chosen := strings.TrimSpace(c.in.System.PanelType)
	switch {
	case chosen != "" && chosen != PanelAuto:
		return chosen
	case c.facts.Module != nil && len(c.facts.Module.PanelTypes) > 0:
		return c.facts.Module.PanelTypes[0]
	default:
		return ""
	}
}
