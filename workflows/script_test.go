package workflows_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// script is what the activities of one onboarding do, and what they were asked.
type script struct {
	now func() time.Time

	mu          sync.Mutex
	faults      map[string][]string // codes by activity; the next call takes the first
	hooks       map[string]func()   // run inside the call, before it answers
	coverage    []onboarding.Reason
	problems    []activities.Problem
	plan        []onboarding.Step
	hour        time.Duration
	template    activities.PushTemplateResult
	calls       []string // "Name", or "Name:2" for a later revision
	called      map[string][]time.Time
	parkNos     map[string][]int
	transitions []activities.Transition
	notices     []string
	givenUp     []onboarding.Reason // letters
	blockLifted time.Time
	awaitPanel  func(context.Context, onboarding.PanelWait) error
	silent      []string // panels that the release of a module leaves behind
}

func newScript(now func() time.Time) *script {
	return &script{
		now: now, faults: map[string][]string{}, hooks: map[string]func(){}, called: map[string][]time.Time{}, parkNos: map[string][]int{},
		plan: onboarding.Steps, hour: time.Hour, awaitPanel: func(context.Context, onboarding.PanelWait) error { return nil },
	}
}

// registerScripts registers every activity under its own name. find gives the script
// of an onboarding.
func registerScripts(registry interface {
	RegisterActivityWithOptions(fn any, options activity.RegisterOptions)
}, find func(onboardingID string) *script,
) {
	named := func(name string, fn any) {
		registry.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: name})
	}
	named("Validate", func(_ context.Context, in activities.StepInput) (activities.ValidateResult, error) {
		s := find(in.OnboardingID)
		err := s.call("Validate", in)
		return activities.ValidateResult{Accepted: len(s.problems) == 0, Problems: s.problems, Steps: s.plan, PanelReminder: 72 * time.Hour}, err
	})
	named("CheckCoverage", func(_ context.Context, in activities.StepInput) (activities.CheckCoverageResult, error) {
		s := find(in.OnboardingID)
		err := s.call("CheckCoverage", in)
		return activities.CheckCoverageResult{Reason: s.nextCoverage()}, err
	})
	named("RegisterModule", func(_ context.Context, in activities.StepInput) (activities.RegisterModuleResult, error) {
		return activities.RegisterModuleResult{}, find(in.OnboardingID).call("RegisterModule", in)
	})
	named("CreateAccount", func(_ context.Context, in activities.StepInput) (activities.CreateAccountResult, error) {
		s := find(in.OnboardingID)
		err := s.call("CreateAccount", in)
		return activities.CreateAccountResult{AccountID: "account-1", ReadyAt: s.now().Add(s.hour)}, err
	})
	named("ApplyTemplate", func(_ context.Context, in activities.StepInput) (activities.ApplyTemplateResult, error) {
		return activities.ApplyTemplateResult{Queued: true}, find(in.OnboardingID).call("ApplyTemplate", in)
	})
	named("SendLetter", func(_ context.Context, in activities.StepInput) (activities.SendLetterResult, error) {
		return activities.SendLetterResult{LetterID: "letter-1"}, find(in.OnboardingID).call("SendLetter", in)
	})
	for _, undo := range []string{"UndoValidate", "UndoRegisterModule", "UndoCreateAccount", "UndoApplyTemplate", "UndoSendLetter"} {
		named(undo, func(_ context.Context, in activities.StepInput) (activities.UndoResult, error) {
			return activities.UndoResult{}, find(in.OnboardingID).call(undo, in)
		})
	}
	named("SendLetterAgain", func(_ context.Context, in activities.LetterInput) (activities.SendLetterAgainResult, error) {
		return activities.SendLetterAgainResult{}, find(in.OnboardingID).call("SendLetterAgain", activities.StepInput{})
	})
	named("GiveUpLetter", func(_ context.Context, in activities.GiveUpLetterInput) error {
		s := find(in.OnboardingID)
		err := s.call("GiveUpLetter", activities.StepInput{})
		if err == nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.givenUp = append(s.givenUp, in.Reason)
		}
		return err
	})
	named("RecordTransition", func(ctx context.Context, t activities.Transition) error {
		return find(t.OnboardingID).record(ctx, t)
	})
	registerChangeScripts(named, find)
	named("PushTemplate", func(_ context.Context, in activities.PanelInput) (activities.PushTemplateResult, error) {
		s := find(in.OnboardingID)
		return s.template, s.call("PushTemplate", activities.StepInput{})
	})
	named("LiftLoginBlock", func(_ context.Context, in activities.CommunicatedInput) error {
		s := find(in.OnboardingID)
		err := s.call("LiftLoginBlock", activities.StepInput{})
		if err == nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.blockLifted = in.At
		}
		return err
	})
	named("TellDealer", func(_ context.Context, in activities.NoticeInput) error {
		s := find(in.OnboardingID)
		err := s.call("TellDealer", activities.StepInput{})
		if err == nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.notices = append(s.notices, in.Notice+in.Code)
		}
		return err
	})
}

// call notes that an activity was called and fails it when the script says so.
func (s *script) call(name string, in activities.StepInput) error {
	s.mu.Lock()
	now := s.now()
	s.called[name] = append(s.called[name], now)
	s.parkNos[name] = append(s.parkNos[name], in.ParkNo)
	noted := name
	if in.Revision > 1 {
		noted += ":2"
	}
	s.calls = append(s.calls, noted)
	hook := s.hooks[name]
	s.mu.Unlock()
	if hook != nil {
		hook()
	}
	return s.nextFault(name)
}

func (s *script) record(ctx context.Context, t activities.Transition) error {
	if err := s.nextFault("RecordTransition"); err != nil {
		return err
	}
	if t.Panel != (activities.PanelWait{}) {
		if err := s.awaitPanel(ctx, onboarding.PanelWait(t.Panel)); err != nil {
			return err
		}
	}
	s.mu.Lock()
	s.transitions = append(s.transitions, t)
	hook := s.hooks["RecordTransition:"+t.Kind]
	s.mu.Unlock()
	if hook != nil {
		hook()
	}
	return nil
}

func (s *script) nextFault(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults[name]) == 0 {
		return nil
	}
	code := s.faults[name][0]
	s.faults[name] = s.faults[name][1:]
	if code == "" {
		return nil
	}
	return temporal.NewApplicationError(code, code)
}

func (s *script) nextCoverage() (reason onboarding.Reason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.coverage) > 0 {
		reason, s.coverage = s.coverage[0], s.coverage[1:]
	}
	return reason
}

// fail scripts the next calls of an activity: a code each, "" for a success between.
func (s *script) fail(name string, codes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[name] = append(s.faults[name], codes...)
}

// down makes every call of an activity fail until up.
func (s *script) down(name, code string) { s.fail(name, slices.Repeat([]string{code}, 100_000)...) }

func (s *script) up(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[name] = nil
}

// during runs hook inside every call of an activity; "RecordTransition:<kind>" is a
// change of state that is being recorded.
func (s *script) during(name string, hook func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks[name] = hook
}

func (s *script) count(name string) int {
	n := 0
	for _, call := range s.callsSoFar() {
		if call == name {
			n++
		}
	}
	return n
}

func (s *script) callsSoFar() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// lastCalled is when an activity was last called.
func (s *script) lastCalled(name string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.called[name]) == 0 {
		return time.Time{}
	}
	return s.called[name][len(s.called[name])-1]
}

// undone are the undo steps that were called, in order.
func (s *script) undone() []string {
	var undone []string
	for _, call := range s.callsSoFar() {
		if len(call) > 4 && call[:4] == "Undo" {
			undone = append(undone, call)
		}
	}
	return undone
}

func (s *script) recorded() []activities.Transition {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.transitions)
}

// kinds are what the record was told, in order.
func (s *script) kinds() []string {
	var kinds []string
	for _, t := range s.recorded() {
		kinds = append(kinds, t.Kind)
	}
	return kinds
}

func (s *script) lastStatus() onboarding.Status {
	recorded := s.recorded()
	if len(recorded) == 0 {
		return ""
	}
	return recorded[len(recorded)-1].Status
}

// sent are the notices to the dealer, in order.
func (s *script) sent() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.notices)
}
