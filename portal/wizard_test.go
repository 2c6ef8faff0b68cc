package portal_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWizard_LeadsFromSignInToSuccessWithoutAScript(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.filled()

	review := dealer.get("/drafts/" + id + "/confirmation")
	require.Equal(t, http.StatusOK, review.status)
	for _, shown := range []string{"John", "Doe", "john.doe@example.com", "JohnDoeExample", "Interactive Gold", "Cell", "1234"} {
		require.Contains(t, review.body, shown)
	}
	done := dealer.post("/drafts/" + id + "/submit")
	require.Contains(t, done.body, "Account Creation Successful!")
	require.Contains(t, done.body, "You have successfully created an account for <strong>John Doe</strong>.")
	require.Contains(t, done.body, "Welcome to Sample Dealer")
	require.Contains(t, done.body, "The customer will not be able to log in to their account until the system has communicated.")
}
