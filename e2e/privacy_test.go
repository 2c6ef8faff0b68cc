package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/mail/mailtest"
)

// setupLink is the link of a welcome e-mail; what follows the last slash opens an account.
var setupLink = regexp.MustCompile(regexp.QuoteMeta(customerURL) + `/set-up/(\S+)`)

// temporaryPassword is how the printed letter gives it: in a column beside the login name.
var temporaryPassword = regexp.MustCompile(`Login name +Temporary password\s+\S+ +(\S+)`)

func TestPersonalData_IsNeitherInTemporalNorInLogsNorInMetrics(t *testing.T) {
	t.Parallel()
	s := startStack(t) // which looks once more at its end

	through := s.newCustomer(t)
	id := s.submit(t, through).ID
	done := s.complete(t, id)
	link := setupLink.FindStringSubmatch(s.lettersTo(through.email())[0].Text)
	require.NotNil(t, link, "the letter has a set-up link")
	s.gaveOut(link[1])
	s.gaveOut(s.printedPassword(t, done.AccountID))
	s.communicate(t, through.serial(), "evt-"+id)
	s.awaitLogin(t, done.AccountID)

	rejected := s.newCustomer(t)
	rejected.Customer.EmailConfirmation = "other." + rejected.email()
	require.Equal(t, http.StatusUnprocessableEntity, s.office.post(t, "/v1/onboardings", rejected.Application).status)
	taken := s.newCustomer(t)
	taken.Login.Name = through.Login.Name
	require.Equal(t, http.StatusUnprocessableEntity, s.office.post(t, "/v1/onboardings", taken.Application).status)
	require.Equal(t, http.StatusNotFound, s.office.get(t, "/v1/accounts/"+through.email()).status)
	s.loginFree(t, through.Login.Name)
	s.moduleFree(t, through.serial())

	unregistered := s.newCustomer(t)
	s.registerElsewhere(t, unregistered.serial())
	id = s.submit(t, unregistered).ID
	parked := s.awaitPark(t, id, "register_module", "module_already_registered")
	unregistered.System.Module = s.nextModule(t)
	amend := decisionOn(parked, "amend", "Mistyped on the phone by "+unregistered.Customer.FirstName+".")
	amend.Sections = map[string]any{"system": unregistered.System}
	s.sendOn(t, id, amend)
	s.complete(t, id)

	uncovered := s.uncovered(t)
	id = s.submit(t, uncovered).ID
	parked = s.awaitPark(t, id, "check_coverage", "no_coverage")
	s.sendOn(t, id, decisionOn(parked, "override", "Asked "+uncovered.email()+"."))
	s.awaitStatus(t, id, "waiting")
	cancelled := s.office.post(t, "/v1/onboardings/"+id+"/cancel", map[string]string{"reason": uncovered.Customer.LastName + " withdrew."})
	require.Equal(t, http.StatusAccepted, cancelled.status, string(cancelled.body))
	s.awaitStatus(t, id, "cancelled")

	unreachable := s.newCustomer(t)
	id = s.submit(t, unreachable).ID
	require.NoError(t, s.mails.Script(mailtest.Rule{At: "rcpt", Code: 550, Text: "No mailbox for " + unreachable.email()}))
	s.endHour(t, id)
	parked = s.awaitPark(t, id, "send_letter", "recipient_rejected")
	s.sendOn(t, id, decisionOn(parked, "skip", "Printed for "+unreachable.Customer.FirstName+"."))
	s.awaitStatus(t, id, "completed")

	requireNoPersonalData(t, s)
	found := map[string]bool{}
	for _, d := range s.workflowDumps(t.Context(), t) {
		for _, mark := range []string{"recipient_rejected", "module_already_registered", "no_coverage", `"completed"`, `"cancelled"`, "panel_communicated"} {
			found[mark] = found[mark] || strings.Contains(d.text, mark)
		}
	}
	for mark, seen := range found {
		require.True(t, seen, "the dump shows what payloads hold: %s", mark)
	}
	t.Run("what its time is up for goes by itself", func(t *testing.T) { s.requireRetention(t) })
}

// printedPassword prints the letter, as a dealer does at the installation, and reads the
// password off the paper.
func (s *stack) printedPassword(t *testing.T, accountID string) string {
	t.Helper()
	printed := s.office.post(t, "/v1/accounts/"+accountID+"/welcome-letter", nil)
	require.Equal(t, http.StatusOK, printed.status, string(printed.body))
	path := filepath.Join(t.TempDir(), "letter.pdf")
	require.NoError(t, os.WriteFile(path, printed.body, 0o600))
	text := pdfText(t, path)
	found := temporaryPassword.FindStringSubmatch(text)
	require.NotNil(t, found, text)
	return found[1]
}
