package postgres_test

import (
	"crypto/sha256"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

const issuer = "https://login.example.com"

func keptAttempt(state, browser string, life time.Duration) onboarding.KeptOpenIDAttempt {
	return onboarding.KeptOpenIDAttempt{
		State: sha256.Sum256([]byte(state)), Browser: sha256.Sum256([]byte(browser)), Nonce: "nonce", Verifier: "verifier", Next: "/to-do",
		Expires: time.Now().Add(life),
	}
}

func TestOpenIDAttempt_IsGoodOnceInItsBrowserAndForAWhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine := keptAttempt("mine", "here", time.Minute)
	late := keptAttempt("late", "here", -time.Minute)
	require.NoError(t, w.KeepOpenIDAttempt(t.Context(), late))
	_, err := w.TakeOpenIDAttempt(t.Context(), late.State, late.Browser)
	require.ErrorIs(t, err, onboarding.ErrNotFound)

	require.NoError(t, w.KeepOpenIDAttempt(t.Context(), keptAttempt("older", "here", -time.Hour)))
	require.NoError(t, w.KeepOpenIDAttempt(t.Context(), mine))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM openid_attempts`), "expired ones go by themselves")
	_, err = w.TakeOpenIDAttempt(t.Context(), mine.State, sha256.Sum256([]byte("elsewhere")))
	require.ErrorIs(t, err, onboarding.ErrNotFound)

	var taken atomic.Int64
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if got, err := w.TakeOpenIDAttempt(t.Context(), mine.State, mine.Browser); err == nil && got.Next == "/to-do" {
				taken.Add(1)
			}
		})
	}
	wait.Wait()
	require.EqualValues(t, 1, taken.Load())
}

func TestLinkIdentity_LinksOneUserToOneSubject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tina := w.made(w.CreateUser(t.Context(), postgres.NewUser{DealerID: w.dealer, Role: onboarding.RoleTechnician, LoginName: "tina", Email: "Tina@example.com"}))
	identity := onboarding.Identity{Issuer: issuer, Subject: "s-1", Email: "tina@EXAMPLE.com", EmailVerified: true}
	entry := onboarding.AuditEntry{UserID: tina, Action: "portal.link_identity", ObjectID: tina}
	other := identity
	other.Email = "other@example.com"
	require.ErrorIs(t, w.LinkIdentity(t.Context(), tina, other, entry), onboarding.ErrNotFound)

	var linked atomic.Int64
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if w.LinkIdentity(t.Context(), tina, identity, entry) == nil {
				linked.Add(1)
			}
		})
	}
	wait.Wait()
	require.EqualValues(t, 1, linked.Load())
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit WHERE action = 'portal.link_identity'`))
	second := identity
	second.Subject = "s-2"
	require.ErrorIs(t, w.LinkIdentity(t.Context(), tina, second, entry), onboarding.ErrNotFound)

	user, err := w.UserByIdentity(t.Context(), issuer, "s-1")
	require.NoError(t, err)
	require.Equal(t, tina, user.UserID)
	require.Equal(t, w.dealer, user.DealerID)
	for _, who := range [][2]string{{issuer, "s-2"}, {"https://other.example.com", "s-1"}, {issuer, "S-1"}} {
		_, err := w.UserByIdentity(t.Context(), who[0], who[1])
		require.ErrorIs(t, err, onboarding.ErrNotFound)
	}
	stands, err := w.IdentityStands(t.Context(), w.user, user.IdentityID, issuer)
	require.NoError(t, err)
	require.False(t, stands, "another user's")
}

func TestLinkIdentity_LinksNobodyWhoSharesTheAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tina := w.made(w.CreateUser(t.Context(), postgres.NewUser{DealerID: w.dealer, Role: onboarding.RoleTechnician, LoginName: "tina", Email: "tina@example.com"}))
	w.made(w.SetEmail(t.Context(), "OFFICE", "TINA@example.com"))
	identity := onboarding.Identity{Issuer: issuer, Subject: "s-1", Email: "tina@example.com"}
	holders, err := w.UsersByEmail(t.Context(), "tina@example.com", issuer)
	require.NoError(t, err)
	require.Len(t, holders, 2)
	require.ErrorIs(t, w.LinkIdentity(t.Context(), tina, identity, onboarding.AuditEntry{Action: "test"}), onboarding.ErrNotFound)
	none, err := w.UsersByEmail(t.Context(), "", issuer)
	require.NoError(t, err)
	require.Empty(t, none, "to have none is not to share it")
}

func TestAdminSignIn_IsAboutEnabledUsersAndLeavesALine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Equal(t, w.user, w.made(w.SetEmail(t.Context(), "Office", "office@example.com")))
	require.Equal(t, w.user, w.made(w.LetInWithPassword(t.Context(), "office", "hash", time.Now().Add(time.Hour))))
	user, err := w.UserByLogin(t.Context(), "office")
	require.NoError(t, err)
	require.True(t, user.MustChange)
	require.WithinDuration(t, time.Now().Add(time.Hour), user.PasswordUntil, time.Minute)
	require.Equal(t, w.user, w.made(w.LinkUser(t.Context(), "office", issuer, "s-1")))
	for _, again := range [][2]string{{issuer, "s-1"}, {issuer, "s-2"}} {
		_, err := w.LinkUser(t.Context(), "office", again[0], again[1])
		require.ErrorIs(t, err, onboarding.ErrNotFound)
	}
	w.made(w.LinkUser(t.Context(), "office", "https://other.example.com", "s-1"))
	require.Equal(t, w.user, w.made(w.UnlinkUser(t.Context(), "office")))
	_, err = w.UnlinkUser(t.Context(), "office")
	require.ErrorIs(t, err, onboarding.ErrNotFound)
	require.Equal(t, 5, w.count(`SELECT count(*) FROM audit WHERE action LIKE 'admin.%' AND object_id = $1 AND dealer_id = $2`, w.user, w.dealer))

	_, err = w.conn.Exec(t.Context(), `UPDATE users SET disabled_at = now()`)
	require.NoError(t, err)
	for _, login := range []string{"office", "nobody"} {
		_, err := w.LetInWithPassword(t.Context(), login, "hash", time.Now())
		require.ErrorIs(t, err, onboarding.ErrNotFound)
		_, err = w.SetEmail(t.Context(), login, "x@example.com")
		require.ErrorIs(t, err, onboarding.ErrNotFound)
		_, err = w.LinkUser(t.Context(), login, issuer, "s-9")
		require.ErrorIs(t, err, onboarding.ErrNotFound)
	}
}
