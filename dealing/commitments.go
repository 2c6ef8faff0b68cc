package dealing

import (
	"context"
	"errors"
	"slices"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/onboarding/places"
)

// CommitmentOrder asks for one commitment.
type CommitmentOrder struct {
	// DealerID is whose customer it will be; empty is the actor's own dealer.
	DealerID string
	Typed    CommitmentAnswers
	// ActivateAt is a date, or a date and time, of the property's zone; empty for none.
	ActivateAt string
}

// CreateCommitment checks a commitment and keeps it. With problems, whose fields point into
// the body of POST /v1/commitments, nothing is kept. Nobody is charged.
func (d *Desk) CreateCommitment(ctx context.Context, actor Actor, order CommitmentOrder) (id string, problems onboarding.Problems, err error) {
	commitment, problems, err := d.CheckCommitment(ctx, actor, order)
	if err != nil || len(problems) > 0 {
		return "", problems, err
	}
	commitment.Key = keyIn(ctx)
	err = d.store.AddCommitment(ctx, commitment)
	if problems := overtaken(err); problems != nil {
		return "", problems, nil
	}
	return commitment.ID, nil, err
}

// CheckCommitment holds an order against every rule and, when none is broken, returns the
// commitment to keep. It keeps nothing.
func (d *Desk) CheckCommitment(ctx context.Context, actor Actor, order CommitmentOrder) (onboarding.NewCommitment, onboarding.Problems, error) {
	if actor.SeesAll() {
		return onboarding.NewCommitment{}, nil, ErrForbidden // who runs the installation sells nothing
	}
	dealerID, err := forDealer(actor, order.DealerID)
	if err != nil {
		return onboarding.NewCommitment{}, nil, err
	}
	facts, err := d.store.Facts(ctx, dealerID, "", onboarding.AskCommitment(order.Typed))
	if err != nil {
		return onboarding.NewCommitment{}, nil, err
	}
	request, _ := ctx.Value(requestKey{}).(string)
	commitment := onboarding.NewCommitment{ID: newID(), DealerID: dealerID, UserID: actor.UserID, Request: request}
	var problems onboarding.Problems
	commitment.Terms, problems = onboarding.CheckCommitment(order.Typed, facts)
	if len(problems) > 0 || order.ActivateAt == "" {
		return commitment, problems, nil
	}
	zone, _ := places.Location(commitment.Terms.TimeZone)
	at, fault := onboarding.ParseActivationDate(order.ActivateAt, zone, facts.Now, commitment.Terms.ExpiresAt)
	commitment.ActivateAt = at
	return commitment, problemsOf("/activate_at", fault), nil
}

// Commitment reads a commitment by its ID or by its Commitment ID, however it is typed.
func (d *Desk) Commitment(ctx context.Context, actor Actor, idOrNumber string) (Commitment, error) {
	if isID(idOrNumber) {
		return d.store.Commitment(ctx, scope(actor), idOrNumber)
	}
	number, fault := onboarding.ParseCommitmentNumber(idOrNumber)
	if fault.Found() {
		return Commitment{}, ErrNotFound
	}
	return d.store.CommitmentByNumber(ctx, scope(actor), number)
}

// Commitments lists and finds commitments, newest first. filter.Dealers is set here, from
// the actor and from dealerID, which narrows the list to one dealer unless empty. *Invalid
// for what cannot be read, ErrBadCursor for a cursor that no list gave.
func (d *Desk) Commitments(ctx context.Context, actor Actor, dealerID string, filter CommitmentFilter) (page []Commitment, nextCursor string, err error) {
	if filter.Dealers, err = narrowed(actor, dealerID); err != nil {
		return nil, "", err
	}
	known := func(choice onboarding.Choice) bool { return choice.Value == string(filter.State) }
	if filter.State != "" && !slices.ContainsFunc(onboarding.CommitmentStates, known) {
		return nil, "", invalid("state", "invalid_choice", "Choose a state from the list.")
	}
	if filter.InstallDate != "" {
		if _, fault := onboarding.ParseDate(filter.InstallDate); fault.Found() {
			return nil, "", invalid("install_date", fault.Code, fault.Message)
		}
	}
	query, fault := onboarding.ParseLine(filter.Query, maxQuery)
	if fault.Found() {
		return nil, "", invalid("q", fault.Code, fault.Message)
	}
	filter.Query = query
	return d.store.Commitments(ctx, filter)
}

// CommitmentChange replaces what a commitment says.
type CommitmentChange struct {
	// Sections replaces sections of the application; nil keeps it.
	Sections Correction
	// Expected is nil to keep what is expected.
	Expected *onboarding.Expected
	// ExpiresAt is a date, or a date and time, of the property's zone; empty keeps it.
	ExpiresAt string
}

// ChangeCommitment changes a commitment that can be activated. version is what the writer
// saw. ErrStale when it is another by now: what is returned is the commitment as it is.
// *onboarding.Refusal for one that cannot be activated any more.
func (d *Desk) ChangeCommitment(ctx context.Context, actor Actor, idOrNumber string, version int, change CommitmentChange) (Commitment, onboarding.Problems, error) {
	now, err := d.pendingCommitment(ctx, actor, idOrNumber)
	if err != nil {
		return now, nil, err
	}
	if now.Version != version {
		return now, nil, ErrStale
	}
	typed := CommitmentAnswers{Answers: now.Answers, Expected: now.Expected, ExpiresAt: change.ExpiresAt}
	if change.Sections != nil {
		typed.Answers = change.Sections.Over(now.Answers)
	}
	if change.Expected != nil {
		typed.Expected = *change.Expected
	}
	facts, err := d.store.Facts(ctx, now.DealerID, now.OnboardingID, onboarding.AskCommitment(typed))
	if err != nil {
		return now, nil, err
	}
	terms, problems := now.CheckChange(typed, facts)
	if len(problems) > 0 {
		return now, problems, nil
	}
	err = d.store.ChangeCommitment(ctx, now, terms, auditEntry(ctx, actor, now.DealerID, "commitment.change", now.ID, ""))
	if problems := overtaken(err); problems != nil {
		return now, problems, nil
	}
	return d.asItIs(ctx, now, err)
}

// ScheduleCommitment has the commitment activated on a date, or at a date and time, of the
// property's zone. The field of a problem is /activate_at. *onboarding.Refusal for a
// commitment that cannot be activated any more.
func (d *Desk) ScheduleCommitment(ctx context.Context, actor Actor, idOrNumber, typed string) (Commitment, onboarding.Problems, error) {
	if actor.SeesAll() {
		return Commitment{}, nil, ErrForbidden
	}
	now, err := d.pendingCommitment(ctx, actor, idOrNumber)
	if err != nil {
		return now, nil, err
	}
	zone, _ := places.Location(now.TimeZone)
	at, fault := onboarding.ParseActivationDate(typed, zone, d.now(), now.ExpiresAt)
	if fault.Found() {
		return now, problemsOf("/activate_at", fault), nil
	}
	err = d.store.ScheduleCommitment(ctx, now, at, auditEntry(ctx, actor, now.DealerID, "commitment.schedule", now.ID, ""))
	return d.asItIs(ctx, now, err)
}

// UnscheduleCommitment takes the date away; one without a date is left as it is.
// *onboarding.Refusal for a commitment that cannot be activated any more.
func (d *Desk) UnscheduleCommitment(ctx context.Context, actor Actor, idOrNumber string) (Commitment, error) {
	now, err := d.pendingCommitment(ctx, actor, idOrNumber)
	if err != nil || now.ActivateAt.IsZero() {
		return now, err
	}
	err = d.store.UnscheduleCommitment(ctx, now, auditEntry(ctx, actor, now.DealerID, "commitment.unschedule", now.ID, ""))
	now, _, err = d.asItIs(ctx, now, err)
	return now, err
}

// CancelCommitment gives a commitment up; one that is cancelled is left as it is.
// *onboarding.Refusal for one that was activated or has expired.
func (d *Desk) CancelCommitment(ctx context.Context, actor Actor, idOrNumber string) (Commitment, error) {
	now, err := d.Commitment(ctx, actor, idOrNumber)
	if err != nil || now.State == onboarding.CommitmentCancelled {
		return now, err
	}
	if err := notPending(now); err != nil {
		return now, err
	}
	err = d.store.CancelCommitment(ctx, now, auditEntry(ctx, actor, now.DealerID, "commitment.cancel", now.ID, ""))
	now, _, err = d.asItIs(ctx, now, err)
	return now, err
}

// pendingCommitment is a commitment that can still be activated.
func (d *Desk) pendingCommitment(ctx context.Context, actor Actor, idOrNumber string) (Commitment, error) {
	commitment, err := d.Commitment(ctx, actor, idOrNumber)
	if err != nil {
		return Commitment{}, err
	}
	return commitment, notPending(commitment)
}

func notPending(commitment Commitment) error {
	switch commitment.State {
	case onboarding.CommitmentActivated:
		return refused("This commitment was activated already. Look at its customer instead.")
	case onboarding.CommitmentCancelled:
		return refused("This commitment was cancelled. Create another one.")
	case onboarding.CommitmentExpired:
		return refused("This commitment has expired. Create another one.")
	default:
		return nil
	}
}

// asItIs reads the commitment again after a change was made, or came too late.
func (d *Desk) asItIs(ctx context.Context, was Commitment, changeErr error) (Commitment, onboarding.Problems, error) {
	if changeErr != nil && !errors.Is(changeErr, ErrStale) {
		return was, nil, changeErr
	}
	now, err := d.store.Commitment(ctx, nil, was.ID)
	if err != nil {
		return was, nil, err
	}
	return now, nil, changeErr
}

// overtaken is the problem of a conflict, nil for any other error.
func overtaken(err error) onboarding.Problems {
	var conflict *onboarding.Conflict
	if !errors.As(err, &conflict) {
		return nil
	}
	return onboarding.Problems{conflict.Problem()}
}

func problemsOf(field string, fault onboarding.Fault) onboarding.Problems {
	if !fault.Found() {
		return nil
	}
	return onboarding.Problems{{Field: field, Code: fault.Code, Message: fault.Message}}
}
