package dealing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func TestStuck_ListsTheLongestParkedFirst(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	now := time.Now()
	young := p.onboard(p.office, p.johnDoe(named("Jane", "Young", "4100000017", "0001")))
	old := p.onboard(p.office, p.johnDoe(named("Jim", "Old", "4100000025", "0002")))
	p.onboard(p.office, p.johnDoe(named("Joe", "Fine", "4100000033", "0003")))
	p.park(young, onboarding.StepRegisterModule, onboarding.ReasonCarrierTimeout, now.Add(-time.Hour))
	p.park(old, onboarding.StepCheckCoverage, onboarding.ReasonNoCoverage, now.Add(-48*time.Hour))

	stuck := func(actor dealing.Actor, filter dealing.StuckFilter) (names []string) {
		t.Helper()
		filter.Limit = 1
		for {
			page, next, err := p.Stuck(t.Context(), actor, "", filter)
			require.NoError(t, err)
			for _, row := range page {
				require.Equal(t, "Sample Dealer", row.DealerName)
				require.NotNil(t, row.Parked)
				names = append(names, row.CustomerName)
			}
			if filter.Cursor = next; next == "" {
				return names
			}
		}
	}
	require.Equal(t, []string{"Jim Old", "Jane Young"}, stuck(p.ops, dealing.StuckFilter{}))
	require.Equal(t, []string{"Jim Old", "Jane Young"}, stuck(p.office, dealing.StuckFilter{}))
	require.Empty(t, stuck(p.other, dealing.StuckFilter{}))
	require.Equal(t, []string{"Jane Young"}, stuck(p.ops, dealing.StuckFilter{Reason: onboarding.ReasonCarrierTimeout}))
	require.Equal(t, []string{"Jim Old"}, stuck(p.ops, dealing.StuckFilter{Step: onboarding.StepCheckCoverage}))
	require.Equal(t, []string{"Jim Old"}, stuck(p.ops, dealing.StuckFilter{Before: now.Add(-24 * time.Hour)}))
	_, _, err := p.Stuck(t.Context(), p.office, p.otherID, dealing.StuckFilter{Limit: 1})
	require.ErrorIs(t, err, dealing.ErrNotFound)

	counts, err := p.StuckCounts(t.Context(), p.ops)
	require.NoError(t, err)
	require.Len(t, counts, 2)
	require.Equal(t, onboarding.ReasonCarrierTimeout, counts[0].Reason)
	require.WithinDuration(t, now.Add(-48*time.Hour), counts[1].Oldest, time.Millisecond)
	counts, err = p.StuckCounts(t.Context(), p.other)
	require.NoError(t, err)
	require.Empty(t, counts)
}

func TestAuditTrail_ShowsOnlyWhatTheActorMaySee(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	id := p.onboard(p.office, p.johnDoe())
	lines, err := p.AuditTrail(t.Context(), p.office, id)
	require.NoError(t, err)
	require.Len(t, lines, 1)
	require.Equal(t, "onboarding.submit", lines[0].Action)
	require.Equal(t, "Olivia office", lines[0].ByName)
	lines, err = p.AuditTrail(t.Context(), p.ops, id)
	require.NoError(t, err)
	require.Len(t, lines, 1)
	lines, err = p.AuditTrail(t.Context(), p.other, id)
	require.NoError(t, err)
	require.Empty(t, lines)
	_, err = p.AuditTrail(t.Context(), p.ops, "")
	require.ErrorIs(t, err, dealing.ErrNotFound)
}
