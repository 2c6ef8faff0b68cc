// Package worker runs the workflows and activities: one process, four task queues.
package worker

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/workflows"
)

// Rates bounds what is sent to the outside, per second over all workers; 0 means no
// bound. The server keeps them, and the last worker to poll wins: give every worker
// the same.
type Rates struct {
	Carrier float64
	Mail    float64
}

// stopWithin is how long a stopping worker waits for activities in flight: longer than
// the longest attempt (send_letter, a minute) would hold up a deploy, and a letter cut
// off is recognised as such.
const stopWithin = 45 * time.Second

const (
	// tasksAtOnce bounds what a process takes from the queue of its own database's work. What
	// waits does so on the server, which lets a person's single onboarding pass a batch and
	// one dealer's pass another's hundreds; what a process has taken is done in the order of
	// taking.
	tasksAtOnce = 32
	// pollersAtOnce are open on each queue. Two, as the SDK has them, all turn to the runs in memory
	// while there is a backlog of those, and no new run is begun meanwhile; polls that follow the
	// server's word start from one and are slow to grow. Measured with 200 orders by 32 clients:
	// 2.7 onboardings a second with two, 2.4 with following, 8 with eight, 7.3 with sixteen.
	pollersAtOnce = 8
	// runsInMemory is how many runs need not be replayed at their next task. It is for those
	// that are at work: of the thousands that wait for their hour or a panel each is replayed
	// once when that is over, and would fill memory until then.
	runsInMemory = 1000
)

// Worker is the four workers of a process.
type Worker struct {
	temporal client.Client
	version  worker.DeploymentOptions
	queues   []worker.Worker
	fatal    chan error
}

// New registers everything on its queue. Workflows live on the queue onboarding; what
// crosses the network has its own, so that it can be slowed down or paused alone.
func New(temporalClient client.Client, steps *activities.Activities, rates Rates, version Version) *Worker {
	w := &Worker{temporal: temporalClient, version: version.options(), fatal: make(chan error, 4)}

	worker.SetStickyWorkflowCacheSize(runsInMemory)
	main := w.queue(workflows.QueueOnboarding, worker.Options{
		MaxConcurrentWorkflowTaskExecutionSize:  tasksAtOnce,
		MaxConcurrentLocalActivityExecutionSize: tasksAtOnce,
		MaxConcurrentActivityExecutionSize:      tasksAtOnce,
	})
	Register(annotated{main})
	main.RegisterActivity(steps)

	carrier := w.queue(workflows.QueueCarrier, worker.Options{DisableWorkflowWorker: true, TaskQueueActivitiesPerSecond: rates.Carrier})
	carrier.RegisterActivity(steps)

	mail := w.queue(workflows.QueueMail, worker.Options{
		DisableWorkflowWorker: true, TaskQueueActivitiesPerSecond: rates.Mail, MaxConcurrentActivityExecutionSize: tasksAtOnce,
	})
	mail.RegisterActivity(steps)

	// A sweep is one activity for a minute; it bounds by itself what it sends at once.
	webhook := w.queue(workflows.QueueWebhook, worker.Options{DisableWorkflowWorker: true})
	webhook.RegisterActivity(steps)
	return w
}

func (w *Worker) queue(name string, options worker.Options) worker.Worker {
	pollers := worker.NewPollerBehaviorSimpleMaximum(worker.PollerBehaviorSimpleMaximumOptions{MaximumNumberOfPollers: pollersAtOnce})
	options.WorkflowTaskPollerBehavior, options.ActivityTaskPollerBehavior = pollers, pollers
	options.WorkerStopTimeout = stopWithin
	options.DisableRegistrationAliasing = true
	options.DeploymentOptions = w.version
	options.OnFatalError = func(err error) {
		select {
		case w.fatal <- err:
		default: // the first one ends the process; the rest are the same story
		}
	}
	queue := worker.New(w.temporal, name, options)
	w.queues = append(w.queues, queue)
	return queue
}

// Registry is where workflows are registered: a worker, a replayer, a test environment.
type Registry interface {
	RegisterWorkflowWithOptions(w any, options workflow.RegisterOptions)
}

// Register makes every workflow known under its own name.
func Register(registry Registry) {
	registry.RegisterWorkflowWithOptions(workflows.OnboardAccount, workflow.RegisterOptions{Name: "OnboardAccount"})
	registry.RegisterWorkflowWithOptions(workflows.SwapModule, workflow.RegisterOptions{Name: "SwapModule"})
	registry.RegisterWorkflowWithOptions(workflows.TerminateAccount, workflow.RegisterOptions{Name: "TerminateAccount"})
	registry.RegisterWorkflowWithOptions(workflows.ActivatePanel, workflow.RegisterOptions{Name: "ActivatePanel"})
	registry.RegisterWorkflowWithOptions(workflows.SendLetterAgain, workflow.RegisterOptions{Name: "SendLetterAgain"})
	registry.RegisterWorkflowWithOptions(workflows.Reconcile, workflow.RegisterOptions{Name: "Reconcile"})
	registry.RegisterWorkflowWithOptions(workflows.CommitmentSweep, workflow.RegisterOptions{Name: "CommitmentSweep"})
	registry.RegisterWorkflowWithOptions(workflows.Retention, workflow.RegisterOptions{Name: "Retention"})
	registry.RegisterWorkflowWithOptions(workflows.WebhookSweep, workflow.RegisterOptions{Name: "WebhookSweep"})
}

// Run works until ctx is done, then stops taking tasks and waits for those in flight.
func (w *Worker) Run(ctx context.Context) error {
	if err := workflows.EnsureSchedules(ctx, w.temporal); err != nil {
		return err
	}
	for _, queue := range w.queues {
		if err := queue.Start(); err != nil {
			w.stop()
			return err
		}
	}
	defer w.stop()
	select {
	case <-ctx.Done():
		return nil
	case err := <-w.fatal:
		return err
	}
}

// stop stops all queues side by side, so that a deploy waits for the slowest step and not
// for one after another.
func (w *Worker) stop() {
	var stopping sync.WaitGroup
	for _, queue := range w.queues {
		stopping.Go(queue.Stop)
	}
	stopping.Wait()
}
