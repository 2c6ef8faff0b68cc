package dealing_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

func TestSignIn_OpensASessionInAnyCaseOfTheName(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	for _, name := range []string{"office", "OFFICE", "  Office "} {
		session, fault, err := p.SignIn(t.Context(), name, password)
		require.NoError(t, err)
		require.Zero(t, fault, name)
		user, err := p.UserOf(t.Context(), session)
		require.NoError(t, err)
		require.Equal(t, onboarding.Actor{
			UserID: p.office.UserID, DealerID: p.dealerID, Role: onboarding.RoleOffice, Dealers: []string{p.dealerID, p.branchID},
		}, user.Actor)
		require.Equal(t, "Sample Dealer", user.DealerName)
	}
	operator := p.signedIn("ops")
	require.True(t, operator.SeesAll())
	require.Empty(t, operator.DealerID)
}

func TestSignIn_TellsNobodyWhichNamesExist(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	p.made(p.store.CreateUser(t.Context(), postgres.NewUser{DealerID: p.dealerID, Role: onboarding.RoleOffice, LoginName: "keyonly"}))
	answers := map[string][]onboarding.Fault{}
	for _, name := range []string{"office", "nobody", "keyonly", "x\x00y", strings.Repeat("n", 5000)} {
		for range 7 {
			session, fault, err := p.SignIn(t.Context(), name, "wrong")
			require.NoError(t, err)
			require.Zero(t, session)
			answers[name] = append(answers[name], fault)
		}
	}
	for name, faults := range answers {
		require.Equal(t, answers["nobody"], faults, "%.10q", name)
	}
	codes := []string{}
	for _, fault := range answers["office"] {
		codes = append(codes, fault.Code)
		require.NotEmpty(t, fault.Message)
	}
	require.Equal(t, []string{"wrong_credentials", "wrong_credentials", "wrong_credentials", "wrong_credentials", "locked", "locked", "locked"}, codes)
}

func TestSignIn_IsLockedForAQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	for range 8 {
		_, _, err := p.SignIn(t.Context(), "office", "wrong")
		require.NoError(t, err)
	}
	_, fault, err := p.SignIn(t.Context(), "office", password)
	require.NoError(t, err)
	require.Equal(t, "locked", fault.Code)
	require.Contains(t, fault.Message, "15 minutes")

	p.exec(`UPDATE sign_in_attempts SET last_at = last_at - interval '15 minutes'`)
	p.signedIn("office")
	require.Zero(t, p.count(`SELECT count(*) FROM sign_in_attempts`))
}

func TestSignIn_StartsToCountAnewAfterASuccess(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	for range 3 {
		for range 4 {
			_, fault, err := p.SignIn(t.Context(), "office", "wrong")
			require.NoError(t, err)
			require.Equal(t, "wrong_credentials", fault.Code)
		}
		p.signedIn("office")
	}
}

func TestSignIn_CountsGuessesThatComeAllAtOnce(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	var wait sync.WaitGroup
	var looked atomic.Int64
	for range 30 {
		wait.Go(func() {
			_, fault, err := p.SignIn(t.Context(), "office", "wrong")
			if err != nil {
				t.Error(err)
			}
			if fault.Code == "wrong_credentials" {
				looked.Add(1)
			}
		})
	}
	wait.Wait()
	require.EqualValues(t, 4, looked.Load())
}

func TestSignIn_IsAuditedWithoutWhatWasTyped(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	for _, name := range []string{"office", "My-Secret-Password"} {
		_, _, err := p.SignIn(t.Context(), name, "another secret")
		require.NoError(t, err)
	}
	require.NoError(t, p.SignOut(t.Context(), p.office))
	lines, err := p.AuditTrail(t.Context(), p.office, p.office.UserID)
	require.NoError(t, err)
	actions := []string{}
	for _, line := range lines {
		actions = append(actions, line.Action+" "+line.ByName)
	}
	require.Equal(t, []string{"portal.sign_out Olivia office", "portal.sign_in_failed ", "portal.sign_in Olivia office"}, actions)
	require.Equal(t, 1, p.count(`SELECT count(*) FROM audit WHERE action = 'portal.sign_in_failed' AND object_id = '' AND user_id IS NULL`))
	require.Zero(t, p.count(`SELECT count(*) FROM audit a WHERE a::text ILIKE '%secret%'`))
	require.Zero(t, p.count(`SELECT count(*) FROM sign_in_attempts a WHERE a::text ILIKE '%secret%'`))
}

func TestUserOf_EndsTheSessionOfWhoMayNotComeAnyMore(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"disabled":     `UPDATE users SET disabled_at = now() WHERE login_name = 'office'`,
		"new password": `UPDATE users SET password_hash = 'another' WHERE login_name = 'office'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := openPortal(t)
			session, _, err := p.SignIn(t.Context(), "office", password)
			require.NoError(t, err)
			p.exec(change)
			_, err = p.UserOf(t.Context(), session)
			require.ErrorIs(t, err, dealing.ErrUnauthenticated)
		})
	}
	p := openPortal(t)
	for _, session := range []dealing.Session{{}, {UserID: uuid.NewString()}, {UserID: "x", DealerID: "y"}, {UserID: p.office.UserID, DealerID: p.otherID}} {
		_, err := p.UserOf(t.Context(), session)
		require.ErrorIs(t, err, dealing.ErrUnauthenticated)
	}
}

func TestUserOf_TakesARoleThatChangedAtOnce(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	session, _, err := p.SignIn(t.Context(), "office", password)
	require.NoError(t, err)
	p.exec(`UPDATE users SET role = 'technician' WHERE login_name = 'office'`)
	user, err := p.UserOf(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, onboarding.RoleTechnician, user.Role)
}

func TestSwitchDealer_ActsForLinkedDealersAlone(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	linked := p.dealer("Linked Dealer", "")
	linkedBranch := p.dealer("Linked Branch", linked)
	require.NoError(t, p.store.LinkDealer(t.Context(), p.office.UserID, linked))
	dealers, err := p.DealersOf(t.Context(), p.office)
	require.NoError(t, err)
	require.Equal(t, []dealing.NamedID{{ID: p.dealerID, Name: "Sample Dealer"}, {ID: linked, Name: "Linked Dealer"}}, dealers)

	session, _, err := p.SignIn(t.Context(), "office", password)
	require.NoError(t, err)
	switched, err := p.SwitchDealer(t.Context(), session, linked)
	require.NoError(t, err)
	user, err := p.UserOf(t.Context(), switched)
	require.NoError(t, err)
	require.Equal(t, linked, user.DealerID)
	require.Equal(t, []string{linked, linkedBranch}, user.Dealers)
	require.Equal(t, "Linked Dealer", user.DealerName)
	back, err := p.SwitchDealer(t.Context(), switched, p.dealerID)
	require.NoError(t, err)
	require.Equal(t, session, back)

	for _, foreign := range []string{p.otherID, p.branchID, uuid.NewString(), "x", ""} {
		_, err := p.SwitchDealer(t.Context(), session, foreign)
		require.ErrorIs(t, err, dealing.ErrNotFound, foreign)
	}
	p.exec(`DELETE FROM user_dealers`)
	_, err = p.UserOf(t.Context(), switched)
	require.ErrorIs(t, err, dealing.ErrUnauthenticated)
}

func TestArgon2id_TakesTheSameTimeForNobody(t *testing.T) {
	t.Parallel()
	passwords := dealing.NewArgon2id(1, 32*1024)
	hash, err := passwords.Hash(t.Context(), password)
	require.NoError(t, err)
	timed := func(hash string) time.Duration {
		best := time.Hour
		for range 5 {
			began := time.Now()
			matches, err := passwords.Matches(t.Context(), "wrong", hash)
			require.NoError(t, err)
			require.False(t, matches)
			best = min(best, time.Since(began))
		}
		return best
	}
	somebody, nobody := timed(hash), timed("")
	require.Greater(t, nobody, somebody/4)
	matches, err := passwords.Matches(t.Context(), password, hash)
	require.NoError(t, err)
	require.True(t, matches)
}
