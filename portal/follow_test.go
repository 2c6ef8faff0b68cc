package portal_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestEvents_TellThePageThatThereIsNews(t *testing.T) {
	t.Parallel()
	house := open(t)
	dealer := house.signedIn(t, "office")
	id := dealer.created()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, house.url+"/customers/"+id+"/events", http.NoBody)
	require.NoError(t, err)
	response, err := dealer.client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	lines := bufio.NewScanner(response.Body)
	next := func(prefix string) string {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), prefix) {
				return lines.Text()
			}
		}
		t.Fatal("the stream ended: ", lines.Err())
		return ""
	}
	first := next("data: ")
	require.NoError(t, house.store.RecordTransition(t.Context(), "run-"+id, onboarding.Transition{
		OnboardingID: id, No: 9, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, Revision: 1, At: time.Now(),
	}))
	require.Equal(t, "event: over", next("event: "))
	require.NotEqual(t, first, next("data: "))
}

func TestWalk_CustomerPageFollowsWithoutAReload(t *testing.T) {
	t.Parallel()
	house := open(t)
	id := house.signedIn(t, "office").created()
	b := house.browser(t, desktop)
	b.signIn("office")
	b.open("/customers/" + id)
	b.sees("The module is joining the network.")
	evaluate[bool](b, "window.sameDocument = true")
	require.NoError(t, house.store.RecordTransition(t.Context(), "run-"+id, onboarding.Transition{
		OnboardingID: id, No: 9, Kind: onboarding.EventParked, Status: onboarding.StatusParked, Step: onboarding.StepSendLetter,
		Revision: 1, ParkNo: 1, Reason: onboarding.ReasonRecipientRejected, At: time.Now(),
	}))
	b.awaits("This onboarding needs a decision")
	b.awaits("The mail server refused the customer's e-mail address.")
	require.True(t, evaluate[bool](b, "window.sameDocument"))
	b.quiet()
}
