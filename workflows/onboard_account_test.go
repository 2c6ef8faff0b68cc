package workflows_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/workflows"
)

func TestOnboardAccount_CompletesAfterTheHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var waiting workflows.Progress
	w.after(time.Minute, func() { waiting = w.progress() })
	start := w.Now()

	w.run()

	require.Equal(t, workflows.OnboardAccountResult{Status: onboarding.StatusCompleted, AccountID: "account-1"}, w.result())
	require.Equal(t, []string{"Validate", "CheckCoverage", "RegisterModule", "CreateAccount", "ApplyTemplate", "SendLetter"}, w.calls)
	require.Equal(t, onboarding.StatusWaiting, waiting.Status)
	require.Equal(t, onboarding.StepAwaitNetwork, waiting.Step)
	require.WithinDuration(t, start.Add(time.Hour), waiting.ReadyAt, 0)
	require.GreaterOrEqual(t, w.Now().Sub(start), time.Hour, "the letter waits for the hour")
	require.Less(t, w.Now().Sub(start), time.Hour+time.Minute)
	require.Equal(t, []string{"waiting", "completed"}, w.kinds())
}

func TestOnboardAccount_HourIsExactlyOneByDefault(t *testing.T) {
	t.Parallel()
	require.Equal(t, time.Hour, activities.DefaultPolicy.NetworkWait)
}

func TestOnboardAccount_RejectsWithTheProblemsAndDoesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.problems = []activities.Problem{{Field: "/login/name", Code: "login_taken", Message: "m"}}
	var validate *reply
	w.after(0, func() { validate = w.update(workflows.UpdateValidate, nil) })

	w.run()

	require.Equal(t, onboarding.StatusRejected, w.result().Status)
	require.Equal(t, []string{"Validate"}, w.calls)
	require.Equal(t, workflows.Verdict{Problems: []workflows.Problem{{Field: "/login/name", Code: "login_taken", Message: "m"}}}, validate.value)
}

func TestOnboardAccount_RunsOnlyTheStepsOfItsPlan(t *testing.T) {
	t.Parallel()
	for _, plan := range onboarding.Plans {
		t.Run(fmt.Sprintf("%s_%s", plan.Kind, plan.AccountType), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.plan = plan.Steps
			if !plan.Has(onboarding.StepAwaitNetwork) {
				w.hour = 0
			}
			w.run()
			require.Equal(t, onboarding.StatusCompleted, w.result().Status)
			var want []string
			for _, step := range plan.Steps {
				if step != onboarding.StepAwaitNetwork {
					want = append(want, activities.Name(step))
				}
			}
			require.Equal(t, want, w.calls)
		})
	}
}

// Every step, failing in every way its row or the retry budget knows, parks with the
// reason, offers the actions of the domain, and goes on after a retry.
func TestOnboardAccount_EveryStepParksForEveryReasonAndGoesOn(t *testing.T) {
	t.Parallel()
	permanent := map[onboarding.Step][]onboarding.Reason{
		onboarding.StepCheckCoverage:  {onboarding.ReasonAddressNotFound, onboarding.ReasonCarrierRefused},
		onboarding.StepRegisterModule: {onboarding.ReasonModuleUnknown, onboarding.ReasonModuleAlreadyRegistered, onboarding.ReasonModuleNotOwned, onboarding.ReasonModuleSunset, onboarding.ReasonModuleInactive, onboarding.ReasonPanelUnsupported, onboarding.ReasonCarrierRefused},
		onboarding.StepCreateAccount:  {onboarding.ReasonLoginTaken, onboarding.ReasonAccountNumberTaken, onboarding.ReasonDealerSuspended},
		onboarding.StepApplyTemplate:  {onboarding.ReasonTemplateNotFound, onboarding.ReasonPanelUnsupported},
		onboarding.StepSendLetter:     {onboarding.ReasonLetterRenderFailed, onboarding.ReasonLetterFactsIncomplete, onboarding.ReasonRecipientRejected, onboarding.ReasonMessageRejected, onboarding.ReasonMailAuthFailed, onboarding.ReasonUnknownOutcome},
	}
	for step, reasons := range permanent {
		for _, reason := range reasons {
			t.Run(string(step)+"_"+string(reason), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				name := activities.Name(step)
				w.fail(name, string(reason))
				var parked workflows.Progress
				// An hour and a half in, every step has been reached.
				w.after(90*time.Minute, func() {
					parked = w.progress()
					require.Nil(t, w.decide(onboarding.ActionRetry).rejected)
				})
				w.run()
				require.Equal(t, onboarding.StatusCompleted, w.result().Status)
				require.Equal(t, onboarding.StatusParked, parked.Status)
				require.Equal(t, reason, parked.ParkReason)
				require.Equal(t, onboarding.AllowedActions(step, reason), parked.AllowedActions)
				require.Equal(t, 2, w.count(name), "a permanent fault is not retried by itself")
				require.Contains(t, w.kinds(), "parked")
				require.Contains(t, w.kinds(), "resumed")
			})
		}
	}
}

func TestOnboardAccount_RetriesTemporaryFaultsByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("CheckCoverage", "carrier_unavailable", "carrier_rate_limited")
	w.fail("RegisterModule", "carrier_timeout", "carrier_garbled", "carrier_unavailable")
	w.fail("CreateAccount", "store_unavailable")
	w.fail("SendLetter", "mail_server_unavailable", "mail_answer_lost")
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.NotContains(t, w.kinds(), "parked")
}

func TestOnboardAccount_ParksWhenTheRetryBudgetIsUsed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		step   onboarding.Step
		code   onboarding.Reason
		within time.Duration
	}{
		{onboarding.StepValidate, onboarding.ReasonStoreUnavailable, 5 * time.Minute},
		{onboarding.StepCheckCoverage, onboarding.ReasonCarrierUnavailable, 20 * time.Minute},
		{onboarding.StepRegisterModule, onboarding.ReasonCarrierRateLimited, 40 * time.Minute},
		{onboarding.StepCreateAccount, onboarding.ReasonStoreUnavailable, 40 * time.Minute},
		{onboarding.StepApplyTemplate, onboarding.ReasonStoreUnavailable, 40 * time.Minute},
		{onboarding.StepSendLetter, onboarding.ReasonMailServerUnavailable, 9 * time.Hour},
	} {
		t.Run(string(c.step), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			name := activities.Name(c.step)
			w.down(name, string(c.code))
			var parked workflows.Progress
			w.after(c.within, func() {
				parked = w.progress()
				w.up(name)
				require.Nil(t, w.decide(onboarding.ActionRetry).rejected)
			})
			w.run()
			require.Equal(t, onboarding.StatusCompleted, w.result().Status)
			require.Equal(t, onboarding.StatusParked, parked.Status)
			require.Equal(t, c.code, parked.ParkReason)
			require.Greater(t, w.count(name), 3)
		})
	}
}

func TestOnboardAccount_CoverageParksAndIsOverriddenWithAReason(t *testing.T) {
	t.Parallel()
	for _, reason := range []onboarding.Reason{onboarding.ReasonNoCoverage, onboarding.ReasonLowCoverage} {
		t.Run(string(reason), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.coverage = []onboarding.Reason{reason}
			w.after(time.Minute, func() { require.Nil(t, w.decide(onboarding.ActionOverride).rejected) })
			w.run()
			require.Equal(t, onboarding.StatusCompleted, w.result().Status)
			require.Equal(t, 1, w.count("CheckCoverage"), "an override does not ask again")
			overridden := w.transitions[slices.Index(w.kinds(), "overridden")]
			require.Equal(t, "user-1", overridden.By)
			require.Equal(t, "audit 1", overridden.Note)
			require.Equal(t, reason, overridden.Reason)
		})
	}
}

func TestOnboardAccount_CoverageIsAskedAgainAfterARetry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.coverage = []onboarding.Reason{onboarding.ReasonNoCoverage}
	w.after(time.Minute, func() { w.decide(onboarding.ActionRetry) })
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.Equal(t, 2, w.count("CheckCoverage"))
}

func TestOnboardAccount_AmendGoesOnWithTheNewRevision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("RegisterModule", "module_already_registered")
	w.after(time.Minute, func() {
		require.Nil(t, w.decide(onboarding.ActionAmend, func(d *workflows.Decision) { d.Revision = 2 }).rejected)
	})
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.Equal(t, []string{
		"Validate", "CheckCoverage", "RegisterModule", "RegisterModule:2", "CreateAccount:2", "ApplyTemplate:2", "SendLetter:2",
	}, w.calls)
}

func TestOnboardAccount_SkipsTemplateAndLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail("ApplyTemplate", "template_not_found")
	w.fail("SendLetter", "recipient_rejected")
	w.after(time.Minute, func() { require.Nil(t, w.decide(onboarding.ActionSkip).rejected) })
	w.after(2*time.Hour, func() { require.Nil(t, w.decide(onboarding.ActionSkip).rejected) })
	w.run()
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.Equal(t, 1, w.count("ApplyTemplate"))
	require.Equal(t, 1, w.count("SendLetter"))
	require.Equal(t, []string{"parked", "skipped", "waiting", "parked", "skipped", "completed"}, w.kinds())
}

func TestOnboardAccount_RunBegunAnewStartsAtItsRevision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ExecuteWorkflow(workflows.OnboardAccount, workflows.OnboardAccountInput{OnboardingID: id, Revision: 2})
	require.Equal(t, onboarding.StatusCompleted, w.result().Status)
	require.Equal(t, "RegisterModule:2", w.calls[2])
}
