package dealing

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// Engine runs onboardings, as workflows.Client does over Temporal.
type Engine interface {
	// Start begins the run of a committed onboarding, or joins the one that began, and
	// waits for its first answer. onboarding.ErrNoAnswerYet when that takes too long or
	// the engine is away: the onboarding is committed all the same and will be started.
	Start(ctx context.Context, start onboarding.StartRun) (onboarding.Verdict, error)
	// Begin begins the run of a committed onboarding without waiting for anything; one that
	// has begun is success.
	Begin(ctx context.Context, start onboarding.StartRun) error
	// Decide sends a person's decision to a parked run. *onboarding.Refusal when it does
	// not fit.
	Decide(ctx context.Context, onboardingID string, decision onboarding.Decision) (onboarding.Next, error)
	// Restart begins anew the run of an onboarding whose workflow is gone.
	Restart(ctx context.Context, start onboarding.StartRun) error
	// Cancel asks a run to stop and take back what it did; *onboarding.Refusal when it is over.
	Cancel(ctx context.Context, onboardingID string) error
	// AdjustWait moves the end of the network hour. *onboarding.Refusal when the run does not wait.
	AdjustWait(ctx context.Context, onboardingID string, readyAt time.Time, by, reason string) error
	// SendLetterNow cuts the wait for the letter short; *onboarding.Refusal when the run is over.
	SendLetterNow(ctx context.Context, onboardingID, by string) error
	// BeginLetter starts the delivery of a letter that was requested; one that has begun is success.
	BeginLetter(ctx context.Context, start onboarding.StartLetter) error
	// ResumeAll sends every parked onboarding of the batch on again and returns the batch's ID.
	// *onboarding.Refusal while another batch runs.
	ResumeAll(ctx context.Context, batch onboarding.Batch) (string, error)
	// PanelCommunicated tells the panel's workflow, starting it when it is early.
	PanelCommunicated(ctx context.Context, onboardingID, eventID string, at time.Time) error

	ChangeEngine
}
