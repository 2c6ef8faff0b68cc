package workflows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	batchpb "go.temporal.io/api/batch/v1"
	commonpb "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/onboarding"
)

// Client starts onboardings and talks to them. It is the only user of the SDK's
// client: handlers see neither Temporal nor its errors.
type Client struct {
	temporal    client.Client
	namespace   string
	payloads    converter.DataConverter
	firstAnswer time.Duration
}

// firstAnswerWithin is how long Start waits for the first step (the API answers 202
// when validation takes over 5 s).
const firstAnswerWithin = 5 * time.Second

// NewClient wraps a connected SDK client of the given namespace. payloads is the converter
// that it was configured with, for the calls that the SDK does not wrap.
func NewClient(temporalClient client.Client, namespace string, payloads converter.DataConverter) *Client {
	return &Client{temporal: temporalClient, namespace: namespace, payloads: payloads, firstAnswer: firstAnswerWithin}
}

// Start begins a run, or joins the one that began, and waits for the answer of its
// first step. onboarding.ErrNoAnswerYet when there is none within five seconds, for
// whatever reason: the row is committed, so the reconciler will start the run.
//
// The fixed update ID makes a repetition get the recorded answer, also after the run
// has closed.
func (c *Client) Start(ctx context.Context, start onboarding.StartRun) (onboarding.Verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, c.firstAnswer)
	defer cancel()
	handle, err := c.temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: c.temporal.NewWithStartWorkflowOperation(
			startOptions(start, enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE), OnboardAccount, inputOf(start)),
		UpdateOptions: client.UpdateWorkflowOptions{
			UpdateName: UpdateValidate, UpdateID: UpdateValidate, WaitForStage: client.WorkflowUpdateStageCompleted,
		},
	})
	if err != nil {
		return onboarding.Verdict{}, errors.Join(onboarding.ErrNoAnswerYet, err)
	}
	var answer Verdict
	if err := handle.Get(ctx, &answer); err != nil {
		return onboarding.Verdict{}, errors.Join(onboarding.ErrNoAnswerYet, err)
	}
	verdict := onboarding.Verdict{Accepted: answer.Accepted}
	for _, problem := range answer.Problems {
		verdict.Problems = append(verdict.Problems, onboarding.Problem(problem))
	}
	return verdict, nil
}

// Begin starts a run without waiting for anything; one that has begun is success.
func (c *Client) Begin(ctx context.Context, start onboarding.StartRun) error {
	return c.begin(ctx, start, enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
}

// Restart begins a run whose workflow is gone anew, under the same ID. Every effect that
// happened is found by its key, so nothing is done twice.
func (c *Client) Restart(ctx context.Context, start onboarding.StartRun) error {
	return c.begin(ctx, start, enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
}

func (c *Client) begin(ctx context.Context, start onboarding.StartRun, reuse enums.WorkflowIdReusePolicy) error {
	// The SDK takes a run that has begun already for a success.
	_, err := c.temporal.ExecuteWorkflow(ctx, startOptions(start, reuse), OnboardAccount, inputOf(start))
	return err
}

func inputOf(start onboarding.StartRun) OnboardAccountInput {
	return OnboardAccountInput{OnboardingID: start.OnboardingID, Revision: start.Revision, ParkNo: start.ParkNo}
}

func startOptions(start onboarding.StartRun, reuse enums.WorkflowIdReusePolicy) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:        OnboardingWorkflowID(start.OnboardingID),
		TaskQueue: QueueOnboarding,
		// One workflow per onboarding for as long as Temporal remembers, and after that the
		// row's state: a repeated start joins the open run and never makes a second one.
		WorkflowIDReusePolicy:    reuse,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		TypedSearchAttributes:    startAttributes(start),
		StaticSummary:            fmt.Sprintf("Onboarding %.8s · dealer %.8s · %s", start.OnboardingID, start.DealerID, start.Source),
		Priority:                 temporal.Priority{PriorityKey: priorities[start.Source], FairnessKey: start.DealerID},
		// No execution time-out: a run that timed out would skip its undo steps.
	}
}

// priorities let a person's single onboarding pass a batch (1 is the highest of 5).
var priorities = map[onboarding.Source]int{
	onboarding.SourceAPI: 3, onboarding.SourcePortal: 3, onboarding.SourceCommitment: 4, onboarding.SourceImport: 4,
}

// Lives reports whether the workflow of an onboarding is open.
func (c *Client) Lives(ctx context.Context, onboardingID string) (bool, error) {
	return c.lives(ctx, OnboardingWorkflowID(onboardingID))
}

func (c *Client) lives(ctx context.Context, workflowID string) (bool, error) {
	description, err := c.temporal.DescribeWorkflowExecution(ctx, workflowID, "")
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return description.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}

// Decide sends a decision. *onboarding.Refusal when it does not fit the run as it stands.
func (c *Client) Decide(ctx context.Context, onboardingID string, decision onboarding.Decision) (onboarding.Next, error) {
	return c.decide(ctx, OnboardingWorkflowID(onboardingID), decision)
}

func (c *Client) decide(ctx context.Context, workflowID string, decision onboarding.Decision) (onboarding.Next, error) {
	id := decision.ID
	if id == "" {
		id = uuid.NewString()
	}
	var answer DecisionAnswer
	err := c.update(ctx, workflowID, UpdateDecide, id, Decision{
		Action: decision.Action, Step: decision.Step, ParkNo: decision.ParkNo,
		By: decision.By, Reason: decision.Reason, Revision: decision.Revision,
	}, &answer)
	if err != nil {
		return onboarding.Next{}, err
	}
	return onboarding.Next{ParkNo: answer.ParkNo, Step: answer.Step, Action: answer.Action}, nil
}

// AdjustWait moves the end of the network hour. *onboarding.Refusal when the run does not wait.
func (c *Client) AdjustWait(ctx context.Context, onboardingID string, readyAt time.Time, by, reason string) error {
	return c.adjustWait(ctx, OnboardingWorkflowID(onboardingID), WaitAdjustment{ReadyAt: readyAt, By: by, Reason: reason})
}

func (c *Client) adjustWait(ctx context.Context, workflowID string, adjustment WaitAdjustment) error {
	return c.update(ctx, workflowID, UpdateAdjustWait, uuid.NewString(), adjustment, nil)
}

func (c *Client) update(ctx context.Context, workflowID, name, id string, message, answer any) error {
	handle, err := c.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: workflowID, UpdateName: name, UpdateID: id,
		Args: []any{message}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = handle.Get(ctx, answer)
	}
	return refusal(err)
}

// Cancel asks a run to stop and take back what it did. *onboarding.Refusal when it is over.
func (c *Client) Cancel(ctx context.Context, onboardingID string) error {
	return c.cancel(ctx, OnboardingWorkflowID(onboardingID))
}

func (c *Client) cancel(ctx context.Context, workflowID string) error {
	// The server takes the cancellation of a closed workflow for a success. One that closes
	// between these two calls has the same answer as one that closes just after them.
	lives, err := c.lives(ctx, workflowID)
	if err != nil {
		return err
	}
	if !lives {
		return errOver()
	}
	return refusal(c.temporal.CancelWorkflow(ctx, workflowID, ""))
}

// SendLetterNow cuts the wait for the letter short. *onboarding.Refusal when the run is over.
func (c *Client) SendLetterNow(ctx context.Context, onboardingID, by string) error {
	return refusal(c.temporal.SignalWorkflow(ctx, OnboardingWorkflowID(onboardingID), "", SignalSendLetterNow, SendLetterNow{By: by}))
}

// refusal turns the run's own words, and its absence, into an answer for people.
func refusal(err error) error {
	var said *temporal.ApplicationError
	if errors.As(err, &said) && said.Type() == refusedType {
		return &onboarding.Refusal{Sentence: said.Message()}
	}
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return errOver()
	}
	return err
}

func errOver() error {
	return &onboarding.Refusal{Sentence: "This is over; nothing about it can be changed here any more."}
}

// ResumeAll sends every parked run of the batch on again, through one server-side batch
// of resume signals; the carrier's rate limit holds back the herd. The server runs one
// batch per namespace at a time: *onboarding.Refusal while another is at work.
func (c *Client) ResumeAll(ctx context.Context, batch onboarding.Batch) (string, error) {
	input, err := c.payloads.ToPayloads(Resume{By: batch.By, Reason: batch.Note, Step: batch.Step})
	if err != nil {
		return "", err
	}
	id := "resume-" + uuid.NewString()
	_, err = c.temporal.WorkflowService().StartBatchOperation(ctx, &workflowservice.StartBatchOperationRequest{
		Namespace: c.namespace, JobId: id, VisibilityQuery: parkedQuery(batch), Reason: batch.Note,
		Operation: &workflowservice.StartBatchOperationRequest_SignalOperation{SignalOperation: &batchpb.BatchOperationSignal{
			Signal: SignalResume, Input: input, Header: &commonpb.Header{}, Identity: batch.By,
		}},
	})
	var busy *serviceerror.ResourceExhausted
	if errors.As(err, &busy) {
		return "", &onboarding.Refusal{Sentence: "Another batch is at work. Try again when it is done."}
	}
	return id, err
}

// parkedQuery is the visibility query of a batch. Its values are codes and IDs that were
// parsed before; quotes are doubled all the same, so that none can end the string.
func parkedQuery(batch onboarding.Batch) string {
	clauses := []string{
		"WorkflowType IN ('OnboardAccount', 'SwapModule', 'TerminateAccount')",
		equals("ExecutionStatus", "Running"),
		equals(AttributeStatus.GetName(), string(onboarding.StatusParked)),
		equals(AttributeParkReason.GetName(), string(batch.Reason)),
	}
	if batch.Step != "" {
		clauses = append(clauses, equals(AttributeStep.GetName(), string(batch.Step)))
	}
	if batch.DealerID != "" {
		clauses = append(clauses, equals(AttributeDealerID.GetName(), batch.DealerID))
	}
	return strings.Join(clauses, " AND ")
}

func equals(name, value string) string {
	return name + " = '" + strings.ReplaceAll(value, "'", "''") + "'"
}
