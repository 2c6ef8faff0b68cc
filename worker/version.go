package worker

import (
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Version is which build a worker is. Without a deployment it is unversioned: it takes
// every task there is, as in development.
type Version struct {
	// Deployment is the name that all builds of an installation's workers share.
	Deployment string
	// Build tells one build from another.
	Build string
}

func (v Version) options() worker.DeploymentOptions {
	if v.Deployment == "" {
		return worker.DeploymentOptions{}
	}
	return worker.DeploymentOptions{
		UseVersioning: true,
		Version:       worker.WorkerDeploymentVersion{DeploymentName: v.Deployment, BuildID: v.Build},
	}
}

// behaviors say what becomes of an open run when another build becomes the current one.
//
// What may wait for a person or a panel moves to the new build: parked for weeks, it is
// what a fix is for, and pinned it would keep the old build alive for as long. Its code
// changes behind workflow.GetVersion. A sweep is over in seconds and ends where it began,
// so its code may change freely.
var behaviors = map[string]workflow.VersioningBehavior{
	"OnboardAccount":   workflow.VersioningBehaviorAutoUpgrade,
	"ActivatePanel":    workflow.VersioningBehaviorAutoUpgrade,
	"SwapModule":       workflow.VersioningBehaviorAutoUpgrade,
	"TerminateAccount": workflow.VersioningBehaviorAutoUpgrade,
	"SendLetterAgain":  workflow.VersioningBehaviorAutoUpgrade,
	"Reconcile":        workflow.VersioningBehaviorPinned,
	"CommitmentSweep":  workflow.VersioningBehaviorPinned,
	"WebhookSweep":     workflow.VersioningBehaviorPinned,
	"Retention":        workflow.VersioningBehaviorPinned,
}

// annotated registers each workflow with its behavior. One without a row is refused by a
// versioned worker when it starts, and by a test before.
type annotated struct{ Registry }

// RegisterWorkflowWithOptions adds the behavior.
func (a annotated) RegisterWorkflowWithOptions(w any, options workflow.RegisterOptions) {
	options.VersioningBehavior = behaviors[options.Name]
	a.Registry.RegisterWorkflowWithOptions(w, options)
}
