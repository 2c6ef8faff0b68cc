package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// ModuleReport is what a dealer may know about a module.
type ModuleReport struct {
	Kind   onboarding.ModuleIdentifierKind
	Module onboarding.Module
	// Obstacle says why the module cannot be used for a new account; the zero Fault
	// when it can.
	Obstacle onboarding.Fault
}

// Module looks a module up by serial number, IMEI or MEID, as printed on it. *Invalid
// when that cannot be read, ErrNotFound when the inventory does not know it. Of another
// dealer's module nothing but that fact is told.
func (d *Desk) Module(ctx context.Context, actor Actor, dealerID, typed string) (ModuleReport, error) {
	dealerID, err := forDealer(actor, dealerID)
	if err != nil {
		return ModuleReport{}, err
	}
	identifier, fault := onboarding.ParseModuleIdentifier(typed)
	if fault.Found() {
		return ModuleReport{}, invalid("identifier", fault.Code, fault.Message)
	}
	module, err := d.store.Module(ctx, dealerID, identifier.String())
	switch {
	case err != nil:
		return ModuleReport{}, err
	case module == nil:
		return ModuleReport{}, ErrNotFound
	}
	report := ModuleReport{Kind: identifier.Kind(), Module: *module, Obstacle: onboarding.ModuleFault(module.State)}
	if module.State == onboarding.ModuleOtherDealer {
		report.Module = onboarding.Module{State: module.State}
	}
	return report, nil
}
