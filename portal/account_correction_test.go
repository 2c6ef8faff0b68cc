package portal_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

// completed is an onboarding that is over; its letter was skipped.
func (v *visitor) completed() (onboardingID, accountID string) {
	v.t.Helper()
	id := v.created()
	require.NoError(v.t, v.house.store.RecordTransition(v.t.Context(), "run-"+id, onboarding.Transition{
		OnboardingID: id, No: 9, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, Revision: 1, At: time.Now(),
	}))
	account, err := v.house.store.AccountOf(v.t.Context(), id)
	require.NoError(v.t, err)
	return id, account.ID
}

func TestAccountCorrection_CustomerInformationInABrowser(t *testing.T) {
	t.Parallel()
	for name, wide := range map[string]width{"desktop": desktop, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			house := open(t)
			id, _ := house.signedIn(t, "office").completed()
			b := house.browser(t, wide)
			b.signIn("office")
			b.open("/customers/" + id)
			b.press("Change the customer information")
			b.sees("cannot be edited after the account has been created")
			b.look("60-change")
			b.fill("/customer/first_name", "Jon")
			b.fill("/customer/email", "j.doe@example.test")
			b.press("Save the changes")
			b.sees("There is a problem")
			b.sees("The name entered for the customer on this page cannot be edited after the account has been created.")
			b.sees("The two e-mail addresses differ.")
			require.Equal(t, "j.doe@example.test", b.value("/customer/email"), "what was typed is kept")
			b.look("61-change-wrong")
			b.fill("/customer/first_name", "John")
			b.fill("/customer/email_confirmation", "j.doe@example.test")
			b.fill("/customer/phone/number", "571 555 0199")
			b.fill("/customer/address/street1", "1 Main Street")
			b.press("Save the changes")
			b.sees("the Welcome Letter is on its way to the new email address")
			b.sees("j.doe@example.test")
			b.sees("+15715550199")
			b.sees("8281 Greensboro Drive")
			b.sees("(the email address was changed)")
			b.look("62-changed")

			b.press("Change the login name")
			b.look("63-login-name")
			b.fill("/name", "EmmaHarvest")
			b.press("Change the login name")
			b.sees(onboarding.LoginTakenMessage)
			b.look("64-login-name-taken")
			b.fill("/name", "JohnsOwnName")
			b.press("Change the login name")
			b.sees("The login name is changed.")
			b.sees("JohnsOwnName")
		})
	}
}

func TestAccountCorrection_SavesNothingOverWhatSomebodyElseSaved(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id, _ := dealer.completed()
	typed := append([]string{"version", "1"}, house.pages()[1].typed...)
	require.Equal(t, http.StatusOK, dealer.post("/customers/"+id+"/change", append(typed, "/customer/system_description", "Cabin")...).status)
	stale := dealer.post("/customers/"+id+"/change", append(typed, "/customer/system_description", "Barn")...)
	require.Equal(t, http.StatusConflict, stale.status)
	require.Contains(t, dealer.get("/customers/"+id).body, "Cabin")
}

func TestAccountCorrection_IsForThoseWhoMay(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id, _ := dealer.completed()
	other, ops := house.signedIn(t, "otheroffice"), house.signedIn(t, "ops")
	for _, page := range []string{"/change", "/login-name", "/name"} {
		require.Equal(t, http.StatusNotFound, other.get("/customers/"+id+page).status, page)
		require.Equal(t, http.StatusNotFound, other.post("/customers/"+id+page, "version", "1").status, page)
	}
	for _, page := range []string{"/change", "/login-name", "/name"} {
		require.Equal(t, http.StatusForbidden, ops.get("/customers/"+id+page).status, page)
		require.Equal(t, http.StatusForbidden, ops.post("/customers/"+id+page, "/name", "Free", "version", "1", "/first_name", "A", "/last_name", "B", "/reason", "C").status, page)
	}
	require.NotEqual(t, http.StatusOK, dealer.get("/customers/"+id+"/name").status)
	require.NotContains(t, ops.get("/customers/"+id).body, "Change the customer information")
}

func TestAccountCorrection_NameByAnAdministrator(t *testing.T) {
	t.Parallel()
	house := open(t)
	id, _ := house.signedIn(t, "office").completed()
	user, err := house.store.UserByLogin(t.Context(), "office")
	require.NoError(t, err)
	_, err = house.store.CreateUser(t.Context(), postgres.NewUser{Role: onboarding.RoleAdministrator, LoginName: "root", PasswordHash: user.PasswordHash})
	require.NoError(t, err)
	b := house.browser(t, desktop)
	b.signIn("root")
	b.open("/customers/" + id)
	b.press("Correct the customer's name")
	b.look("65-name")
	b.fill("/first_name", "Jon")
	b.press("Correct the name")
	b.sees("Give the reason; it is kept in the audit trail.")
	b.look("66-name-wrong")
	b.fill("/reason", "Misspelt on the order.")
	b.press("Correct the name")
	b.sees("The name is corrected.")
	b.sees("Jon Doe")
	b.sees("Misspelt on the order.")
}

func TestLettersAgain_FromTheCustomersPage(t *testing.T) {
	t.Parallel()
	house := open(t)
	id, _ := house.signedIn(t, "office").completed()
	b := house.browser(t, phone)
	b.signIn("office")
	b.open("/customers/" + id)
	b.sees("A printed letter has a fresh temporary password in it")
	b.press("Email Welcome Letter to Customer")
	b.sees("The Welcome Letter is on its way")
	b.sees("To be sent")
	require.Len(t, house.engine.again, 1)
	b.press("Email Welcome Letter to Customer")
	b.sees("The next one can be sent at ")
	require.NoError(t, house.store.GiveUpLetter(t.Context(), house.engine.again[0].LetterID, onboarding.ReasonRecipientRejected))
	b.open("/customers/" + id)
	b.sees("Refused")
	b.look("67-letter-refused")

	b.open("/to-do")
	b.sees("The welcome e-mail to John Doe could not be delivered.")
	b.sees("Recipient rejected")
	b.look("68-to-do")
	b.unfold("Dismiss")
	b.press("Take it off the list")
	b.sees("Give the reason; it is kept in the audit trail.")
	b.look("69-to-do-wrong")
	b.fill("/reason", "The customer was called.")
	b.press("Take it off the list")
	b.sees("The task is off the list.")
	b.sees("Nothing waits for your office.")
	b.look("70-to-do-empty")
}

func TestToDo_KeepsDealersApart(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id, account := dealer.completed()
	dealer.post("/customers/" + id + "/welcome-letter/email")
	require.NoError(t, house.store.GiveUpLetter(t.Context(), house.engine.again[0].LetterID, onboarding.ReasonRecipientRejected))
	require.Contains(t, dealer.get("/customers").body, `To do <span class="tag tag-warning">1</span>`)
	tasks, _, err := house.store.Tasks(t.Context(), onboarding.TaskFilter{Limit: 10})
	require.NoError(t, err)
	other := house.signedIn(t, "otheroffice")
	require.NotContains(t, other.get("/to-do").body, "John Doe")
	require.Equal(t, http.StatusNotFound, other.post("/to-do/"+tasks[0].ID+"/dismiss", "/reason", "x").status)
	require.Equal(t, http.StatusNotFound, dealer.post("/to-do/"+account+"/dismiss", "/reason", "x").status)
	require.NotContains(t, dealer.get("/to-do").body, account)
}

func TestWebsite_NewLinkIsSentWithoutTellingWhoHasALogin(t *testing.T) {
	t.Parallel()
	house := open(t)
	id, _ := house.signedIn(t, "office").completed()
	b := house.browser(t, phone)
	b.open("/customer/set-up/no-such-token")
	b.press("Ask for a new link")
	b.look("71-new-link")
	b.fill("/login_name", "not a login!")
	b.press("Send me a new link")
	b.sees("There is a problem")
	b.look("72-new-link-wrong")
	b.fill("/login_name", "nobodyatall")
	b.press("Send me a new link")
	unknown := b.text()
	b.open("/customer/new-link")
	b.fill("/login_name", "johndoeexample")
	b.press("Send me a new link")
	require.Equal(t, unknown, b.text())
	b.look("73-new-link-asked")

	file, err := house.store.CustomerFile(t.Context(), nil, id)
	require.NoError(t, err)
	require.Len(t, file.Letters, 1)
	require.Equal(t, onboarding.LetterByCustomer, file.Letters[0].Origin)
	stranger := house.visitor(t)
	for range 5 {
		require.Equal(t, http.StatusOK, stranger.post("/customer/new-link", "/login_name", "JohnDoeExample").status)
	}
	file, err = house.store.CustomerFile(t.Context(), nil, id)
	require.NoError(t, err)
	require.Len(t, file.Letters, 1, "once a minute, three times a day")
}
