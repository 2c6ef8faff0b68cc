package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestOnboardings_PagesStayStableWhileNewOnesArrive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var want []string
	for range 7 {
		want = append([]string{w.submitted(w.johnDoe(w.modules[0]).Answers)}, want...)
	}
	var got []string
	cursor := ""
	for page := 0; page == 0 || cursor != ""; page++ {
		rows, next, err := w.Onboardings(t.Context(), onboarding.Filter{Limit: 3, Cursor: cursor})
		require.NoError(t, err)
		for _, row := range rows {
			got = append(got, row.ID)
		}
		cursor = next
		w.submitted(w.johnDoe(w.modules[0]).Answers) // arrives in front
	}
	require.Equal(t, want, got)
}

func TestOnboardings_OfOneMomentAreAllListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := map[string]bool{}
	for range 5 {
		want[w.submitted(w.johnDoe(w.modules[0]).Answers)] = true
	}
	_, err := w.conn.Exec(t.Context(), `UPDATE onboardings SET created_at = '2026-11-24 12:00:00.123456Z'`)
	require.NoError(t, err)
	got := map[string]bool{}
	cursor := ""
	for page := 0; page == 0 || cursor != ""; page++ {
		rows, next, err := w.Onboardings(t.Context(), onboarding.Filter{Limit: 2, Cursor: cursor})
		require.NoError(t, err)
		for _, row := range rows {
			got[row.ID] = true
		}
		cursor = next
	}
	require.Equal(t, want, got)
}

func TestOnboardings_AreNarrowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	parked := w.accepted(w.johnDoe(w.modules[0]))
	w.moved("run", parkedAt(parked, 1))
	submitted := w.submitted(w.johnDoe(w.modules[1]).Answers)
	other := w.newDealer("Other Dealer")

	cases := map[string]struct {
		filter onboarding.Filter
		want   []string
	}{
		"all":           {onboarding.Filter{}, []string{submitted, parked}},
		"own":           {onboarding.Filter{Dealers: []string{w.dealer}}, []string{submitted, parked}},
		"another's":     {onboarding.Filter{Dealers: []string{other}}, nil},
		"nobody's":      {onboarding.Filter{Dealers: []string{}}, nil},
		"status":        {onboarding.Filter{Status: onboarding.StatusParked}, []string{parked}},
		"step":          {onboarding.Filter{Step: onboarding.StepRegisterModule}, []string{parked}},
		"reason":        {onboarding.Filter{ParkReason: onboarding.ReasonModuleAlreadyRegistered}, []string{parked}},
		"source":        {onboarding.Filter{Source: onboarding.SourcePortal}, nil},
		"since":         {onboarding.Filter{Since: time.Now().Add(-time.Hour)}, []string{submitted, parked}},
		"since later":   {onboarding.Filter{Since: time.Now().Add(time.Hour)}, nil},
		"several words": {onboarding.Filter{Status: onboarding.StatusParked, Source: onboarding.SourceAPI}, []string{parked}},
	}
	for name, c := range cases {
		c.filter.Limit = 10
		rows, next, err := w.Onboardings(t.Context(), c.filter)
		require.NoError(t, err, name)
		require.Empty(t, next, name)
		var got []string
		for _, row := range rows {
			got = append(got, row.ID)
			require.Equal(t, w.row(row.ID), row, name)
		}
		require.Equal(t, c.want, got, name)
	}
}

func TestOnboardings_RefuseACursorThatIsNoneOfOurs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, cursor := range []string{"x", "!!!", "AAAA", "'; DROP TABLE onboardings; --"} {
		_, _, err := w.Onboardings(t.Context(), onboarding.Filter{Limit: 1, Cursor: cursor})
		require.ErrorIs(t, err, onboarding.ErrBadCursor)
	}
}

func TestOnboarding_OfAnotherDealerIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.submitted(w.johnDoe(w.modules[0]).Answers)
	_, err := w.Onboarding(t.Context(), []string{w.newDealer("Other Dealer")}, id)
	require.ErrorIs(t, err, onboarding.ErrNotFound)
	_, err = w.Onboarding(t.Context(), []string{w.dealer}, id)
	require.NoError(t, err)
}

func TestEvents_ContinueAfterANumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	events, err := w.Events(t.Context(), id, 0, 1)
	require.NoError(t, err)
	require.Len(t, events, 1)
	rest, err := w.Events(t.Context(), id, events[0].Seq, 100)
	require.NoError(t, err)
	require.Len(t, rest, 2)
	require.Greater(t, rest[0].Seq, events[0].Seq)
}
