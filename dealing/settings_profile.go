package dealing

import (
	"context"
	"errors"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// ProfileAnswers are what letters and mails show of a dealer. Everything but the name may
// be left out.
type ProfileAnswers struct {
	Name         string
	SupportEmail string
	SupportPhone string
	// NoticeEmail is where the dealer's office wants to be told things.
	NoticeEmail string
	WebsiteURL  string
	// Colour is #rrggbb.
	Colour string
}

// ChangeProfile keeps what letters and mails show from now on. The sender of mails is set
// by whoever runs the installation: it must be a domain that their server may send for.
// version is what the writer saw; ErrStale when it is another by now.
func (d *Desk) ChangeProfile(ctx context.Context, actor Actor, dealerID string, typed ProfileAnswers, version int) error {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return err
	}
	var read answerReader
	dealer := onboarding.Dealer{
		ID: dealerID, Name: read.needed("/name", typed.Name, 80, "Enter the name that customers know you by."),
		SupportEmail: read.email("/support_email", typed.SupportEmail), SupportPhone: read.phone("/support_phone", typed.SupportPhone),
		NoticeEmail: read.email("/notice_email", typed.NoticeEmail), WebsiteURL: read.web("/website_url", typed.WebsiteURL),
		Colour: read.colour("/colour", typed.Colour),
	}
	if err := read.err(); err != nil {
		return err
	}
	if _, err := d.store.Dealer(ctx, dealerID); err != nil {
		return err
	}
	err = d.store.ChangeProfile(ctx, dealer, version, auditEntry(ctx, actor, dealerID, "settings.change_profile", dealerID, ""))
	if errors.Is(err, ErrNotFound) {
		return ErrStale // the dealer is there, so it is the version that is not
	}
	return err
}

// ProfileSaved tells when and by whom the profile was changed last; its version is what
// ChangeProfile asks for.
func (d *Desk) ProfileSaved(ctx context.Context, actor Actor, dealerID string) (onboarding.SavedSection, error) {
	dealerID, err := seeSettings(actor, dealerID)
	if err != nil {
		return onboarding.SavedSection{}, err
	}
	return d.store.ProfileSaved(ctx, dealerID)
}

// MaxLogo is how many bytes of a logo may be uploaded.
const MaxLogo = 512 << 10

// ChangeLogo keeps a dealer's logo, a PNG or JPEG of at most MaxLogo bytes. *Invalid with
// the field /logo.
func (d *Desk) ChangeLogo(ctx context.Context, actor Actor, dealerID string, uploaded []byte) error {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return err
	}
	switch {
	case len(uploaded) == 0:
		return invalid("/logo", "required", "Choose a picture to upload.")
	case len(uploaded) > MaxLogo:
		return invalid("/logo", "too_large", "Choose a picture of at most 512 kB.")
	}
	logo, fault := d.letters.NormalizeLogo(uploaded)
	if fault.Found() {
		return invalid("/logo", fault.Code, fault.Message)
	}
	return d.store.ChangeLogo(ctx, dealerID, logo, auditEntry(ctx, actor, dealerID, "settings.change_logo", dealerID, ""))
}

// RemoveLogo makes letters show the dealer's name instead.
func (d *Desk) RemoveLogo(ctx context.Context, actor Actor, dealerID string) error {
	dealerID, err := changeSettings(actor, dealerID)
	if err != nil {
		return err
	}
	return d.store.ChangeLogo(ctx, dealerID, nil, auditEntry(ctx, actor, dealerID, "settings.remove_logo", dealerID, ""))
}

// PreviewLetter is the welcome letter as the dealer's customers get it, to nobody: its
// customer, login name and password are invented.
func (d *Desk) PreviewLetter(ctx context.Context, actor Actor, dealerID string) ([]byte, error) {
	settings, err := d.Settings(ctx, actor, dealerID)
	if err != nil {
		return nil, err
	}
	now := d.now()
	account := onboarding.Account{
		Kind: onboarding.KindCustomer, Type: onboarding.SecuritySystem, LoginName: "JaneExample", FirstName: "Jane", LastName: "Example",
		Language: "en", TimeZone: settings.Dealer.TimeZone, CreatedAt: now, ReadyAt: now.Add(time.Hour),
	}
	return d.letters.Print(ctx, account, settings.Dealer, onboarding.Letter{Version: 1, IssuedAt: now}, "Example#1234")
}
