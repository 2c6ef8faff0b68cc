package dealing

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/latchkey/latchkey/onboarding"
)

// Who may do what in the settings of a dealer:
//
//	technician     nothing
//	office         see and change those of the dealers they work for
//	operator       see everybody's: they run onboardings, not the dealer's business
//	administrator  see and change everybody's
//
// A dealer out of reach is ErrNotFound for everybody, before the role is looked at.

func seeSettings(actor Actor, chosen string) (dealerID string, err error) {
	if dealerID, err = forDealer(actor, chosen); err != nil {
		return "", err
	}
	if actor.Role == onboarding.RoleTechnician {
		return "", ErrForbidden
	}
	return dealerID, nil
}

func changeSettings(actor Actor, chosen string) (dealerID string, err error) {
	if dealerID, err = forDealer(actor, chosen); err != nil {
		return "", err
	}
	if !changesSettings(actor) {
		return "", ErrForbidden
	}
	return dealerID, nil
}

func changesSettings(actor Actor) bool {
	return actor.Role == onboarding.RoleOffice || actor.Role == onboarding.RoleAdministrator
}

// Settings is whose settings are looked at, and what may be done there.
type Settings struct {
	Dealer    onboarding.Dealer
	MayChange bool
}

// Settings opens the settings of a dealer.
func (d *Desk) Settings(ctx context.Context, actor Actor, dealerID string) (Settings, error) {
	dealerID, err := seeSettings(actor, dealerID)
	if err != nil {
		return Settings{}, err
	}
	dealer, err := d.store.Dealer(ctx, dealerID)
	return Settings{dealer, changesSettings(actor)}, err
}

// SettingsDealers are the dealers whose settings the actor may see, by name for those who
// run the installation, the own one first for others.
func (d *Desk) SettingsDealers(ctx context.Context, actor Actor) ([]NamedID, error) {
	switch {
	case actor.Role == onboarding.RoleTechnician:
		return nil, ErrForbidden
	case actor.SeesAll():
		return d.store.EveryDealer(ctx)
	}
	dealers := make([]NamedID, len(actor.Dealers))
	for i, id := range actor.Dealers {
		dealer, err := d.store.Dealer(ctx, id)
		if err != nil {
			return nil, err
		}
		dealers[i] = NamedID{ID: id, Name: dealer.Name}
	}
	return dealers, nil
}

// settled says what became of a change of something with a name, in words for people.
// inUse is the sentence for what cannot be retired.
func settled(err error, nameField, inUse string) error {
	switch {
	case errors.Is(err, onboarding.ErrNameTaken):
		return invalid(nameField, "taken", "Another one has this name. Choose a different name.")
	case errors.Is(err, onboarding.ErrInUse):
		return refused(inUse)
	default:
		return err
	}
}

// newID draws an ID that sorts by its time, so that new rows land next to each other.
func newID() string { return uuid.Must(uuid.NewV7()).String() }
