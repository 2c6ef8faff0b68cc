package onboarding

import (
	"slices"
	"time"
)

// ChangeKind is what happens to an account later in its life.
type ChangeKind string

// The changes that need the carrier, and therefore a durable run.
const (
	ChangeModuleSwap  ChangeKind = "module_swap"
	ChangeTermination ChangeKind = "termination"
)

// The steps of a change. A swap goes through all of them, with await_network before the
// release; a termination only has a module to release.
const (
	StepRegisterReplacement Step = "register_replacement"
	StepSwitchModule        Step = "switch_module"
	StepReleaseModule       Step = "release_module"

	UndoRegisterReplacement Step = "undo_register_replacement"
)

var changeSteps = map[ChangeKind][]Step{
	ChangeModuleSwap:  {StepRegisterReplacement, StepSwitchModule, StepAwaitNetwork, StepReleaseModule},
	ChangeTermination: {StepReleaseModule},
}

// Steps are those of a change of this kind, in the order they run.
func (k ChangeKind) Steps() []Step { return slices.Clone(changeSteps[k]) }

// EveryStep lists the steps of onboardings and of changes, and what takes them back.
func EveryStep() []Step {
	steps := slices.Clone(Steps)
	for _, step := range changeSteps[ChangeModuleSwap] { // a termination's are among them
		if !slices.Contains(steps, step) {
			steps = append(steps, step)
		}
	}
	for _, step := range slices.Clone(steps) {
		if undo, ok := step.Undo(); ok {
			steps = append(steps, undo)
		}
	}
	return steps
}

// Change is the record of a change to an account: the row people look at.
type Change struct {
	// ID of a termination is its account's: an account ends once.
	ID           string
	Kind         ChangeKind
	AccountID    string
	OnboardingID string
	DealerID     string
	// OldModule is what the account had; empty for an account without a panel.
	OldModule ModuleRef
	// NewModule replaces it; empty for a termination.
	NewModule ModuleRef
	PanelType string
	Pathway   string
	// Reason is why the account was terminated; empty for a swap.
	Reason TerminateReason
	// DraftID is the new customer's draft when the module was recycled; empty otherwise.
	DraftID  string
	Revision int
	Status   Status
	Step     Step
	Parked   *Park
	// Code is the last fault of the present step.
	Code string
	// Attempts is how often each step was tried; one that has not begun is left out.
	Attempts  map[Step]int
	CreatedBy string // for people to read; empty when a program did
	CreatedAt time.Time
	// RegisteredAt, SwitchedAt, ReleasedAt, ReadyAt, CommunicatedAt and EndedAt are zero
	// until they happen. ReadyAt is when the new module's network hour is over,
	// CommunicatedAt the panel's first communication through it.
	RegisteredAt   time.Time
	SwitchedAt     time.Time
	ReadyAt        time.Time
	ReleasedAt     time.Time
	CommunicatedAt time.Time
	EndedAt        time.Time
}

// ModuleRef names a module as people read it.
type ModuleRef struct {
	ID     string
	Number string // serial number, IMEI or MEID
}

// RegistrationKeys are what the carrier may know the new module by, newest first: an
// attempt of an earlier revision may have been heard although its answer was lost.
func (c Change) RegistrationKeys() []EffectKey {
	var keys []EffectKey
	for revision := c.Revision; revision > 0; revision-- {
		keys = append(keys, EffectKey{OnboardingID: c.ID, Step: StepRegisterReplacement, Revision: revision})
	}
	return keys
}

// Steps is the timeline of the change as its record tells it.
func (c Change) Steps() []StepProgress {
	doneAt := map[Step]time.Time{
		StepRegisterReplacement: c.RegisteredAt, StepSwitchModule: c.SwitchedAt, StepAwaitNetwork: c.waitedUntil(), StepReleaseModule: c.ReleasedAt,
	}
	var timeline []StepProgress
	for _, step := range c.Kind.Steps() {
		line := StepProgress{Step: step, Status: StepPending, Attempts: c.Attempts[step], EndedAt: doneAt[step]}
		switch {
		case !line.EndedAt.IsZero():
			line.Status = StepDone
		case c.Status.Final():
			line.Status = StepSkipped
		case c.Parked != nil && c.Parked.Step == step:
			line.Status, line.Code = StepParked, string(c.Parked.Reason)
		case c.Step == step:
			line.Status, line.Code = StepRunning, c.Code
		}
		timeline = append(timeline, line)
	}
	return timeline
}

// waitedUntil is zero until the hour is over: the release begins only then.
func (c Change) waitedUntil() time.Time {
	if c.Step != StepReleaseModule && c.ReleasedAt.IsZero() {
		return time.Time{}
	}
	return c.ReadyAt
}

// NewSwap asks for another module on an account.
type NewSwap struct {
	ID        string
	AccountID string
	// OldModuleID is what the account had when it was asked: another one means that
	// somebody was faster.
	OldModuleID string
	New         Equipment
	Audit       AuditEntry
}

// NewTermination ends an account.
type NewTermination struct {
	AccountID string
	Reason    TerminateReason
	Audit     AuditEntry
	// Recycled is what a new customer's draft begins with; nil when none is wanted.
	Recycled *Answers
}

// StartChange names the run of a change to begin.
type StartChange struct {
	ID           string
	Kind         ChangeKind
	AccountID    string
	OnboardingID string
	DealerID     string
	// Revision and ParkNo are more than nothing only when a run is begun anew.
	Revision int
	ParkNo   int
}

// Start names the run of the change, as it stands.
func (c Change) Start() StartChange {
	start := StartChange{ID: c.ID, Kind: c.Kind, AccountID: c.AccountID, OnboardingID: c.OnboardingID, DealerID: c.DealerID, Revision: c.Revision}
	if c.Parked != nil {
		start.ParkNo = c.Parked.No
	}
	return start
}

// ChangeFilter narrows a list of changes, newest first; zero members do not narrow.
type ChangeFilter struct {
	Dealers    []string // nil means every dealer
	Kind       ChangeKind
	AccountID  string
	Status     Status
	ParkReason Reason
	Cursor     string
	Limit      int
}

// StuckChange is a parked change with whose it is.
type StuckChange struct {
	Change
	DealerName   string
	CustomerName string
}

// What a change adds to the history of its account's onboarding.
const (
	EventSwapRequested     EventKind = "module_swap_requested"
	EventModuleSwitched    EventKind = "module_switched"
	EventAccountTerminated EventKind = "account_terminated"
)
