package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres/postgrestest"
)

const soon = 10 * time.Second

func requireWoken(t *testing.T, wake <-chan struct{}) {
	t.Helper()
	select {
	case _, open := <-wake:
		require.True(t, open)
	case <-time.After(soon):
		t.Fatal("nobody was woken")
	}
}

func TestWatch_WakesForEventsOfOtherProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submitted(w.johnDoe(w.modules[0]).Answers)
	elsewhere := postgrestest.OpenAt(t, w.url)
	wake, err := w.Watch(t.Context(), id)
	require.NoError(t, err)
	requireWoken(t, wake) // it listens now

	_, _, err = elsewhere.BeginStep(t.Context(), keyOf(id, onboarding.StepValidate))
	require.NoError(t, err)
	requireWoken(t, wake)
}

func TestWatch_SurvivesALostConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submitted(w.johnDoe(w.modules[0]).Answers)
	wake, err := w.Watch(t.Context(), id)
	require.NoError(t, err)
	requireWoken(t, wake)

	_, err = w.conn.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN onboarding_events' AND datname = current_database()`)
	require.NoError(t, err)
	requireWoken(t, wake) // whatever happened meanwhile
	w.begin(id, onboarding.StepValidate)
	requireWoken(t, wake)
}

func TestWatch_EndsWithItsContextAndWithTheStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := postgrestest.OpenAt(t, w.url)
	ctx, cancel := context.WithCancel(t.Context())
	first, err := store.Watch(ctx, newID())
	require.NoError(t, err)
	second, err := store.Watch(t.Context(), newID())
	require.NoError(t, err)

	cancel()
	requireClosed(t, first)
	store.Close()
	requireClosed(t, second)
	late, err := store.Watch(t.Context(), newID())
	require.NoError(t, err)
	requireClosed(t, late)
}

func requireClosed(t *testing.T, wake <-chan struct{}) {
	t.Helper()
	deadline := time.After(soon)
	for {
		select {
		case _, open := <-wake:
			if !open {
				return
			}
		case <-deadline:
			t.Fatal("the watch goes on")
		}
	}
}
