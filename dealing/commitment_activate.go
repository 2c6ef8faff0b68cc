package dealing

import (
	"context"
	"errors"
	"strings"

	"github.com/latchkey/latchkey/onboarding"
)

// activationTries bounds how often an activation begins again because the commitment was
// changed, by a person or the sweep, while it was checked.
const activationTries = 3

// ActivateCommitment makes the onboarding of a commitment, with everything it says, and
// starts its run. It happens once whoever asks: when the sweep or another person was faster,
// the outcome is that of their onboarding.
//
// With problems, whose fields point into the application, nothing is changed.
// *onboarding.Refusal for a commitment that was cancelled, has expired, or was activated with
// another module.
func (d *Desk) ActivateCommitment(ctx context.Context, actor Actor, idOrNumber string, activation Activation, key *IdempotencyKey) (Outcome, error) {
	if actor.SeesAll() {
		return Outcome{}, ErrForbidden
	}
	for try := 1; ; try++ {
		commitment, err := d.Commitment(ctx, actor, idOrNumber)
		if err != nil {
			return Outcome{}, err
		}
		onboardingID, problems, err := d.commitActivation(ctx, actor, commitment, activation, key)
		switch {
		case errors.Is(err, ErrStale) && try < activationTries:
			continue
		case err != nil || len(problems) > 0:
			return Outcome{Problems: problems}, err
		}
		return d.start(context.WithoutCancel(ctx), onboarding.StartRun{
			OnboardingID: onboardingID, DealerID: commitment.DealerID, Source: onboarding.SourceCommitment, CommitmentID: commitment.ID,
		})
	}
}

// ActivateCommitmentOnce gives every repetition of key the answer that the first one got, as
// SubmitOnce does.
func (d *Desk) ActivateCommitmentOnce(ctx context.Context, actor Actor, idOrNumber string, activation Activation, key IdempotencyKey, present func(Outcome) Answer) (answer Answer, onboardingID string, err error) {
	return d.answerOnce(ctx, key, present, func() (Outcome, error) {
		return d.ActivateCommitment(ctx, actor, idOrNumber, activation, &key)
	})
}

// commitActivation writes the onboarding unless there is one. ErrStale when the commitment
// is not as it was any more.
func (d *Desk) commitActivation(ctx context.Context, actor Actor, commitment Commitment, activation Activation, key *IdempotencyKey) (onboardingID string, problems onboarding.Problems, err error) {
	if commitment.State == onboarding.CommitmentActivated {
		return d.activatedBefore(ctx, commitment.OnboardingID, activation)
	}
	if err := d.notActivatable(commitment); err != nil {
		return "", nil, err
	}
	answers := commitment.ActivatedWith(activation)
	facts, err := d.store.Facts(ctx, commitment.DealerID, commitment.OnboardingID, onboarding.Ask(answers))
	if err != nil {
		return "", nil, err
	}
	if _, problems := onboarding.Check(answers, facts); len(problems) > 0 {
		// What is taken may be so by this very commitment, activated meanwhile.
		again, err := d.store.Commitment(ctx, nil, commitment.ID)
		if err == nil && again.State == onboarding.CommitmentActivated {
			return d.activatedBefore(ctx, again.OnboardingID, activation)
		}
		return "", problems, err
	}
	onboardingID, fresh, err := d.store.ActivateCommitment(ctx, commitment, Submission{
		UserID: actor.UserID, Source: onboarding.SourceCommitment, Answers: answers, Key: key,
	}, auditEntry(ctx, actor, commitment.DealerID, "commitment.activate", commitment.ID, ""))
	if err != nil || fresh {
		return onboardingID, nil, err
	}
	return d.activatedBefore(ctx, onboardingID, activation)
}

// activatedBefore joins the onboarding of whoever was faster, unless it is about another
// module than the one at hand.
func (d *Desk) activatedBefore(ctx context.Context, onboardingID string, activation Activation) (string, onboarding.Problems, error) {
	_, answers, err := d.store.LatestAnswers(ctx, onboardingID)
	if err == nil && !sameModule(activation.Module, answers.System.Module) {
		err = refused("This commitment was activated already, with another module. Look at its customer before anything is installed.")
	}
	return onboardingID, nil, err
}

func (d *Desk) notActivatable(commitment Commitment) error {
	due := !commitment.ActivateAt.IsZero() && !commitment.ActivateAt.After(d.now())
	if err := notPending(commitment); err != nil || due || commitment.ExpiresAt.After(d.now()) {
		return err
	}
	commitment.State = onboarding.CommitmentExpired // the sweep has not come by yet
	return notPending(commitment)
}

// sameModule compares what was typed now with what the commitment was activated with; one
// that was not typed is the commitment's.
func sameModule(typed, activated string) bool {
	one, _ := onboarding.ParseModuleIdentifier(typed)
	other, _ := onboarding.ParseModuleIdentifier(activated)
	return strings.TrimSpace(typed) == "" || one == other
}
