package e2e

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shown is what dev prints when John Doe's letter has arrived.
var shown = regexp.MustCompile(`(?m)^  account  (\S+)\n  mail     (.+)\n  letter   (.+)$`)

// awaitJohnDoe waits for that and returns the account's ID, the mail's subject and the
// letter's path.
func (d *dev) awaitJohnDoe(t *testing.T) (accountID, subject, letter string) {
	t.Helper()
	found := await(t, "John Doe's account, mail and letter", func() ([]string, bool) {
		require.False(t, d.over(), "latchkey dev has ended:\n%s", d.output.String())
		match := shown.FindStringSubmatch(d.output.String())
		return match, match != nil
	})
	return found[1], found[2], found[3]
}

func TestDev_OnboardsJohnDoeAndStopsCleanly(t *testing.T) {
	t.Parallel()
	d := startDev(t, devDir(t), "--network-wait", "3s")

	t.Run("dev.json has everything a script needs", func(t *testing.T) {
		content, err := os.ReadFile(d.filePath())
		require.NoError(t, err)
		file := map[string]any{}
		require.NoError(t, json.Unmarshal(content, &file))
		requireKeys(t, file, "api_url", "portal_url", "customer_url", "temporal_address", "temporal_ui_url", "mail_url", "smtp_address",
			"simulator_url", "database_url", "dealer", "other_dealer", "ops", "panel_secret", "modules", "receivers", "network_wait_seconds")
		for _, user := range []string{"dealer", "other_dealer", "ops"} {
			requireKeys(t, file[user], "id", "api_key", "login", "password")
		}
		requireKeys(t, file["modules"], "available", "taken", "sunset")
		for _, modules := range file["modules"].(map[string]any) {
			require.NotEmpty(t, modules)
		}
		require.NotEmpty(t, file["receivers"])
		for _, receiver := range file["receivers"].([]any) {
			requireKeys(t, receiver, "id", "protocol", "two_way_voice")
		}
		require.Equal(t, 3.0, file["network_wait_seconds"])
		for _, page := range []string{d.file.APIURL + "/docs", d.file.TemporalUIURL, d.file.MailURL, d.file.SimulatorURL} {
			require.Equal(t, http.StatusOK, caller{url: page}.get(t, "").status, page)
		}
	})

	t.Run("it shows account, mail and letter", func(t *testing.T) {
		accountID, subject, path := d.awaitJohnDoe(t)
		require.Equal(t, "Getting Started with Sample Dealer", subject)
		require.Equal(t, "JohnDoeExample", fetch[account](t, d.office(), "/v1/accounts/%s", accountID).LoginName)

		text := pdfText(t, path)
		for _, word := range []string{"John Doe", "JohnDoeExample", "Sample Dealer"} {
			require.Contains(t, text, word)
		}
		require.NotContains(t, strings.ToLower(text), "temporary password", "a letter that is mailed has a link in its place")

		mails := d.mailsTo(t, "john.doe@example.com")
		require.Len(t, mails, 1)
		require.Equal(t, subject, mails[0].Subject)
		require.Contains(t, mails[0].Raw, "Content-Type: application/pdf")
	})

	t.Run("another one runs beside it", func(t *testing.T) {
		beside := startDev(t, devDir(t), "--network-wait", "3s", "--no-demo")
		require.NotEqual(t, d.file.APIURL, beside.file.APIURL)
		require.NotEqual(t, d.file.Dealer.APIKey, beside.file.Dealer.APIKey)
		require.Empty(t, beside.onboardings(t), "--no-demo onboards nobody")
		require.Len(t, d.onboardings(t), 1)
	})

	t.Run("another one on the same folder is refused", func(t *testing.T) {
		second := launchDev(t, d.dir)
		require.Equal(t, 1, second.exitCode(t))
		require.Contains(t, second.output.String(), "stop it or choose another state folder")
		require.FileExists(t, d.filePath(), "the running one is left alone")
	})

	t.Run("Ctrl-C leaves no process and no dev.json", func(t *testing.T) {
		family := d.family(t)
		require.GreaterOrEqual(t, len(family), 3, "dev, PostgreSQL and Temporal at least: %v", family)
		d.interrupt(t)
		require.Equal(t, 0, d.exitCode(t))
		require.NoFileExists(t, d.filePath())
		for _, process := range family {
			require.False(t, process.lives(), "%+v still runs", process)
		}
	})
}

func requireKeys(t *testing.T, object any, keys ...string) {
	t.Helper()
	require.ElementsMatch(t, keys, slices.Collect(maps.Keys(object.(map[string]any))))
}

// devMail is a mail in the catcher's JSON.
type devMail struct {
	To      []string `json:"to"`
	Subject string   `json:"subject"`
	Raw     string   `json:"raw"`
}

func (d *dev) mailsTo(t *testing.T, address string) []devMail {
	t.Helper()
	all := fetch[[]devMail](t, caller{url: d.file.MailURL}, "/api/messages")
	return slices.DeleteFunc(all, func(mail devMail) bool { return !slices.Contains(mail.To, address) })
}

// onboardings are those that came through the API; the demo's customers were there before.
func (d *dev) onboardings(t *testing.T) []onboarding {
	t.Helper()
	return fetch[struct{ Items []onboarding }](t, d.office(), "/v1/onboardings?source=api").Items
}
