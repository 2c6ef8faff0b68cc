package activities

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// The activities of the schedule retention.
const (
	ClearExpiredName = "ClearExpired"
	EraseEndedName   = "EraseEnded"
)

const (
	clearRound = 1000
	// eraseRound is small: each erasure is a transaction of its own.
	eraseRound = 50
)

// RetentionResult counts what a round took away.
type RetentionResult struct {
	Drafts   int64 `json:"drafts"`
	Imports  int64 `json:"imports"`
	Sessions int64 `json:"sessions"`
	Attempts int64 `json:"attempts"`
	Answers  int64 `json:"answers"`
	Traces   int64 `json:"traces"`
	Erased   int64 `json:"erased"`
	// More says that there may be something left.
	More bool `json:"more,omitempty"`
}

// ClearExpired deletes a round of what is kept for a time only.
func (a *Activities) ClearExpired(ctx context.Context) (RetentionResult, error) {
	cleared, err := a.store.Clear(ctx, a.policy.retention(), clearRound)
	return RetentionResult{
		Drafts: cleared.Drafts, Imports: cleared.Imports, Sessions: cleared.Sessions, Attempts: cleared.Attempts, Answers: cleared.Answers, Traces: cleared.Traces,
		More: cleared.More(),
	}, a.retentionFault(ctx, err)
}

// EraseEnded erases a round of customers who were not served for as long as the policy
// keeps them; nobody when it keeps them for ever. One who is served again by now is left.
func (a *Activities) EraseEnded(ctx context.Context) (RetentionResult, error) {
	var result RetentionResult
	age := a.policy.retention().Customers
	if age <= 0 {
		return result, nil
	}
	customers, err := a.store.Erasable(ctx, age, eraseRound)
	if err != nil {
		return result, a.retentionFault(ctx, err)
	}
	for _, customer := range customers {
		_, err := a.store.Erase(ctx, customer, onboarding.AuditEntry{Action: onboarding.EraseAction, Reason: "retention"})
		switch {
		case errors.Is(err, onboarding.ErrStale):
			continue
		case err != nil:
			return result, a.retentionFault(ctx, err)
		}
		result.Erased++
	}
	result.More = result.Erased > 0
	return result, nil
}

func (a *Activities) retentionFault(ctx context.Context, err error) error {
	return a.fault(ctx, onboarding.EffectKey{}, err)
}
