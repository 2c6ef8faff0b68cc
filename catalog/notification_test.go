package catalog

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNotifications_AreNamedOnceAndExplained(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, notification := range Current().Notifications() {
		require.Regexp(t, snakeCase, notification.ID)
		require.False(t, seen[notification.ID], notification.ID)
		seen[notification.ID] = true
		require.NotEmpty(t, notification.Label)
		require.NotEmpty(t, notification.Meaning)
	}
	for _, kind := range []string{"alarms", "arming", "disarming", "power_failure", "low_battery", "bypassed", "tamper", "malfunction", "panel_not_responding"} {
		require.True(t, seen[kind], kind)
	}
	require.Subset(t, keys(seen), Current().DefaultNotifications())
	require.NotEmpty(t, Current().DefaultNotifications())
}

func keys(set map[string]bool) []string {
	var all []string
	for key := range set {
		all = append(all, key)
	}
	return all
}
