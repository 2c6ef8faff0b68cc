package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// LetterPrinter draws the welcome letter that is handed over at the installation, as a
// PDF with the temporary password in it.
type LetterPrinter interface {
	Print(ctx context.Context, account onboarding.Account, dealer onboarding.Dealer, letter onboarding.Letter, temporaryPassword string) ([]byte, error)
	// NormalizeLogo turns an uploaded PNG or JPEG into the picture that letters show. The
	// fault says why it cannot.
	NormalizeLogo(uploaded []byte) ([]byte, onboarding.Fault)
}

// PrintLetter makes the welcome letter to print, with a temporary password that replaces
// any before it and must be changed at the first login. Only its hash is kept, so the
// PDF exists in the answer alone: printing again draws a new one.
//
// Dealers' users only, since whoever prints it could log in as the customer.
func (d *Desk) PrintLetter(ctx context.Context, actor Actor, accountID string) ([]byte, error) {
	account, err := d.accountForLetter(ctx, actor, accountID)
	if err != nil {
		return nil, err
	}
	dealer, err := d.store.Dealer(ctx, account.DealerID)
	if err != nil {
		return nil, err
	}
	password := temporaryPassword()
	hash, err := d.passwords.Hash(ctx, password)
	if err != nil {
		return nil, err
	}
	if _, err := d.audit(ctx, actor, account.DealerID, "account.print_letter", account.ID, ""); err != nil {
		return nil, err
	}
	letter, err := d.store.SetTemporaryPassword(ctx, account.ID, actor.UserID, hash)
	if err != nil {
		return nil, err
	}
	return d.letters.Print(ctx, account, dealer, letter, password)
}

func (d *Desk) accountForLetter(ctx context.Context, actor Actor, accountID string) (onboarding.Account, error) {
	account, err := d.Account(ctx, actor, accountID)
	switch {
	case err != nil:
		return onboarding.Account{}, err
	case actor.SeesAll():
		return onboarding.Account{}, ErrForbidden
	case account.State == onboarding.AccountClosed:
		return onboarding.Account{}, refused("This account is closed, so there is nobody to welcome.")
	}
	return account, nil
}
