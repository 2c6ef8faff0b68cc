package workflows

import (
	"context"
	"fmt"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// SendLetterAgain delivers one welcome letter that was asked for after the onboarding's
// own. It never parks: a letter that cannot be delivered becomes a task for the dealer,
// who can correct the address, print the letter or send another.
func SendLetterAgain(ctx workflow.Context, in activities.LetterInput) (activities.SendLetterAgainResult, error) {
	workflow.SetCurrentDetails(ctx, "## Sending a welcome letter again\n\nTried for six hours, then the dealer is asked to look. Nothing to do.")
	var result activities.SendLetterAgainResult
	err := execute(ctx, letterRow, activities.SendLetterAgainName, in, &result)
	if err == nil {
		return result, nil
	}
	// Also when an operator cancels it: the dealer must hear of it all the same.
	apart, _ := workflow.NewDisconnectedContext(ctx)
	giveUp := activities.GiveUpLetterInput{OnboardingID: in.OnboardingID, LetterID: in.LetterID, Reason: reasonOf(err, letterRow)}
	return result, execute(apart, letterRecordRow, activities.GiveUpLetterName, giveUp, nil)
}

// BeginLetter starts the delivery of a letter; one that is under way is joined. One whose
// workflow is closed is begun anew, whatever it came to: the record alone knows whether
// there is something left to deliver, also after it was restored from a backup.
func (c *Client) BeginLetter(ctx context.Context, start onboarding.StartLetter) error {
	_, err := c.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                       LetterWorkflowID(start.LetterID),
		TaskQueue:                QueueOnboarding,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		TypedSearchAttributes:    temporal.NewSearchAttributes(AttributeDealerID.ValueSet(start.DealerID)),
		StaticSummary:            fmt.Sprintf("Welcome letter %.8s of onboarding %.8s", start.LetterID, start.OnboardingID),
		Priority:                 temporal.Priority{PriorityKey: priorities[onboarding.SourcePortal], FairnessKey: start.DealerID},
	}, SendLetterAgain, activities.LetterInput{OnboardingID: start.OnboardingID, LetterID: start.LetterID})
	return err
}
