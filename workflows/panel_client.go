package workflows

import (
	"context"
	"errors"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/onboarding"
)

// AwaitPanel tells the panel's workflow what it waits for, starting it when the panel is not
// faster. Told twice it is the same.
func (c *Client) AwaitPanel(ctx context.Context, wait onboarding.PanelWait) error {
	in := ActivatePanelInput{OnboardingID: wait.OnboardingID, SwapID: wait.SwapID}
	return c.tellPanel(ctx, in, wait.DealerID, SignalExpectPanel, Expectation{AccountID: wait.AccountID, RemindAt: wait.RemindAt})
}

// PanelCommunicated tells the panel's workflow, starting it when the panel is faster
// than the onboarding.
func (c *Client) PanelCommunicated(ctx context.Context, onboardingID, eventID string, at time.Time) error {
	return c.tellPanel(ctx, ActivatePanelInput{OnboardingID: onboardingID}, "", SignalPanelCommunicated, PanelCommunicated{EventID: eventID, At: at})
}

// ReplacementCommunicated tells the panel's workflow of a swap, starting it when the panel
// is faster than the swap.
func (c *Client) ReplacementCommunicated(ctx context.Context, swap onboarding.Change, eventID string, at time.Time) error {
	in := ActivatePanelInput{OnboardingID: swap.OnboardingID, SwapID: swap.ID}
	return c.tellPanel(ctx, in, "", SignalPanelCommunicated, PanelCommunicated{EventID: eventID, At: at})
}

// tellPanel signals the workflow of a panel; whoever is first starts it. One that is over
// has heard it all.
func (c *Client) tellPanel(ctx context.Context, in ActivatePanelInput, dealerID, signal string, message any) error {
	_, err := c.temporal.SignalWithStartWorkflow(ctx, PanelWorkflowID(in.id()), signal, message, client.StartWorkflowOptions{
		TaskQueue:             QueueOnboarding,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		StaticSummary:         "First communication of the panel",
		Priority:              temporal.Priority{FairnessKey: dealerID},
	}, ActivatePanel, in)
	var over *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &over) {
		return nil
	}
	return err
}
