package activities_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// moment is when a call to the record breaks.
type moment string

const (
	// before is a process that died between the outside call and our commit.
	before moment = "before the commit"
	// after is a commit whose answer was lost.
	after moment = "after the commit"
)

// errBroken quotes what libraries quote, and names its fault as package postgres does.
var errBroken = brokenError{errors.New("could not write John Doe, john.doe@example.com: connection reset")}

type brokenError struct{ error }

// FaultReason is that of a database that cannot be used.
func (brokenError) FaultReason() onboarding.Reason { return onboarding.ReasonStoreUnavailable }

// brokenStore is the real record that breaks once at a named method, when it is told to.
type brokenStore struct {
	activities.Store
	mutex  sync.Mutex
	method string
	at     moment
}

func (s *brokenStore) breakAt(method string, at moment) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.method, s.at = method, at
}

func (s *brokenStore) take(method string) moment {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.method != method {
		return ""
	}
	s.method = ""
	return s.at
}

func (s *brokenStore) call(method string, do func() error) error {
	switch s.take(method) {
	case before:
		return errBroken
	case after:
		if err := do(); err != nil {
			return err
		}
		return errBroken
	default:
		return do()
	}
}

func (s *brokenStore) Accept(ctx context.Context, key onboarding.EffectKey, application onboarding.Application, result []byte) error {
	return s.call("Accept", func() error { return s.Store.Accept(ctx, key, application, result) })
}

func (s *brokenStore) Release(ctx context.Context, key onboarding.EffectKey) error {
	return s.call("Release", func() error { return s.Store.Release(ctx, key) })
}

func (s *brokenStore) RecordCoverage(ctx context.Context, key onboarding.EffectKey, report []onboarding.NetworkCoverage, overriddenBy string, result []byte) error {
	return s.call("RecordCoverage", func() error { return s.Store.RecordCoverage(ctx, key, report, overriddenBy, result) })
}

func (s *brokenStore) ModuleRegistered(ctx context.Context, key onboarding.EffectKey, registration onboarding.Registration, result []byte) error {
	return s.call("ModuleRegistered", func() error { return s.Store.ModuleRegistered(ctx, key, registration, result) })
}

func (s *brokenStore) ModuleDeregistered(ctx context.Context, undo onboarding.EffectKey) error {
	return s.call("ModuleDeregistered", func() error { return s.Store.ModuleDeregistered(ctx, undo) })
}

func (s *brokenStore) CreateAccount(ctx context.Context, key onboarding.EffectKey, networkWait time.Duration, encode func(onboarding.Account) []byte) (account onboarding.Account, err error) {
	err = s.call("CreateAccount", func() error {
		account, err = s.Store.CreateAccount(ctx, key, networkWait, encode)
		return err
	})
	return account, err
}

func (s *brokenStore) CloseAccount(ctx context.Context, undo onboarding.EffectKey) error {
	return s.call("CloseAccount", func() error { return s.Store.CloseAccount(ctx, undo) })
}

func (s *brokenStore) QueueTemplate(ctx context.Context, key onboarding.EffectKey, templateID string, result []byte) error {
	return s.call("QueueTemplate", func() error { return s.Store.QueueTemplate(ctx, key, templateID, result) })
}

func (s *brokenStore) UnqueueTemplate(ctx context.Context, undo onboarding.EffectKey) error {
	return s.call("UnqueueTemplate", func() error { return s.Store.UnqueueTemplate(ctx, undo) })
}

func (s *brokenStore) TemplatePushed(ctx context.Context, onboardingID, code string) error {
	return s.call("TemplatePushed", func() error { return s.Store.TemplatePushed(ctx, onboardingID, code) })
}

func (s *brokenStore) LetterAccepted(ctx context.Context, key onboarding.EffectKey, letterID, receipt string, result []byte) error {
	return s.call("LetterAccepted", func() error { return s.Store.LetterAccepted(ctx, key, letterID, receipt, result) })
}

func (s *brokenStore) VoidLetters(ctx context.Context, undo onboarding.EffectKey) error {
	return s.call("VoidLetters", func() error { return s.Store.VoidLetters(ctx, undo) })
}

func (s *brokenStore) RecordTransition(ctx context.Context, runID string, transition onboarding.Transition) error {
	return s.call("RecordTransition", func() error { return s.Store.RecordTransition(ctx, runID, transition) })
}

func (s *brokenStore) BeginStep(ctx context.Context, key onboarding.EffectKey) (result []byte, done bool, err error) {
	err = s.call("BeginStep", func() error {
		result, done, err = s.Store.BeginStep(ctx, key)
		return err
	})
	return result, done, err
}

func (s *brokenStore) FailStep(ctx context.Context, key onboarding.EffectKey, code onboarding.Reason, detail string) error {
	return s.call("FailStep", func() error { return s.Store.FailStep(ctx, key, code, detail) })
}

func (s *brokenStore) ActivateCommitment(ctx context.Context, commitment onboarding.Commitment, submission onboarding.Submission, entry onboarding.AuditEntry, also ...onboarding.Announcement) (onboardingID string, fresh bool, err error) {
	err = s.call("ActivateCommitment", func() error {
		onboardingID, fresh, err = s.Store.ActivateCommitment(ctx, commitment, submission, entry, also...)
		return err
	})
	return onboardingID, fresh, err
}
