package postgres

import (
	"fmt"

	"github.com/latchkey/latchkey/onboarding"
)

// bounced is what a transition means for the dealer's office when it is about the welcome
// e-mail: one that a mail server refuses parks the onboarding and is theirs to correct.
func bounced(dealerID string, transition onboarding.Transition) []statement {
	refused := transition.Reason == onboarding.ReasonRecipientRejected || transition.Reason == onboarding.ReasonMessageRejected
	switch {
	case transition.Status == onboarding.StatusParked && transition.Step == onboarding.StepSendLetter && refused:
		once := fmt.Sprintf("%s:%d", transition.OnboardingID, transition.ParkNo)
		return letterBounced(dealerID, transition.OnboardingID, "", transition.Reason, once)
	case transition.Kind == onboarding.EventSkipped && transition.Step == onboarding.StepSendLetter,
		transition.Status == onboarding.StatusCancelled:
		return []statement{closeTask(onboarding.TaskLetterBounced, transition.OnboardingID)}
	default:
		return nil
	}
}
