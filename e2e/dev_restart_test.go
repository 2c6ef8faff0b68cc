package e2e

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestDev_GoesOnAfterAKill9WhereItStood(t *testing.T) {
	t.Parallel()
	dir := devDir(t)
	killed := startDev(t, dir, "--network-wait", "10s")
	waiting := await(t, "John Doe's onboarding to wait for the network", func() (onboarding, bool) {
		begun := killed.onboardings(t)
		if len(begun) != 1 {
			return onboarding{}, false
		}
		return begun[0], begun[0].Status == "waiting"
	})
	killed.kill()

	again := startDev(t, dir, "--network-wait", "10s")
	accountID, subject, _ := again.awaitJohnDoe(t)

	require.Equal(t, waiting.AccountID, accountID)
	require.Equal(t, "Getting Started with Sample Dealer", subject)
	done := again.onboardings(t)
	require.Len(t, done, 1)
	require.Equal(t, waiting.ID, done[0].ID)
	require.Equal(t, "completed", done[0].Status)
	require.Len(t, again.mailsTo(t, "john.doe@example.com"), 1)
	require.Equal(t, killed.file.Dealer, again.file.Dealer, "keys go on working")

	rows, err := pgx.Connect(t.Context(), again.file.DatabaseURL)
	require.NoError(t, err)
	defer rows.Close(t.Context())
	var accounts, charges int
	require.NoError(t, rows.QueryRow(t.Context(),
		"SELECT (SELECT count(*) FROM accounts WHERE email = 'john.doe@example.com'), (SELECT count(*) FROM ledger WHERE onboarding_id = $1)", waiting.ID).
		Scan(&accounts, &charges))
	require.Equal(t, 1, accounts)
	require.Equal(t, 1, charges)
}
