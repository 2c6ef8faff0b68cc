package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/postgres/postgrestest"
)

// secret stands for everything personal: it must not be found in any error's text.
const secret = "Secret4711"

func TestErrors_HoldNoValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dealer := onboarding.Dealer{Name: "Dealer", TimeZone: "UTC", Colour: secret}
	user := postgres.NewUser{DealerID: w.dealer, Role: onboarding.RoleOffice, LoginName: secret}
	w.made(w.CreateUser(t.Context(), user))
	application := w.johnDoe(w.modules[0])
	application.Answers.Login.Name, application.Answers.Customer.Email = secret, secret+"@example.com"
	application.Answers.Customer.FirstName = secret
	w.accepted(application)
	application.ModuleID = w.modules[1].ID
	id := w.submitted(application.Answers)

	attempts := map[string]func() error{
		"23514 dealers_colour_check": func() error {
			_, err := w.CreateDealer(t.Context(), postgres.NewDealer{Dealer: dealer})
			return err
		},
		"23514 users_dealer": func() error {
			_, err := w.CreateUser(t.Context(), postgres.NewUser{DealerID: w.dealer, Role: secret, LoginName: "x"})
			return err
		},
		"23503 users_dealer_id_fkey": func() error {
			_, err := w.CreateUser(t.Context(), postgres.NewUser{DealerID: newID(), Role: onboarding.RoleOffice, LoginName: secret + "2"})
			return err
		},
		"23514 modules_serial_check": func() error {
			return w.AddModules(t.Context(), []postgres.NewModule{{Module: onboarding.Module{
				Serial: secret, Network: "AT&T", PanelTypes: []string{"simon_xt"}, DefaultPathway: "cell", Pathways: []string{"cell"},
			}}})
		},
		"22P05": func() error { // NUL has no place in jsonb
			nul := application
			nul.Answers.Login.Name, nul.Answers.Customer.LastName = "FreeName", secret+"\x00"
			return w.Accept(t.Context(), keyOf(id, onboarding.StepValidate), nul, nil)
		},
		"22P02": func() error {
			return w.FinishStep(t.Context(), keyOf(id, onboarding.StepValidate), []byte(secret))
		},
		"login_taken": func() error {
			_, err := w.CreateUser(t.Context(), user)
			return errors.Join(err, w.Accept(t.Context(), keyOf(id, onboarding.StepValidate), application, nil))
		},
		"not found": func() error {
			_, err := w.Onboarding(t.Context(), nil, secret)
			return err
		},
	}
	for want, attempt := range attempts {
		err := attempt()
		require.ErrorContains(t, err, want)
		for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err)} {
			require.NotContains(t, text, secret, want)
		}
	}
}

func TestErrors_TellAnOutageFromABug(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var fault *postgres.Error
	_, err := w.CreateUser(t.Context(), postgres.NewUser{Role: "nobody", LoginName: "x"})
	require.ErrorAs(t, err, &fault)
	require.Equal(t, onboarding.ReasonInternal, fault.Reason)

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = w.Dealer(cancelled, w.dealer)
	require.ErrorAs(t, err, &fault)
	require.Equal(t, onboarding.ReasonStoreUnavailable, fault.Reason)
	require.ErrorIs(t, err, context.Canceled)

	store := postgrestest.OpenAt(t, w.url)
	store.Close()
	_, err = store.Dealer(t.Context(), w.dealer)
	require.Error(t, err)
}

func TestOpen_RefusesInASentenceWithoutThePassword(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"not a URL":    "postgres://user:" + secret + "@host:port/db",
		"unreachable":  "postgres://user:" + secret + "@127.0.0.1:1/db",
		"wrong domain": "postgres://user:" + secret + "@nowhere.invalid/db",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		_, err := postgres.Open(ctx, url)
		cancel()
		require.Error(t, err, name)
		for ; err != nil; err = errors.Unwrap(err) {
			require.False(t, strings.Contains(err.Error(), secret), name)
		}
	}
}
