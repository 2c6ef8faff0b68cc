package onboarding

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// demos are virtual customers of every kind, in places where clocks differ.
func demos(t *testing.T) map[string]Account {
	t.Helper()
	created := time.Date(2026, 10, 20, 15, 4, 5, 678, time.UTC) // before the clocks go back
	accounts := map[string]Account{}
	for i := range 8 {
		for _, accountType := range []AccountType{SecuritySystem, AutomationAwareness, StandaloneVideoAccess} {
			for zone, company := range map[string]string{"America/New_York": "", "Pacific/Honolulu": "", "America/Chicago": "Harvest Stores", "America/St_Johns": ""} {
				id := fmt.Sprintf("account-%d-%s-%s", i, accountType, zone)
				accounts[id] = Account{
					ID: id, Kind: KindVirtual, Type: accountType, CompanyName: company, TimeZone: zone,
					CreatedAt: created.Add(time.Duration(i) * 197 * time.Minute),
				}
			}
		}
	}
	return accounts
}

// story is what the panel reports in its first days, oldest first.
func story(account Account, days int) []PanelActivity {
	panel, _ := account.SimulatedPanel()
	const all = 1 << 20
	found := panel.Activity(time.Time{}, PanelActivity{At: account.CreatedAt.AddDate(0, 0, days)}, all)
	slices.Reverse(found)
	return found
}

func TestSimulatedPanel_CommunicatesSomeSecondsAfterCreation(t *testing.T) {
	t.Parallel()
	for name, account := range demos(t) {
		panel, virtual := account.SimulatedPanel()
		require.True(t, virtual)
		first := panel.FirstCommunication()
		require.WithinRange(t, first, account.CreatedAt.Add(4*time.Second), account.CreatedAt.Add(15*time.Second), name)
		told := story(account, 1)
		require.Equal(t, ActivityCommunicated, told[0].Kind, name)
		require.Equal(t, first, told[0].At.UTC(), name)
		require.Greater(t, len(told), 3, name)

		require.Zero(t, account.AsOf(first.Add(-time.Nanosecond)).CommunicatedAt)
		require.Equal(t, first, account.AsOf(first).CommunicatedAt)
	}
}

func TestSimulatedPanel_TellsTheSameStoryHoweverItIsAsked(t *testing.T) {
	t.Parallel()
	for name, account := range demos(t) {
		whole := story(account, 30)
		elsewhere := account
		elsewhere.CreatedAt = account.CreatedAt.In(time.FixedZone("elsewhere", -7*3600))
		require.Equal(t, whole, story(elsewhere, 30), name)

		panel, _ := account.SimulatedPanel()
		var paged []PanelActivity
		before := PanelActivity{At: account.CreatedAt.AddDate(0, 0, 30)}
		for {
			page := panel.Activity(time.Time{}, before, 7)
			paged = append(paged, page...)
			if len(page) < 7 {
				break
			}
			before = page[len(page)-1]
		}
		slices.Reverse(paged)
		require.Equal(t, whole, paged, name)

		since := whole[len(whole)/2].At
		latest := panel.Activity(since, PanelActivity{At: account.CreatedAt.AddDate(0, 0, 30)}, 1<<20)
		kept := slices.IndexFunc(whole, func(a PanelActivity) bool { return !a.At.Before(since) })
		slices.Reverse(latest)
		require.Equal(t, whole[kept:], latest, name)
	}
}

func TestSimulatedPanel_IsTheSameInEveryRelease(t *testing.T) {
	t.Parallel()
	account := Account{
		ID: "0199d0a0-0000-7000-8000-000000000001", Kind: KindVirtual, Type: SecuritySystem, TimeZone: "America/New_York",
		CreatedAt: time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC),
	}
	var told []string
	for _, activity := range story(account, 2)[:14] {
		told = append(told, activity.At.Format("15:04:05 ")+activity.ID+" "+activity.Text)
	}
	require.Equal(t, []string{
		"15:00:06 20261124-01 System communicated for the first time",
		"15:00:26 20261124-02 Front door opened",
		"15:00:32 20261124-03 Front door closed",
		"15:00:51 20261124-04 Motion in the hallway",
		"15:01:16 20261124-05 Front door locked from the panel",
		"15:01:41 20261124-06 Front door unlocked from the panel",
		"15:02:16 20261124-07 System armed: Stay",
		"15:02:46 20261124-08 System disarmed by the installer",
		"15:03:26 20261124-09 Thermostat set to 70 °F",
		"22:37:35 20261124-10 Motion in the hallway",
		"23:45:10 20261124-11 Motion in the living room",
		"00:47:01 20261124-12 Back door unlocked",
		"00:47:05 20261124-13 Back door opened",
		"00:49:31 20261124-14 Back door closed",
	}, told)
}

// What a panel does to one thing must fit what it did before.
func TestSimulatedPanel_TellsNothingThatCannotBe(t *testing.T) {
	t.Parallel()
	opposites := map[ActivityKind]ActivityKind{
		ActivityClosed: ActivityOpened, ActivityTroubleRestored: ActivityTrouble,
	}
	for name, account := range demos(t) {
		var armed bool
		open := map[string]ActivityKind{}
		ids := map[string]bool{}
		last := account.CreatedAt
		for _, activity := range story(account, 90) {
			at := fmt.Sprint(name, " ", activity)
			require.False(t, activity.At.Before(last), at)
			require.False(t, ids[activity.ID], at)
			require.NotEmpty(t, activity.Text, at)
			last, ids[activity.ID] = activity.At, true
			switch activity.Kind {
			case ActivityArmedStay, ActivityArmedAway:
				require.False(t, armed, at)
				armed = true
			case ActivityDisarmed:
				require.True(t, armed, at)
				armed = false
			case ActivityAlarm:
				require.True(t, armed, at)
				open["alarm"] = activity.Kind
			case ActivityAlarmCancelled:
				require.Equal(t, ActivityAlarm, open["alarm"], at)
				delete(open, "alarm")
			case ActivityMotion:
				require.False(t, armed, at)
			case ActivityOpened, ActivityTrouble:
				require.Empty(t, open[activity.Device], at)
				open[activity.Device] = activity.Kind
			case ActivityClosed, ActivityTroubleRestored:
				require.Equal(t, opposites[activity.Kind], open[activity.Device], at)
				delete(open, activity.Device)
			}
			if account.Type != SecuritySystem {
				require.NotContains(t, []ActivityKind{ActivityArmedStay, ActivityArmedAway, ActivityDisarmed, ActivityAlarm, ActivityAlarmCancelled}, activity.Kind, at)
			}
		}
	}
}

func TestSimulatedPanel_LivesLikePeopleDo(t *testing.T) {
	t.Parallel()
	const days = 90
	var home, work, alarms, troubles int
	for _, account := range demos(t) {
		if account.Type != SecuritySystem {
			continue
		}
		zone, err := time.LoadLocation(account.TimeZone)
		require.NoError(t, err)
		told := story(account, days)
		for _, activity := range told[9:] { // after the installer has tried everything
			clock := activity.At.In(zone)
			require.True(t, clock.Hour() >= 6, "%s at %s", activity.Text, clock)
			switch activity.Kind {
			case ActivityAlarm:
				alarms++
			case ActivityTrouble:
				troubles++
			case ActivityCommunicated:
				require.Fail(t, "the first communication comes once")
			}
		}
		if account.CompanyName == "" {
			home += len(told)
		} else {
			work += len(told)
			for _, activity := range told[9:] {
				require.NotContains(t, []time.Weekday{time.Saturday, time.Sunday}, activity.At.In(zone).Weekday(), activity.Text)
			}
		}
	}
	const homes, works = 24, 8
	require.Greater(t, home/homes/days, 10)
	require.Less(t, home/homes/days, 40)
	require.Less(t, work/works, home/homes/2)
	require.Greater(t, alarms, homes)
	require.Less(t, alarms, 8*homes)
	require.Greater(t, troubles, 5*(homes+works))
	require.Less(t, troubles, 20*(homes+works))
}

func TestSimulatedPanel_IsForVirtualCustomersAlone(t *testing.T) {
	t.Parallel()
	real := Account{ID: "1", Kind: KindCustomer, Type: SecuritySystem, TimeZone: "America/New_York"}
	_, virtual := real.SimulatedPanel()
	require.False(t, virtual)
	require.Zero(t, real.AsOf(time.Now()).CommunicatedAt)
}

func TestDice_FallEvenly(t *testing.T) {
	t.Parallel()
	thrown := map[int]int{}
	d := diceOf("a", "b")
	for range 6000 {
		thrown[d.between(1, 6)]++
	}
	require.Len(t, thrown, 6)
	for number, times := range thrown {
		require.InDelta(t, 1000, times, 120, number)
	}
	require.NotEqual(t, diceOf("ab", "").next(), diceOf("a", "b").next())
}
