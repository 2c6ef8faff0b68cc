package dealing_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func TestDefaultNotifications_AreChangedByTheOfficeAlone(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	technician := p.user("tech", onboarding.RoleTechnician, p.dealerID)
	admin := p.user("admin", onboarding.RoleAdministrator, "")

	seen, err := p.DefaultNotifications(t.Context(), technician, "")
	require.NoError(t, err)
	require.Contains(t, seen.Kinds, "alarms")
	_, err = p.DefaultNotifications(t.Context(), p.other, p.dealerID)
	require.ErrorIs(t, err, dealing.ErrNotFound)
	for name, c := range map[string]struct {
		actor    dealing.Actor
		dealerID string
		want     error
	}{
		"technician": {technician, p.dealerID, dealing.ErrForbidden},
		"operator":   {p.ops, p.dealerID, dealing.ErrForbidden},
		"another":    {p.other, p.dealerID, dealing.ErrNotFound},
		"nobody's":   {admin, uuid.NewString(), dealing.ErrNotFound},
	} {
		_, err := p.ChangeDefaultNotifications(t.Context(), c.actor, c.dealerID, []string{"alarms"}, 0)
		require.ErrorIs(t, err, c.want, name)
	}
	require.Zero(t, p.audited("settings.change_default_notifications"))
}

func TestDefaultNotifications_AreSavedOnceByWhoSawThem(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	saved, err := p.ChangeDefaultNotifications(t.Context(), p.office, "", []string{"tamper", "alarms", "alarms"}, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"alarms", "tamper"}, saved.Kinds)
	require.Equal(t, 1, saved.Saved.Version)

	now, err := p.ChangeDefaultNotifications(t.Context(), p.office, "", []string{"arming"}, 0)
	require.ErrorIs(t, err, dealing.ErrStale)
	require.Equal(t, saved.Kinds, now.Kinds)
	require.Equal(t, 1, p.audited("settings.change_default_notifications"))

	_, err = p.ChangeDefaultNotifications(t.Context(), p.office, "", []string{"alarms", "fax", "\x00"}, 1)
	requireProblem(t, err, "/notifications/1", "invalid_choice")
	requireProblem(t, err, "/notifications/2", "invalid_choice")
}
