package e2e

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/webhook/webhooktest"
)

func TestSecrets_GoOnWhenTheInstallationsOwnChangesAndAreNowhereReadable(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	receiver, _ := s.crm(t, webhooktest.Takes) // which trusts the secret that it was told at first, and no other
	first := s.newCustomer(t)
	account := s.complete(t, s.submit(t, first).ID).AccountID
	link := setupLink.FindStringSubmatch(s.lettersTo(first.email())[0].Text)
	require.NotNil(t, link)
	s.gaveOut(link[1])
	s.gaveOut(s.printedPassword(t, account))
	session := s.portalSession(t)
	s.gaveOut(session)
	s.requireNoReadableSecret(t)

	older := s.secret[0]
	newer := base64.StdEncoding.EncodeToString([]byte("the one after it, for tests alone"))
	s.restartWithSecret(t, newer, "--secret-previous", older)
	require.Contains(t, s.api.output.String(), "admin secrets reseal", "the log says what is to be done")
	s.requireDerivedSecretsWork(t, receiver, link[1])

	resealed, err := s.adminSecrets(t, "reseal", newer, "--secret-previous", older)
	require.NoError(t, err, resealed)
	again, err := s.adminSecrets(t, "reseal", newer, "--secret-previous", older)
	require.ErrorContains(t, err, "exit status 1")
	require.Contains(t, again, "already")
	s.restartWithSecret(t, newer) // the old one is gone
	s.requireDerivedSecretsWork(t, receiver, link[1])
	s.requireNoReadableSecret(t)
	require.Equal(t, 1, s.count(t, "audit WHERE action = 'installation.reseal_secrets' AND object_id = $1", strings.TrimSpace(resealed)))

	refused, err := launch(append([]string{"worker", "--smtp-host", "127.0.0.1", "--secret", older},
		flagsOf(s.databaseFlags(), s.temporalFlags(), s.carrierFlags(), s.siteFlags())...)...)
	require.NoError(t, err)
	require.Equal(t, 1, refused.exitCode(t))
	require.Contains(t, refused.output.String(), "--secret-previous")
	require.NotContains(t, refused.output.String(), older)
}

// restartWithSecret stops API and worker and starts them anew.
func (s *stack) restartWithSecret(t *testing.T, flags ...string) {
	t.Helper()
	require.NoError(t, s.api.stop())
	require.NoError(t, s.worker.stop())
	s.gaveOut(flags[0])
	s.secret = flags
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	require.NoError(t, s.startPrograms(ctx))
}

func (s *stack) adminSecrets(t *testing.T, do string, flags ...string) (string, error) {
	t.Helper()
	built, err := binary()
	require.NoError(t, err)
	printed, err := exec.CommandContext(t.Context(), built, append([]string{"admin", "secrets", do, "--database-url", s.database.URL, "--secret"}, flags...)...).CombinedOutput()
	return string(printed), err
}

// requireDerivedSecretsWork has the receiver told of one more customer, and opens a link
// that was sent before.
func (s *stack) requireDerivedSecretsWork(t *testing.T, receiver *webhooktest.Receiver, token string) {
	t.Helper()
	id := s.submit(t, s.newCustomer(t)).ID
	await(t, "a message about the customer", func() (map[string]string, bool) {
		ids := heard(t, receiver, id, webhooktest.Takes) // each is signed with a secret that the receiver knows
		return ids, ids["onboarding.created"] != ""
	})
	page, err := s.office.try(t.Context(), http.MethodGet, "/customer/set-up/"+token, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, string(page.body), `name="/password"`)
}

// portalSession signs an operator in and returns the token of the session.
func (s *stack) portalSession(t *testing.T) string {
	t.Helper()
	form := url.Values{"/login_name": {s.demo.Ops.LoginName}, "/password": {"only for tests"}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.office.url+"/sign-in", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusSeeOther, answer.StatusCode)
	for _, cookie := range answer.Cookies() {
		if strings.HasSuffix(cookie.Name, "latchkey-partner") {
			return cookie.Value
		}
	}
	require.Fail(t, "no session was given")
	return ""
}

const sqlEveryColumn = `
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'goose_db_version' ORDER BY table_name, ordinal_position`

// requireNoReadableSecret looks through every column for everything that was given out.
func (s *stack) requireNoReadableSecret(t *testing.T) {
	t.Helper()
	var secrets []string
	for _, secret := range append(s.givenOut(), s.office.key, s.other.key, s.ops.key, s.panelSecret, s.secret[0], "only for tests") {
		secrets = append(secrets, formsOf(secret)...)
	}
	rows, err := s.rows.Query(t.Context(), sqlEveryColumn)
	require.NoError(t, err)
	columns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Table, Column string }])
	require.NoError(t, err)
	filled := 0
	for _, c := range columns {
		table, column := pgx.Identifier{c.Table}.Sanitize(), pgx.Identifier{c.Column}.Sanitize()
		rows, err := s.rows.Query(t.Context(), fmt.Sprintf("SELECT %[2]s::text FROM %[1]s WHERE %[2]s IS NOT NULL", table, column))
		require.NoError(t, err)
		values, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		filled += min(1, len(values))
		for _, value := range values {
			value = strings.ToLower(value)
			for _, secret := range secrets {
				require.NotContains(t, value, secret, "%s.%s has a secret that was given out", c.Table, c.Column)
			}
		}
	}
	require.Greater(t, filled, 150, "the schema is well used")
}

func (s *stack) givenOut() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.secrets...)
}

// formsOf are what a secret may look like in a column: as it is, as PostgreSQL shows bytes,
// and the same of what it is the base64 of. In small letters.
func formsOf(secret string) []string {
	forms := []string{secret, hex.EncodeToString([]byte(secret))}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
		if decoded, err := encoding.DecodeString(strings.TrimPrefix(strings.TrimPrefix(secret, "whsec_"), "lk_")); err == nil && len(decoded) >= 16 {
			forms = append(forms, string(decoded), hex.EncodeToString(decoded))
		}
	}
	for i := range forms {
		forms[i] = strings.ToLower(forms[i])
	}
	return forms
}
