package activities

import (
	"context"
	"errors"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// The activities of the sweep over commitments.
const (
	ActivateDueName       = "ActivateDue"
	ExpireCommitmentsName = "ExpireCommitments"
)

const (
	// underWay is how many activations may be on their way to their network hour at once: few
	// enough that a single customer, created meanwhile, is hardly held up by them, and enough
	// to keep the carrier busy.
	underWay = 5
	// stuckAfter is when one counts no more. The carrier may be away for half an hour: what
	// waits for it must not keep everybody else's from beginning.
	stuckAfter = 30 * time.Second
	// look is the pause before the sweep looks again for room.
	look = 200 * time.Millisecond
	// roundTime is when a round makes way for the next; well under its attempt in workflows.
	roundTime = 30 * time.Second
	// dueLease outlives an attempt of the round: nobody else takes what one is at work on.
	dueLease = time.Minute
	// expireRound bounds one transaction.
	expireRound = 200
)

// ActivateDue activates commitments whose date has come, for as long as there are any and
// its time is not over. Each is checked anew. One without a serial number waits for it; one
// with problems loses its date, and the dealer is asked to correct it. Both are told to the
// dealer.
//
// The onboarding's ID was fixed before, so one that a person activates at the same time is
// activated once. A run that is committed but could not begin is begun by the reconciler.
func (a *Activities) ActivateDue(ctx context.Context) (SweepResult, error) {
	var result SweepResult
	for until := a.now().Add(roundTime); a.now().Before(until); {
		begun, err := a.store.ActivationsUnderWay(ctx, stuckAfter)
		if err != nil {
			return result, a.sweepFault(ctx, err)
		}
		if begun >= underWay {
			pause(ctx, look)
			continue
		}
		due, err := a.store.DueCommitments(ctx, dueLease, underWay-begun)
		if err != nil || len(due) == 0 {
			return result, a.sweepFault(ctx, err)
		}
		if err := a.settleAll(ctx, due, &result); err != nil {
			return result, a.sweepFault(ctx, err)
		}
	}
	result.More = true
	return result, nil
}

// pause ends early with ctx, which whatever comes next will notice.
func pause(ctx context.Context, long time.Duration) {
	select {
	case <-time.After(long):
	case <-ctx.Done():
	}
}

func (a *Activities) settleAll(ctx context.Context, due []onboarding.Commitment, result *SweepResult) error {
	for _, commitment := range due {
		result.Due++
		counted, err := a.settleDue(ctx, commitment)
		if err == nil {
			counted(result)
			continue
		}
		code, _, _ := classify(err)
		if ctx.Err() != nil || code == string(onboarding.ReasonStoreUnavailable) {
			return err
		}
		// One that cannot be settled must not hold up those after it. It is due again when
		// its lease is over.
		a.log.Error("due commitment not settled", "commitment_id", commitment.ID, "code", code)
		result.Failed++
	}
	return nil
}

// settleDue does what is due about one commitment and tells how it counts. One that was
// changed meanwhile is as it should be.
func (a *Activities) settleDue(ctx context.Context, commitment onboarding.Commitment) (counted func(*SweepResult), err error) {
	if onboarding.NeedsModule(commitment.Answers) {
		return func(r *SweepResult) { r.NeedsSerial++ }, a.store.CommitmentNeedsSerial(ctx, commitment)
	}
	facts, err := a.store.Facts(ctx, commitment.DealerID, commitment.OnboardingID, onboarding.Ask(commitment.Answers))
	if err != nil {
		return nil, err
	}
	if _, problems := onboarding.Check(commitment.Answers, facts); len(problems) > 0 {
		return func(r *SweepResult) { r.Refused++ }, a.store.RefuseCommitment(ctx, commitment, problems[0].Code)
	}
	onboardingID, fresh, err := a.store.ActivateCommitment(ctx, commitment, onboarding.Submission{
		Source: onboarding.SourceCommitment, Answers: commitment.Answers,
	}, onboarding.AuditEntry{DealerID: commitment.DealerID, Action: "commitment.activate", ObjectID: commitment.ID}, commitment.Due(""))
	switch {
	case errors.Is(err, onboarding.ErrStale) || err == nil && !fresh:
		return func(*SweepResult) {}, nil
	case err != nil:
		return nil, err
	}
	return func(r *SweepResult) { r.Activated++ }, a.runner.Begin(ctx, onboarding.StartRun{
		OnboardingID: onboardingID, DealerID: commitment.DealerID, Source: onboarding.SourceCommitment, CommitmentID: commitment.ID,
	})
}

// ExpireCommitments ends a round of commitments that nobody activated in time.
func (a *Activities) ExpireCommitments(ctx context.Context) (SweepResult, error) {
	expired, err := a.store.ExpireCommitments(ctx, expireRound)
	return SweepResult{Expired: expired}, a.sweepFault(ctx, err)
}

func (a *Activities) sweepFault(ctx context.Context, err error) error {
	return a.fault(ctx, onboarding.EffectKey{}, err)
}
