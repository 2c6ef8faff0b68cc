package dealing

import (
	"context"
	"errors"
	"slices"

	"github.com/latchkey/latchkey/onboarding"
)

// InstallationStore keeps what is to be installed, and what was ticked off there.
type InstallationStore interface {
	Installations(ctx context.Context, filter onboarding.InstallationFilter) ([]onboarding.Installation, error)
	TickedChecks(ctx context.Context, accountID string) ([]onboarding.TickedCheck, error)
	TickCheck(ctx context.Context, accountID string, check onboarding.InstallationCheck, entry AuditEntry) error
	// UntickCheck is ErrNotFound for what is not ticked.
	UntickCheck(ctx context.Context, accountID string, check onboarding.InstallationCheck, entry AuditEntry) error
}

// Installations lists what is to be installed on a day: accounts that wait for their panel,
// then commitments. filter.Dealers is set here. *Invalid for a date that is none.
func (d *Desk) Installations(ctx context.Context, actor Actor, dealerID string, filter onboarding.InstallationFilter) ([]onboarding.Installation, error) {
	var err error
	if filter.Dealers, err = narrowed(actor, dealerID); err != nil {
		return nil, err
	}
	if filter.Date != "" {
		if _, fault := onboarding.ParseDate(filter.Date); fault.Found() {
			return nil, invalid("date", fault.Code, fault.Message)
		}
	}
	return d.store.Installations(ctx, filter)
}

// TickedChecks are what was ticked off at the site of an account.
func (d *Desk) TickedChecks(ctx context.Context, actor Actor, accountID string) ([]onboarding.TickedCheck, error) {
	if _, err := d.Account(ctx, actor, accountID); err != nil {
		return nil, err
	}
	return d.store.TickedChecks(ctx, accountID)
}

// TickChecks ticks off exactly these. Those that were ticked before stay with who did it.
func (d *Desk) TickChecks(ctx context.Context, actor Actor, accountID string, ticked []onboarding.InstallationCheck) error {
	if actor.SeesAll() {
		return ErrForbidden // who runs the installation is not at the site
	}
	account, err := d.Account(ctx, actor, accountID)
	if err != nil {
		return err
	}
	was, err := d.store.TickedChecks(ctx, accountID)
	if err != nil {
		return err
	}
	for _, choice := range onboarding.InstallationChecks {
		check := onboarding.InstallationCheck(choice.Value)
		before := slices.ContainsFunc(was, func(t onboarding.TickedCheck) bool { return t.Check == check })
		now := slices.Contains(ticked, check)
		switch {
		case now && !before:
			err = d.store.TickCheck(ctx, accountID, check, auditEntry(ctx, actor, account.DealerID, "installation.tick."+choice.Value, accountID, ""))
		case before && !now:
			err = d.store.UntickCheck(ctx, accountID, check, auditEntry(ctx, actor, account.DealerID, "installation.untick."+choice.Value, accountID, ""))
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}

// SameModule compares a module's number as it was typed or scanned with that of an account.
func SameModule(typed string, module onboarding.Module) (same bool, fault onboarding.Fault) {
	identifier, fault := onboarding.ParseModuleIdentifier(typed)
	if fault.Found() {
		return false, fault
	}
	for _, number := range []string{module.Serial, module.IMEI, module.MEID} {
		if number != "" && number == identifier.String() {
			return true, onboarding.Fault{}
		}
	}
	return false, onboarding.Fault{}
}
