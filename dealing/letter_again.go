package dealing

import (
	"context"
	"errors"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// TooSoon refuses a letter because its limit is reached: once a minute and five times in
// 24 hours for each account.
type TooSoon struct {
	*onboarding.Refusal
	// NextAt is when the next letter may be sent.
	NextAt time.Time
}

// Unwrap is the sentence for people.
func (t *TooSoon) Unwrap() error { return t.Refusal }

// EmailLetter sends the welcome e-mail. While the onboarding waits for the network and
// has not sent it, it goes out now instead of after the hour, and the ID is empty.
// Afterwards it is sent again, as a new letter whose link makes those before it useless;
// its ID is what Letters lists.
//
// *onboarding.Refusal in every other state, *TooSoon when the limit is reached. What is
// requested is delivered, if not now then by the reconciler.
func (d *Desk) EmailLetter(ctx context.Context, actor Actor, accountID string) (letterID string, err error) {
	account, err := d.accountForLetter(ctx, actor, accountID)
	if err != nil {
		return "", err
	}
	row, err := d.store.Onboarding(ctx, scope(actor), account.OnboardingID)
	switch {
	case err != nil:
		return "", err
	case letterOver(row):
		return d.sendAgain(ctx, account, onboarding.LetterRequest{
			AccountID: account.ID, Origin: onboarding.LetterByOffice, UserID: actor.UserID,
			Audit: auditEntry(ctx, actor, account.DealerID, "account.email_letter_again", account.ID, ""),
		})
	case row.Status == onboarding.StatusParked:
		return "", refused("The onboarding of this account is parked. Decide about that first; the letter goes out when it goes on.")
	case row.Status != onboarding.StatusWaiting:
		return "", refused("The onboarding of this account is " + string(row.Status) + ". The letter can be sent while it waits for the network, and again when it has gone out.")
	}
	if _, err := d.audit(ctx, actor, account.DealerID, "account.email_letter", account.ID, ""); err != nil {
		return "", err
	}
	return "", engineError(d.engine.SendLetterNow(ctx, row.ID, actor.UserID))
}

// letterOver reports whether the onboarding sends no letter of its own any more: it has
// sent it, or somebody skipped it.
func letterOver(row onboarding.Onboarding) bool {
	undoing := row.Status == onboarding.StatusCompensating || row.Status == onboarding.StatusCancelled
	return row.Status == onboarding.StatusCompleted || row.Did(onboarding.StepSendLetter) && !undoing
}

// sendAgain commits a letter and begins its delivery.
func (d *Desk) sendAgain(ctx context.Context, account onboarding.Account, request onboarding.LetterRequest) (letterID string, err error) {
	letter, err := d.store.RequestLetter(ctx, request)
	if err != nil {
		return "", d.notAgain(ctx, account.DealerID, err)
	}
	d.beginLetter(context.WithoutCancel(ctx), account, letter.ID)
	return letter.ID, nil
}

// beginWithin is how long a person waits for an engine that is away; the reconciler has time.
const beginWithin = 5 * time.Second

// beginLetter begins the delivery of a committed letter. Whatever goes wrong now, the
// letter is not lost, so nobody must be told that it failed.
func (d *Desk) beginLetter(ctx context.Context, account onboarding.Account, letterID string) {
	ctx, cancel := context.WithTimeout(ctx, beginWithin)
	defer cancel()
	start := onboarding.StartLetter{LetterID: letterID, OnboardingID: account.OnboardingID, DealerID: account.DealerID}
	if err := d.engine.BeginLetter(ctx, start); err != nil {
		d.log.ErrorContext(ctx, "beginning a letter failed; the reconciler will", "letter_id", letterID, "error", err)
	}
}

// notAgain says in words, by the dealer's clock, why a letter is not sent again.
func (d *Desk) notAgain(ctx context.Context, dealerID string, err error) error {
	var tooSoon *onboarding.TooSoon
	switch {
	case errors.Is(err, ErrStale):
		return refused("This account is closed, so there is nobody to welcome.")
	case !errors.As(err, &tooSoon):
		return err
	}
	dealer, err := d.store.Dealer(ctx, dealerID)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(dealer.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	// Rounded up: at the minute that is named it is allowed.
	at := tooSoon.At.Add(time.Minute - time.Nanosecond).Truncate(time.Minute)
	return &TooSoon{
		Refusal: &onboarding.Refusal{Sentence: "A welcome letter can be sent once a minute and five times in 24 hours. The next one can be sent at " +
			at.In(zone).Format("15:04 on January 2 (MST)") + ". Until then, print the letter."},
		NextAt: tooSoon.At,
	}
}

// Letters are the welcome letters of an account, the oldest first.
func (d *Desk) Letters(ctx context.Context, actor Actor, accountID string) ([]onboarding.LetterRecord, error) {
	file, err := d.Customer(ctx, actor, accountID)
	return file.Letters, err
}

// AskForLink sends a customer who asks on the Customer Website a new set-up link, to the
// e-mail address on record, at most three times in 24 hours. Whether there is such a login
// is nobody's business: the answer is the same whatever becomes of it.
func (d *Desk) AskForLink(ctx context.Context, typedLogin string) error {
	name, fault := onboarding.ParseLoginName(typedLogin)
	if fault.Found() {
		return nil
	}
	login, err := d.store.CustomerLogin(ctx, name)
	if err != nil {
		return unlessAbsent(err)
	}
	account := login.Account
	row, err := d.store.Onboarding(ctx, nil, account.OnboardingID)
	if err != nil || !letterOver(row) {
		return err // the onboarding's own letter is still to come
	}
	letter, err := d.store.RequestLetter(ctx, onboarding.LetterRequest{
		AccountID: account.ID, Origin: onboarding.LetterByCustomer,
		Audit: auditEntry(ctx, Actor{}, account.DealerID, "website.ask_for_link", account.ID, ""),
	})
	var tooSoon *onboarding.TooSoon
	if errors.As(err, &tooSoon) || errors.Is(err, ErrStale) {
		return nil
	}
	if err != nil {
		return err
	}
	// Apart, since the time that it takes would tell that there is such a login.
	go d.beginLetter(context.WithoutCancel(ctx), account, letter.ID)
	return nil
}

func unlessAbsent(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
