package main

import (
	"bytes"
	"encoding/base64"
	"io"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/postgres/postgrestest"
)

// secretOf is a secret as it is configured, and its bytes.
func secretOf(letter string) (configured string, key []byte) {
	key = bytes.Repeat([]byte(letter), 32)
	return base64.StdEncoding.EncodeToString(key), key
}

type rootWorld struct {
	t     *testing.T
	url   string
	store *postgres.Store
}

func newRootWorld(t *testing.T) rootWorld {
	t.Helper()
	url := postgrestest.URL(t)
	return rootWorld{t, url, postgrestest.OpenAt(t, url)}
}

func (w rootWorld) try(secret, previous string) (roots, string, error) {
	w.t.Helper()
	var log bytes.Buffer
	opened, err := secretSettings{secret, previous}.roots(w.t.Context(), w.store, slog.New(slog.NewTextHandler(&log, nil)))
	return opened, log.String(), err
}

func (w rootWorld) roots(secret, previous string) roots {
	w.t.Helper()
	opened, _, err := w.try(secret, previous)
	require.NoError(w.t, err)
	return opened
}

func (w rootWorld) giveOutASecret() {
	w.t.Helper()
	demo, err := w.store.LoadDemo(w.t.Context(), postgres.DemoSecrets{})
	require.NoError(w.t, err)
	require.NoError(w.t, w.store.AddWebhookEndpoint(w.t.Context(), onboarding.WebhookEndpoint{
		ID: uuid.NewString(), DealerID: demo.Dealer.ID, URL: "https://crm.example.com",
	}, onboarding.AuditEntry{Action: "test"}))
}

func TestRoots_AreDrawnOnceForANewInstallation(t *testing.T) {
	t.Parallel()
	w := newRootWorld(t)
	first, firstKey := secretOf("1")
	drawn := make(chan roots)
	for range 4 { // programs that start at the same time
		go func() {
			opened, err := secretSettings{Secret: first}.roots(t.Context(), w.store, slog.New(slog.NewTextHandler(io.Discard, nil)))
			if err != nil {
				t.Error(err)
			}
			drawn <- opened
		}()
	}
	one := <-drawn
	for range 3 {
		require.Equal(t, one, <-drawn)
	}
	require.Len(t, one.current, 32)
	require.NotEqual(t, firstKey, one.current, "whoever learns --secret knows nothing without the database")
	require.Nil(t, one.before)
}

func TestRoots_OfAnInstallationThatHadNoneAreWhatItsSecretsWereDerivedFrom(t *testing.T) {
	t.Parallel()
	first, firstKey := secretOf("1")
	second, secondKey := secretOf("2")
	w := newRootWorld(t)
	w.giveOutASecret()
	require.Equal(t, roots{current: firstKey}, w.roots(first, ""))

	changing := newRootWorld(t) // while receivers were changing over from one to the other
	changing.giveOutASecret()
	require.Equal(t, roots{current: secondKey, before: firstKey}, changing.roots(second, first))
	require.Equal(t, roots{current: secondKey, before: firstKey}, changing.roots(second, ""))
}

func TestRoots_StayWhenTheSecretChangesAndIsResealed(t *testing.T) {
	t.Parallel()
	w := newRootWorld(t)
	first, _ := secretOf("1")
	second, _ := secretOf("2")
	was := w.roots(first, "")
	during, log, err := w.try(second, first)
	require.NoError(t, err)
	require.Equal(t, was, during)
	require.Contains(t, log, "admin secrets reseal")
	_, _, err = w.try(second, "")
	require.ErrorContains(t, err, "--secret-previous")

	reseal := &adminReseal{databaseSettings{w.url}, secretSettings{second, first}}
	require.NoError(t, reseal.Run(t.Context()))
	require.ErrorContains(t, reseal.Run(t.Context()), "already")
	after, log, err := w.try(second, "")
	require.NoError(t, err)
	require.Equal(t, was, after)
	require.Empty(t, log)
	_, _, err = w.try(first, "")
	require.ErrorContains(t, err, "--secret-previous", "the old one opens nothing any more")
}

func TestRoots_RenewedSignBesideTheOldUntilThoseAreRetired(t *testing.T) {
	t.Parallel()
	w := newRootWorld(t)
	first, _ := secretOf("1")
	database, secret := databaseSettings{w.url}, secretSettings{Secret: first}
	require.ErrorContains(t, (&adminRenew{database, secret}).Run(t.Context()), "when they start")
	was := w.roots(first, "")
	require.ErrorContains(t, (&adminRetire{database, secret}).Run(t.Context()), "no secrets before")

	require.NoError(t, (&adminRenew{database, secret}).Run(t.Context()))
	renewed := w.roots(first, "")
	require.Equal(t, was.current, renewed.before)
	require.NotEqual(t, was.current, renewed.current)
	require.Len(t, renewed.current, 32)
	require.ErrorContains(t, (&adminRenew{database, secret}).Run(t.Context()), "retire", "two before it would be one too many")

	second, _ := secretOf("2")
	require.NoError(t, (&adminReseal{database, secretSettings{second, first}}).Run(t.Context()))
	require.Equal(t, renewed, w.roots(second, ""), "both are resealed")
	require.NoError(t, (&adminRetire{database, secretSettings{Secret: second}}).Run(t.Context()))
	require.Equal(t, roots{current: renewed.current}, w.roots(second, ""))
}

func TestSecret_ThatIsNoneIsRefusedWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	w := newRootWorld(t)
	good, _ := secretOf("1")
	for name, given := range map[string][2]string{
		"no base64": {"correct horse", ""}, "too short": {"c2hvcnQ=", ""}, "no such file": {"@/nowhere/secret", ""}, "the one before is none": {good, "c2hvcnQ="},
	} {
		_, _, err := w.try(given[0], given[1])
		require.ErrorContains(t, err, "--secret", name)
		require.NotContains(t, err.Error(), "horse", name)
	}
}
