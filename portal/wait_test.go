package portal_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestWait_OperatorsMoveItsEnd(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.created()
	at, wait := "/customers/"+id, "/customers/"+id+"/wait"
	operator := house.signedIn(t, "ops")
	require.Contains(t, operator.get(at).body, "Move the end of the wait")

	tysons, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	end := time.Now().In(tysons).Add(3 * time.Hour).Truncate(time.Minute)
	moved := operator.post(wait, "/ready_at", end.Format("2006-01-02T15:04"), "/reason", "The installer comes later")
	require.Equal(t, at, moved.path)
	require.Contains(t, moved.body, "The end of the wait was moved.")
	require.Contains(t, moved.body, "The installer comes later")
	require.Len(t, house.engine.waits, 1)
	require.WithinDuration(t, end, house.engine.waits[0], 0)
}

func TestWait_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	house := open(t)
	id := house.signedIn(t, "office").created()
	operator := house.signedIn(t, "ops")
	soon := time.Now().Add(time.Hour).Format("2006-01-02T15:04")
	for words, typed := range map[string][2]string{
		"Give the date and the time":          {"tomorrow", "x"},
		"Give the reason; it is kept":         {soon, ""},
		"Give a time within the next 7 days.": {"2199-01-01T00:00", "x"},
	} {
		got := operator.post("/customers/"+id+"/wait", "/ready_at", typed[0], "/reason", typed[1])
		require.Equal(t, http.StatusUnprocessableEntity, got.status, words)
		require.Contains(t, got.body, words)
		require.Contains(t, got.body, `value="`+typed[0]+`"`)
	}
	require.Empty(t, house.engine.waits)
}

func TestWait_IsNobodyElsesToMove(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.created()
	require.NotContains(t, dealer.get("/customers/"+id).body, "Move the end of the wait")
	got := dealer.post("/customers/"+id+"/wait", "/ready_at", "2026-01-01T00:00", "/reason", "In a hurry")
	require.Equal(t, http.StatusNotFound, got.status)
	require.Empty(t, house.engine.waits)
}

func TestWait_CannotBeMovedWhenThereIsNone(t *testing.T) {
	t.Parallel()
	house := open(t)
	house.engine.parkAt, house.engine.parkReason = onboarding.StepRegisterModule, onboarding.ReasonModuleAlreadyRegistered
	dealer := house.signedIn(t, "office")
	id := strings.Split(dealer.post("/drafts/"+dealer.filled()+"/submit").path, "/")[2]
	operator := house.signedIn(t, "ops")
	require.NotContains(t, operator.get("/customers/"+id).body, "Move the end of the wait")
	got := operator.post("/customers/"+id+"/wait", "/ready_at", time.Now().Format("2006-01-02T15:04"), "/reason", "In a hurry")
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.body, "not waiting for the network")
}

func TestWalk_OperatorMovesTheEndOfTheWait(t *testing.T) {
	t.Parallel()
	house := open(t)
	id := house.signedIn(t, "office").created()
	for _, wide := range []width{desktop, phone} {
		b := house.browser(t, wide)
		b.signIn("ops")
		b.open("/customers/" + id)
		b.unfold("Move the end of the wait")
		b.look("36-wait")
		b.press("Move the end")
		b.sees("Give the reason; it is kept in the audit trail.")
		b.look("37-wait-no-reason")
		b.fill("/reason", "The installer comes later")
		b.press("Move the end")
		b.sees("The end of the wait was moved.")
	}
	require.Len(t, house.engine.waits, 2)
}
