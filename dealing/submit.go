package dealing

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/latchkey/latchkey/onboarding"
)

// Order asks for one account.
type Order struct {
	// DealerID is whose customer it will be; empty is the actor's own dealer.
	DealerID string
	Source   onboarding.Source
	Answers  onboarding.Answers
	// Key is nil when a repetition of the order is a new order.
	Key *IdempotencyKey
}

// Outcome is what became of an order.
type Outcome struct {
	// Onboarding is the committed row; its ID is empty when nothing was committed.
	Onboarding onboarding.Onboarding
	// Problems is empty for an order that was accepted.
	Problems onboarding.Problems
	// Pending says that the order is committed and will run, but that its first answer
	// is not known yet.
	Pending bool
}

// Final reports whether the first answer is known.
func (o Outcome) Final() bool { return !o.Pending && o.Onboarding.ID != "" }

// Submit checks an order, commits it and starts its run. An order with problems leaves
// nothing behind, its key included, so the corrected one may use the same key.
func (d *Desk) Submit(ctx context.Context, actor Actor, order Order) (Outcome, error) {
	dealerID, err := d.dealerOfOrder(actor, order)
	if err != nil {
		return Outcome{}, err
	}
	onboardingID, problems, err := d.commit(ctx, actor, dealerID, order)
	if err != nil || len(problems) > 0 {
		return Outcome{Problems: problems}, err
	}
	// What is committed will be done. A client that hangs up now must not leave the
	// answer to its key unlearnt.
	return d.start(context.WithoutCancel(ctx), onboarding.StartRun{OnboardingID: onboardingID, DealerID: dealerID, Source: order.Source})
}

// SubmitOnce gives every repetition of an order's key the answer that the first one
// got, as present put it; order.Key must be set. While the first answer is not known,
// a repetition waits for it again.
//
// onboardingID is empty when nothing was committed. ErrKeyReused when the key was used
// for another order.
func (d *Desk) SubmitOnce(ctx context.Context, actor Actor, order Order, present func(Outcome) Answer) (answer Answer, onboardingID string, err error) {
	return d.answerOnce(ctx, *order.Key, present, func() (Outcome, error) { return d.Submit(ctx, actor, order) })
}

// answerOnce does something and keeps its final answer for the key, unless it is kept already.
// It is not Once because what was made may have no answer yet: a repetition joins its run.
func (d *Desk) answerOnce(ctx context.Context, key IdempotencyKey, present func(Outcome) Answer, do func() (Outcome, error)) (answer Answer, onboardingID string, err error) {
	answer, onboardingID, found, err := d.store.Remembered(ctx, key)
	if err != nil || found && answer.Status != 0 {
		return answer, onboardingID, err
	}
	if found {
		do = func() (Outcome, error) { return d.joinRun(ctx, onboardingID) }
	}
	outcome, err := do()
	if err != nil {
		return Answer{}, "", err
	}
	answer = present(outcome)
	if outcome.Final() {
		answer, err = d.store.Remember(context.WithoutCancel(ctx), key, outcome.Onboarding.ID, answer)
	}
	return answer, outcome.Onboarding.ID, err
}

func (d *Desk) dealerOfOrder(actor Actor, order Order) (string, error) {
	if actor.SeesAll() {
		return "", ErrForbidden // who runs the installation sells nothing
	}
	return forDealer(actor, order.DealerID)
}

// commit writes the onboarding before anything starts. The ID is that of the earlier
// order when the key is known.
func (d *Desk) commit(ctx context.Context, actor Actor, dealerID string, order Order) (onboardingID string, problems onboarding.Problems, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", nil, err
	}
	facts, err := d.store.Facts(ctx, dealerID, id.String(), onboarding.Ask(order.Answers))
	if err != nil {
		return "", nil, err
	}
	if _, problems := onboarding.Check(order.Answers, facts); len(problems) > 0 {
		// The module or login that is "taken" may be so by this very order, sent twice
		// at the same time: the other one committed after the look above.
		onboardingID, err = d.committedBefore(ctx, order.Key)
		if err != nil || onboardingID != "" {
			return onboardingID, nil, err
		}
		return "", problems, nil
	}
	onboardingID, _, err = d.store.Submit(ctx, Submission{
		OnboardingID: id.String(), DealerID: dealerID, UserID: actor.UserID,
		Source: order.Source, Answers: order.Answers, Key: order.Key,
	})
	return onboardingID, nil, err
}

func (d *Desk) committedBefore(ctx context.Context, key *IdempotencyKey) (onboardingID string, err error) {
	if key == nil {
		return "", nil
	}
	_, onboardingID, _, err = d.store.Remembered(ctx, *key)
	return onboardingID, err
}

// joinRun waits for the answer to what was committed before, whatever became of it since.
func (d *Desk) joinRun(ctx context.Context, onboardingID string) (Outcome, error) {
	row, err := d.store.Onboarding(ctx, nil, onboardingID)
	if err != nil {
		return Outcome{}, err
	}
	return d.start(context.WithoutCancel(ctx), onboarding.StartRun{
		OnboardingID: row.ID, DealerID: row.DealerID, Source: row.Source, CommitmentID: row.CommitmentID,
	})
}

// start begins or joins the run of a committed onboarding. Whatever goes wrong now, the
// order is not lost, so the client must not be told that it failed.
func (d *Desk) start(ctx context.Context, start onboarding.StartRun) (Outcome, error) {
	verdict, err := d.engine.Start(ctx, start)
	pending := err != nil
	if pending && !errors.Is(err, onboarding.ErrNoAnswerYet) {
		d.log.ErrorContext(ctx, "starting an onboarding failed; the reconciler will", "onboarding_id", start.OnboardingID, "error", err)
	}
	row, err := d.store.Onboarding(ctx, nil, start.OnboardingID)
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Onboarding: row, Problems: verdict.Problems, Pending: pending}, nil
}
