package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestInstallations_ListTheDayOfTheProperty(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t)
	o.account(t, id)
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	today := time.Now().In(zone)
	list := func(key, query string) []any {
		answer := o.call(t, http.MethodGet, "/v1/installations"+query, key, nil)
		require.Equal(t, http.StatusOK, answer.status, string(answer.body))
		return answer.json(t)["items"].([]any)
	}
	found := list(o.key, "")
	require.Len(t, found, 1)
	require.Equal(t, id, found[0].(map[string]any)["onboarding_id"])
	require.Equal(t, today.Format(time.DateOnly), found[0].(map[string]any)["date"])
	require.Len(t, list(o.key, "?date="+today.Format(time.DateOnly)), 1)
	require.Empty(t, list(o.key, "?date="+today.AddDate(0, 0, 1).Format(time.DateOnly)))
	require.Empty(t, list(o.key, "?installer=nobody"))
	require.Empty(t, list(o.otherKey, ""))
	wrong := o.call(t, http.MethodGet, "/v1/installations?date=soon", o.key, nil)
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)

	require.NoError(t, o.store.PanelCommunicated(t.Context(), id, time.Now()))
	require.Empty(t, list(o.key, ""))
}
