package postgres_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

var _ scs.CtxStore = (*postgres.Sessions)(nil)

func TestSessions_OfOneSiteAreUnknownToTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, website := w.Sessions(onboarding.DoorPortal), w.Sessions(onboarding.DoorWebsite)
	require.NoError(t, portal.CommitCtx(t.Context(), "token", []byte("data"), time.Now().Add(time.Hour)))
	data, found, err := portal.FindCtx(t.Context(), "token")
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, []byte("data"), data)
	_, found, err = website.FindCtx(t.Context(), "token")
	require.NoError(t, err)
	require.False(t, found)

	require.NoError(t, website.DeleteCtx(t.Context(), "token"))
	require.NoError(t, portal.CommitCtx(t.Context(), "token", []byte("more"), time.Now().Add(time.Hour)))
	data, _, err = portal.FindCtx(t.Context(), "token")
	require.NoError(t, err)
	require.Equal(t, []byte("more"), data)
	require.NoError(t, portal.DeleteCtx(t.Context(), "token"))
	_, found, err = portal.FindCtx(t.Context(), "token")
	require.NoError(t, err)
	require.False(t, found)
}

func TestSessions_ExpireAndAreTakenAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sessions := w.Sessions(onboarding.DoorPortal)
	for _, token := range []string{"old", "older"} {
		require.NoError(t, sessions.CommitCtx(t.Context(), token, []byte("data"), time.Now().Add(-time.Minute)))
	}
	_, found, err := sessions.FindCtx(t.Context(), "old")
	require.NoError(t, err)
	require.False(t, found)
	require.NoError(t, sessions.CommitCtx(t.Context(), "new", []byte("data"), time.Now().Add(time.Hour)))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM sessions`))
}

func TestSessions_CarryAManagersSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	manager := scs.New()
	manager.Store, manager.HashTokenInStore = w.Sessions(onboarding.DoorPortal), true
	server := httptest.NewServer(manager.LoadAndSave(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		manager.Put(r.Context(), "visits", manager.GetInt(r.Context(), "visits")+1)
	})))
	t.Cleanup(server.Close)
	first, err := server.Client().Get(server.URL)
	require.NoError(t, err)
	require.NoError(t, first.Body.Close())
	require.Equal(t, http.StatusOK, first.StatusCode)
	cookie := first.Cookies()[0]
	require.Zero(t, w.count(`SELECT count(*) FROM sessions WHERE token LIKE '%' || $1 || '%'`, cookie.Value), "a token is kept hashed")

	loaded, err := manager.Load(t.Context(), cookie.Value)
	require.NoError(t, err)
	require.Equal(t, 1, manager.GetInt(loaded, "visits"))
}
