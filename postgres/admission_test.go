package postgres_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

func TestAccept_StoresTheApplicationAndHoldsWhatItNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	application := w.johnDoe(w.modules[0])
	application.Answers.Customer.Operations.AlternateID = "CRM-1"
	id := w.accepted(application)

	stored, err := w.Application(t.Context(), id, 1)
	require.NoError(t, err)
	require.Equal(t, application, stored)

	row := w.row(id)
	require.Equal(t, onboarding.StatusActive, row.Status)
	require.Equal(t, onboarding.StepDone, timeline(t, row, onboarding.StepValidate).Status)
	module, err := w.Module(t.Context(), w.dealer, w.modules[0].Serial)
	require.NoError(t, err)
	require.Equal(t, onboarding.ModuleHeld, module.State)
	name := strings.ToLower(application.Answers.Login.Name)
	taken, err := w.TakenLoginNames(t.Context(), []string{name, "free"})
	require.NoError(t, err)
	require.Equal(t, map[string]bool{name: true}, taken)
}

func TestAccept_IsAllOrNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.johnDoe(w.modules[0])
	first.Answers.Customer.Operations.AlternateID = "CRM-1"
	w.accepted(first)
	otherDealer := w.newDealer("Other Dealer")

	cases := map[string]struct {
		change func(*onboarding.Application)
		field  string
		reason onboarding.Reason
	}{
		"login of another, in another case": {
			func(a *onboarding.Application) { a.Answers.Login.Name = strings.ToUpper(first.Answers.Login.Name) },
			"/login/name", onboarding.ReasonLoginTaken,
		},
		"module held by another": {
			func(a *onboarding.Application) { a.ModuleID = w.modules[0].ID },
			"/system/module", onboarding.ReasonModuleHeld,
		},
		"module in use": {
			func(a *onboarding.Application) { a.ModuleID = w.opened(w.johnDoe(w.modules[2])).ModuleID },
			"/system/module", onboarding.ReasonModuleInUse,
		},
		"module of another dealer": {
			func(a *onboarding.Application) {
				a.ModuleID = w.addModule("4199999991", func(m *postgres.NewModule) { m.DealerID = otherDealer }).ID
			},
			"/system/module", onboarding.ReasonModuleNotOwned,
		},
		"retired module": {
			func(a *onboarding.Application) {
				a.ModuleID = w.addModule("4199999992", func(m *postgres.NewModule) { m.RetiredAt = time.Now() }).ID
			},
			"/system/module", onboarding.ReasonModuleInactive,
		},
		"alternate ID of another": {
			func(a *onboarding.Application) { a.Answers.Customer.Operations.AlternateID = "CRM-1" },
			"/customer/operations/alternate_id", onboarding.ReasonAlternateIDTaken,
		},
	}
	for name, c := range cases {
		application := w.johnDoe(w.modules[1])
		c.change(&application)
		id := w.submitted(application.Answers)
		w.begin(id, onboarding.StepValidate)
		err := w.Accept(t.Context(), keyOf(id, onboarding.StepValidate), application, nil)
		requireConflict(t, err, c.field, c.reason)

		require.Equal(t, onboarding.StatusSubmitted, w.row(id).Status, name)
		_, err = w.Application(t.Context(), id, 1)
		require.ErrorIs(t, err, onboarding.ErrNotFound, name)
		require.Zero(t, w.count(`SELECT count(*) FROM logins WHERE onboarding_id = $1`, id), name)
		require.Zero(t, w.count(`SELECT count(*) FROM modules WHERE onboarding_id = $1`, id), name)
	}
}

func TestAccept_OfARaceHasOneWinner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	races := map[string]func(*onboarding.Application){
		"module": func(a *onboarding.Application) { a.ModuleID = w.modules[0].ID },
		"login":  func(a *onboarding.Application) { a.ModuleID, a.Answers.Login.Name = "", "OnlyOne" },
	}
	for name, same := range races {
		var (
			wait sync.WaitGroup
			mu   sync.Mutex
			won  int
			lost []error
		)
		for range 10 {
			application := w.johnDoe(w.modules[0])
			same(&application)
			id := w.submitted(application.Answers)
			wait.Go(func() {
				err := w.Accept(t.Context(), keyOf(id, onboarding.StepValidate), application, nil)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else {
					lost = append(lost, err)
				}
			})
		}
		wait.Wait()
		require.Equal(t, 1, won, name)
		require.Len(t, lost, 9, name)
		for _, err := range lost {
			var conflict *onboarding.Conflict
			require.ErrorAs(t, err, &conflict, name)
		}
	}
}

func TestReject_ClosesWithItsProblemsAndHoldsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submitted(w.johnDoe(w.modules[0]).Answers)
	key := keyOf(id, onboarding.StepValidate)
	w.begin(id, key.Step)
	problems := onboarding.Problems{{Field: "/system/module", Code: "module_unknown", Message: "No module with this number is known."}}
	for range 2 {
		require.NoError(t, w.Reject(t.Context(), key, problems, []byte(`{}`)))
	}
	// The workflow tells the end as well: it is the same one.
	require.NoError(t, w.RecordTransition(t.Context(), "run", onboarding.Transition{
		OnboardingID: id, No: 1, Kind: onboarding.EventRejected, Status: onboarding.StatusRejected, At: time.Now(),
	}))

	row := w.row(id)
	require.Equal(t, onboarding.StatusRejected, row.Status)
	require.Equal(t, problems, row.Problems)
	require.Equal(t, []onboarding.EventKind{
		onboarding.EventSubmitted, onboarding.EventStepStarted, onboarding.EventStepDone, onboarding.EventRejected,
	}, w.kinds(id))
}

func TestRelease_FreesLoginAndModule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	application := w.johnDoe(w.modules[0])
	id := w.accepted(application)
	undo := keyOf(id, onboarding.UndoValidate)
	w.begin(id, undo.Step)
	for range 2 {
		require.NoError(t, w.Release(t.Context(), undo))
	}
	w.accepted(application) // somebody else can have both
}

func TestRelease_LeavesAnOpenAccountWhatIsIts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.opened(w.johnDoe(w.modules[0]))
	require.NoError(t, w.Release(t.Context(), keyOf(account.OnboardingID, onboarding.UndoValidate)))
	same, err := w.AccountOf(t.Context(), account.OnboardingID)
	require.NoError(t, err)
	require.Equal(t, account, same)
	module, err := w.Module(t.Context(), w.dealer, w.modules[0].Serial)
	require.NoError(t, err)
	require.Equal(t, onboarding.ModuleInUse, module.State)
}

func TestAmend_MovesLoginAndModule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	application := w.johnDoe(w.modules[0])
	id := w.accepted(application)
	was := application

	application.ModuleID, application.Answers.Login.Name = w.modules[1].ID, "JohnADoe"
	application.Revision = 2
	typed := application.Answers
	typed.Login.Name = " JohnADoe "
	revision, err := w.Amend(t.Context(), id, 1, w.user, typed, application)
	require.NoError(t, err)
	require.Equal(t, 2, revision)

	stored, err := w.Application(t.Context(), id, 2)
	require.NoError(t, err)
	require.Equal(t, application, stored)
	latest, answers, err := w.LatestAnswers(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, 2, latest)
	require.Equal(t, typed, answers)
	require.Equal(t, 2, w.row(id).Revision)
	require.Contains(t, w.kinds(id), onboarding.EventAmended)
	w.accepted(was) // what the first revision held is free again

	_, err = w.Amend(t.Context(), id, 1, w.user, typed, application)
	require.ErrorIs(t, err, onboarding.ErrStale)
}

func TestAmend_ThatCannotHaveItsLoginChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.johnDoe(w.modules[0]), w.johnDoe(w.modules[1])
	w.accepted(first)
	id := w.accepted(second)

	amended := second
	amended.ModuleID, amended.Answers.Login.Name = w.modules[2].ID, first.Answers.Login.Name
	_, err := w.Amend(t.Context(), id, 1, w.user, amended.Answers, amended)
	requireConflict(t, err, "/login/name", onboarding.ReasonLoginTaken)
	latest, _, err := w.LatestAnswers(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, 1, latest)
	module, err := w.Module(t.Context(), w.dealer, w.modules[2].Serial)
	require.NoError(t, err)
	require.Equal(t, onboarding.ModuleAvailable, module.State)
}

func TestAmend_TheAccountFollows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	application := w.johnDoe(w.modules[0])
	account := w.opened(application)
	application.Answers.Customer.Email, application.Answers.Customer.Language = "j.doe@example.com", "es"
	application.Answers.Login.Name = "NewLogin"
	_, err := w.Amend(t.Context(), account.OnboardingID, 1, w.user, application.Answers, application)
	require.NoError(t, err)

	account.Email, account.Language, account.LoginName = "j.doe@example.com", "es", "NewLogin"
	followed, err := w.Account(t.Context(), []string{w.dealer}, account.ID)
	require.NoError(t, err)
	require.Equal(t, account, followed)
}
