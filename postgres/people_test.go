package postgres_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

func TestActorByAPIKey_ScopesToOwnLinkedAndSubDealers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := func(name, parent string) string {
		return w.made(w.CreateDealer(t.Context(), postgres.NewDealer{ParentID: parent, Dealer: onboarding.Dealer{Name: name, TimeZone: "UTC"}}))
	}
	branch := sub("B branch", w.dealer)
	twig := sub("C twig", branch)
	linked := w.newDealer("D linked")
	linkedBranch := sub("E linked branch", linked)
	w.newDealer("F stranger")
	require.NoError(t, w.LinkDealer(t.Context(), w.user, linked))
	w.made(w.CreateAPIKey(t.Context(), postgres.NewAPIKey{UserID: w.user, Key: "lk_abcdefgh_secret", Label: "CRM"}))

	actor, err := w.ActorByAPIKey(t.Context(), sha256.Sum256([]byte("lk_abcdefgh_secret")))
	require.NoError(t, err)
	require.Equal(t, onboarding.Actor{
		UserID: w.user, DealerID: w.dealer, Role: onboarding.RoleOffice,
		Dealers: []string{w.dealer, branch, twig, linked, linkedBranch},
	}, actor)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM api_keys WHERE prefix = 'lk_abcdefgh' AND last_used_at IS NOT NULL`))
}

func TestActorByAPIKey_OfAnOperatorHasNoDealer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ops := w.made(w.CreateUser(t.Context(), postgres.NewUser{Role: onboarding.RoleOperator, LoginName: "ops"}))
	w.made(w.CreateAPIKey(t.Context(), postgres.NewAPIKey{UserID: ops, Key: "lk_ops"}))
	actor, err := w.ActorByAPIKey(t.Context(), sha256.Sum256([]byte("lk_ops")))
	require.NoError(t, err)
	require.True(t, actor.SeesAll())
	require.Empty(t, actor.DealerID)
	require.Empty(t, actor.Dealers)
}

func TestActorByAPIKey_RefusesWhatIsNoLongerGood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.made(w.CreateAPIKey(t.Context(), postgres.NewAPIKey{UserID: w.user, Key: "lk_expired", Expires: time.Now().Add(-time.Minute)}))
	revoked := w.made(w.CreateAPIKey(t.Context(), postgres.NewAPIKey{UserID: w.user, Key: "lk_revoked"}))
	require.NoError(t, w.RevokeAPIKey(t.Context(), revoked))
	for _, key := range []string{"lk_expired", "lk_revoked", "lk_unknown"} {
		_, err := w.ActorByAPIKey(t.Context(), sha256.Sum256([]byte(key)))
		require.ErrorIs(t, err, onboarding.ErrNotFound, key)
	}
}

func TestReps_AreFoundByTheBeginningOfAName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, user := range []postgres.NewUser{
		{LoginName: "sroberts", FirstName: "Sam", LastName: "Roberts", SalesRep: true},
		{LoginName: "itaylor", FirstName: "Iris", LastName: "Taylor", InstallerRep: true},
		{LoginName: "clerk", FirstName: "Sara", LastName: "Clerk"},
	} {
		user.DealerID, user.Role = w.dealer, onboarding.RoleOffice
		w.made(w.CreateUser(t.Context(), user))
	}
	for query, want := range map[string][]string{
		"": {"sroberts", "itaylor"}, "rob": {"sroberts"}, "IRIS": {"itaylor"}, "itay": {"itaylor"}, "clerk": nil, "%": nil,
	} {
		reps, err := w.Reps(t.Context(), w.dealer, query)
		require.NoError(t, err)
		var got []string
		for _, rep := range reps {
			got = append(got, rep.LoginName)
		}
		require.Equal(t, want, got, query)
	}
}

func TestDealer_IsReadAsItWasCreated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dealer := onboarding.Dealer{
		Name: "Fine Dealer", SupportEmail: "support@fine.example.com", SupportPhone: "+1 571 555 0199", MailFrom: "welcome@fine.example.com",
		NoticeEmail: "office@fine.example.com", WebsiteURL: "https://fine.example.com", Colour: "#1f6feb", Logo: []byte("png"), TimeZone: "America/Denver",
	}
	dealer.ID = w.made(w.CreateDealer(t.Context(), postgres.NewDealer{Dealer: dealer}))
	read, err := w.Dealer(t.Context(), dealer.ID)
	require.NoError(t, err)
	require.Equal(t, dealer, read)
	_, err = w.Dealer(t.Context(), newID())
	require.ErrorIs(t, err, onboarding.ErrNotFound)

	id := w.submitted(w.johnDoe(w.modules[0]).Answers)
	of, err := w.DealerOf(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, w.dealer, of.ID)
}

func TestAudit_IsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, err := w.Audit(t.Context(), onboarding.AuditEntry{
		UserID: w.user, DealerID: w.dealer, Action: "onboarding.decide.retry", ObjectID: "o", Reason: "carrier is back", Request: "r-1",
	})
	require.NoError(t, err)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit WHERE id = $1 AND reason = 'carrier is back' AND request = 'r-1'`, id))
}
