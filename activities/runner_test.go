package activities_test

import (
	"context"
	"sync"

	"github.com/latchkey/latchkey/onboarding"
)

// runner is Temporal as far as the reconciler sees it.
type runner struct {
	mutex sync.Mutex
	begun []onboarding.StartRun
	// letters are those whose delivery was begun.
	letters []onboarding.StartLetter
	// panels are the waits for a panel that were begun.
	panels []onboarding.PanelWait
	open   map[string]bool
	err    error
}

func (r *runner) Begin(_ context.Context, start onboarding.StartRun) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.err == nil {
		r.begun = append(r.begun, start)
	}
	return r.err
}

func (r *runner) Lives(_ context.Context, onboardingID string) (bool, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.open[onboardingID], r.err
}

func (r *runner) BeginLetter(_ context.Context, start onboarding.StartLetter) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.err == nil {
		r.letters = append(r.letters, start)
	}
	return r.err
}

func (r *runner) AwaitPanel(_ context.Context, wait onboarding.PanelWait) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.err == nil {
		r.panels = append(r.panels, wait)
	}
	return r.err
}
