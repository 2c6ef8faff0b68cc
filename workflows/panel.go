package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
)

// awaitPanel has the panel's own workflow begin with the next transition that is recorded.
// As a child it would cost a workflow task, and five events more (ADR 0020).
func (r *run) awaitPanel(wait activities.PanelWait) {
	wait.DealerID = workflow.GetInfo(r.ctx).Priority.FairnessKey
	r.panel = wait
}

// callOffPanel ends the wait for a panel. It may be over already, or never have begun; then
// there is nothing to stop.
func (r *run) callOffPanel(id string) {
	_ = workflow.RequestCancelExternalWorkflow(r.ctx, PanelWorkflowID(id), "").Get(r.ctx, nil)
}

// ActivatePanel waits for a panel's first communication, then pushes the panel
// template, lifts the login block and tells the dealer. It reminds the dealer once when
// the panel stays silent.
func ActivatePanel(ctx workflow.Context, in ActivatePanelInput) error {
	panel := expect(ctx, in)
	if err := panel.awaitAccount(); err != nil {
		return err
	}
	if err := panel.awaitCommunication(); err != nil {
		return err
	}
	template, err := panel.pushTemplate()
	if err != nil {
		return err
	}
	if err := panel.liftLoginBlock(); err != nil {
		return err
	}
	panel.tellDealer("panel_communicated", template.Code)
	panel.drain()
	return nil
}

// panel is the state of one ActivatePanel.
type panel struct {
	ctx            workflow.Context
	id             string
	swapID         string // empty for the first module of an account
	expectation    Expectation
	expectations   workflow.ReceiveChannel
	communications workflow.ReceiveChannel
	first          PanelCommunicated
}

func expect(ctx workflow.Context, in ActivatePanelInput) *panel {
	return &panel{
		ctx: ctx, id: in.OnboardingID, swapID: in.SwapID,
		expectations:   receive(ctx, SignalExpectPanel, expectPanelDescription),
		communications: receive(ctx, SignalPanelCommunicated, panelDescription),
	}
}

// awaitAccount holds an early event back until there is an account to apply it to.
func (p *panel) awaitAccount() error {
	workflow.SetCurrentDetails(p.ctx, "## Waiting for the account\n\nThe panel was faster than the onboarding. Nothing to do.")
	for p.expectation.AccountID == "" {
		selector := workflow.NewSelector(p.ctx)
		selector.AddReceive(p.expectations, func(c workflow.ReceiveChannel, _ bool) { c.ReceiveAsync(&p.expectation) })
		selector.AddReceive(p.ctx.Done(), func(workflow.ReceiveChannel, bool) {})
		selector.Select(p.ctx)
		if err := p.ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (p *panel) awaitCommunication() error {
	workflow.SetCurrentDetails(p.ctx, "## Waiting for the panel's first communication\n\nThe customer cannot log in before it. Nothing to do.")
	timerCtx, cancelReminder := workflow.WithCancel(p.ctx)
	defer cancelReminder()
	reminder := workflow.NewTimerWithOptions(timerCtx, p.untilReminder(), workflow.TimerOptions{Summary: "reminder: panel still silent"})

	communicated := false
	selector := workflow.NewSelector(p.ctx)
	selector.AddFuture(reminder, func(f workflow.Future) {
		if f.Get(p.ctx, nil) == nil {
			p.tellDealer("panel_silent", "")
		}
	})
	selector.AddReceive(p.communications, func(c workflow.ReceiveChannel, _ bool) { communicated = c.ReceiveAsync(&p.first) })
	selector.AddReceive(p.ctx.Done(), func(workflow.ReceiveChannel, bool) {})
	for !communicated {
		selector.Select(p.ctx)
		if err := p.ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (p *panel) untilReminder() time.Duration {
	return max(p.expectation.RemindAt.Sub(workflow.Now(p.ctx)), time.Second)
}

func (p *panel) pushTemplate() (result activities.PushTemplateResult, err error) {
	err = execute(p.ctx, panelRow, activities.PushTemplateName, activities.PanelInput{OnboardingID: p.id}, &result)
	return result, err
}

func (p *panel) liftLoginBlock() error {
	at := p.first.At
	if at.IsZero() { // an event typed by hand may leave it out
		at = workflow.Now(p.ctx)
	}
	return execute(p.ctx, panelRecordRow, activities.LiftLoginBlockName, activities.CommunicatedInput{OnboardingID: p.id, SwapID: p.swapID, At: at}, nil)
}

// tellDealer mails the dealer's office. A notice that cannot be sent must not hold up
// the customer's login, so its failure is only logged.
func (p *panel) tellDealer(notice, code string) {
	in := activities.NoticeInput{OnboardingID: p.id, SwapID: p.swapID, Notice: notice, Code: code}
	if err := execute(p.ctx, noticeRow, activities.TellDealerName, in, nil); err != nil {
		workflow.GetLogger(p.ctx).Warn("notice not sent", "notice", notice, "error", err)
	}
}

// drain reads repeated events before closing; the first one has said it all.
func (p *panel) drain() {
	for p.communications.ReceiveAsync(nil) {
	}
	for p.expectations.ReceiveAsync(nil) {
	}
}
