package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestSubmit_CreatesAnOnboardingThatCanBeFollowed(t *testing.T) {
	t.Parallel()
	o := open(t)
	created := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "X-Request-Id", "test-request-1")
	require.Equal(t, http.StatusCreated, created.status, string(created.body))
	require.Equal(t, "test-request-1", created.header.Get("X-Request-Id"))
	require.Equal(t, "no-store", created.header.Get("Cache-Control"))

	body := created.json(t)
	id := body["id"].(string)
	require.Equal(t, "/v1/onboardings/"+id, created.header.Get("Location"))
	require.Equal(t, "customer", body["kind"])
	require.Equal(t, "api", body["source"])
	require.Equal(t, o.dealerID, body["dealer_id"])
	require.InDelta(t, 1, body["revision"], 0)
	require.Nil(t, body["account_id"])
	require.Nil(t, body["ready_at"])
	require.Nil(t, body["parked"])
	require.Empty(t, body["problems"])
	require.Len(t, body["steps"], len(onboarding.Steps))
	require.Equal(t, "done", body["steps"].([]any)[0].(map[string]any)["status"])
	require.Equal(t, "pending", body["steps"].([]any)[1].(map[string]any)["status"])
	require.Equal(t, "/v1/onboardings/"+id+"/events", body["links"].(map[string]any)["events"])

	require.JSONEq(t, string(created.body), string(o.call(t, http.MethodGet, "/v1/onboardings/"+id, o.key, nil).body))
	require.Equal(t, []onboarding.StartRun{{OnboardingID: id, DealerID: o.dealerID, Source: onboarding.SourceAPI}}, o.engine.started)
}

func TestSubmit_GivesTwentyEqualRequestsOneAnswer(t *testing.T) {
	t.Parallel()
	o := open(t)
	before := o.counts(t)
	replies := make([]reply, 20)
	var all sync.WaitGroup
	for i := range replies {
		all.Go(func() {
			replies[i] = o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "Idempotency-Key", "order-1")
		})
	}
	all.Wait()
	for _, one := range replies {
		require.Equal(t, http.StatusCreated, one.status, string(one.body))
		require.Equal(t, string(replies[0].body), string(one.body))
		require.Equal(t, replies[0].header.Get("Location"), one.header.Get("Location"))
	}
	after := o.counts(t)
	require.Equal(t, before["onboardings"]+1, after["onboardings"])
	require.Equal(t, before["idempotency_keys"]+1, after["idempotency_keys"])
}

func TestSubmit_TakesAKeyForOneBodyOnly(t *testing.T) {
	t.Parallel()
	o := open(t)
	first := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "Idempotency-Key", "order-1")
	require.Equal(t, http.StatusCreated, first.status)

	spaced, err := json.MarshalIndent(o.johnDoe(), "", "      ")
	require.NoError(t, err)
	again := o.call(t, http.MethodPost, "/v1/onboardings", o.key, spaced, "Idempotency-Key", "order-1")
	require.Equal(t, http.StatusCreated, again.status)
	require.Equal(t, string(first.body), string(again.body))

	other := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(change{"customer.first_name", "Jane"}), "Idempotency-Key", "order-1")
	require.Equal(t, http.StatusUnprocessableEntity, other.status)
	problem := other.problem(t)
	require.Equal(t, "Idempotency-Key", problem.Errors[0].Field)
	require.Equal(t, "idempotency_key_reused", problem.Errors[0].Code)

	// A key is one user's: another dealer's same key is another key.
	elsewhere := o.call(t, http.MethodPost, "/v1/onboardings", o.otherKey, o.johnDoe(
		change{"system.module", "4100000025"}, change{"forwarding", map[string]any{"option": "never"}},
	), "Idempotency-Key", "order-1")
	require.Equal(t, http.StatusCreated, elsewhere.status, string(elsewhere.body))
}

func TestSubmit_LetsACorrectedApplicationUseTheKeyOfARefusedOne(t *testing.T) {
	t.Parallel()
	o := open(t)
	refused := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(change{"customer.email", "nobody"}), "Idempotency-Key", "order-1")
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	corrected := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "Idempotency-Key", "order-1")
	require.Equal(t, http.StatusCreated, corrected.status, string(corrected.body))
}

func TestSubmit_LearnsTheAnswerAfter202(t *testing.T) {
	t.Parallel()
	o := open(t)
	accept := o.engine.accept
	o.engine.accept = func(context.Context, onboarding.StartRun) (onboarding.Verdict, error) {
		return onboarding.Verdict{}, onboarding.ErrNoAnswerYet
	}
	waiting := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "Idempotency-Key", "order-1")
	require.Equal(t, http.StatusAccepted, waiting.status)
	require.Equal(t, "submitted", waiting.json(t)["status"])

	o.engine.accept = accept
	known := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "Idempotency-Key", "order-1")
	require.Equal(t, http.StatusCreated, known.status)
	require.Equal(t, waiting.header.Get("Location"), known.header.Get("Location"))

	o.engine.accept = func(context.Context, onboarding.StartRun) (onboarding.Verdict, error) {
		return onboarding.Verdict{}, errors.New("not asked any more")
	}
	again := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "Idempotency-Key", "order-1")
	require.Equal(t, string(known.body), string(again.body))
}

func TestSubmit_KeepsAnOrderThatTheEngineCannotTake(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.engine.accept = func(context.Context, onboarding.StartRun) (onboarding.Verdict, error) {
		return onboarding.Verdict{}, errors.New("connection refused")
	}
	accepted := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe())
	require.Equal(t, http.StatusAccepted, accepted.status)
	kept := o.call(t, http.MethodGet, accepted.header.Get("Location"), o.key, nil)
	require.Equal(t, "submitted", kept.json(t)["status"])
}

func TestSubmit_ShowsWhatTheRunFindsWrong(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.engine.accept = func(ctx context.Context, start onboarding.StartRun) (onboarding.Verdict, error) {
		problems := onboarding.Problems{{Field: "/login/name", Code: "login_taken", Message: onboarding.LoginTakenMessage}}
		key := onboarding.EffectKey{OnboardingID: start.OnboardingID, Step: onboarding.StepValidate, Revision: 1}
		if _, _, err := o.store.BeginStep(ctx, key); err != nil {
			return onboarding.Verdict{}, err
		}
		return onboarding.Verdict{Problems: problems}, o.store.Reject(ctx, key, problems, []byte(`{}`))
	}
	for range 2 { // the second time from memory
		rejected := o.call(t, http.MethodPost, "/v1/onboardings", o.key, o.johnDoe(), "Idempotency-Key", "order-1")
		require.Equal(t, http.StatusUnprocessableEntity, rejected.status)
		problem := rejected.problem(t)
		require.Equal(t, "/login/name", problem.Errors[0].Field)
		require.Equal(t, onboarding.LoginTakenMessage, problem.Errors[0].Message)
		row := o.call(t, http.MethodGet, rejected.header.Get("Location"), o.key, nil).json(t)
		require.Equal(t, "rejected", row["status"])
		require.Len(t, row["problems"], 1)
	}
}

func TestSubmit_IsForDealersAlone(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.Equal(t, http.StatusForbidden, o.call(t, http.MethodPost, "/v1/onboardings", o.opsKey, o.johnDoe()).status)
	foreign := o.call(t, http.MethodPost, "/v1/onboardings?dealer_id="+o.otherID, o.key, o.johnDoe())
	require.Equal(t, http.StatusNotFound, foreign.status)
	branch := o.call(t, http.MethodPost, "/v1/onboardings?dealer_id="+o.subID, o.key, o.johnDoe(change{"forwarding", map[string]any{"option": "never"}}))
	require.Equal(t, http.StatusCreated, branch.status, string(branch.body))
	require.Equal(t, o.subID, branch.json(t)["dealer_id"])
}
