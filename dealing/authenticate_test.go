package dealing_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
)

// keyOf makes a key that acts as somebody of the dealer's staff.
func (p *portal) keyOf(userID string) string {
	p.t.Helper()
	key, err := p.CreateAPIKey(p.t.Context(), p.office, "", dealing.NewKey{ID: dealing.NewKeyID(), UserID: userID, Label: "CRM"})
	require.NoError(p.t, err)
	actor, err := p.Authenticate(p.t.Context(), key)
	require.NoError(p.t, err)
	require.Equal(p.t, userID, actor.UserID)
	return key
}

func TestAuthenticate_KeepsADisabledUserOutAtOnce(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	member, _, err := p.AddStaff(t.Context(), p.office, "", dealing.StaffAnswers{
		FirstName: "Jane", LastName: "Doe", LoginName: "janedoe", Role: "technician",
	})
	require.NoError(t, err)
	key := p.keyOf(member.ID)

	require.NoError(t, p.ChangeStaff(t.Context(), p.office, "", member.ID, dealing.StaffAnswers{FirstName: "Jane", LastName: "Doe", Role: "office"}))
	actor, err := p.Authenticate(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, dealing.RoleOffice, actor.Role)
	require.NoError(t, p.DisableStaff(t.Context(), p.office, "", member.ID))
	_, err = p.Authenticate(t.Context(), key)
	require.ErrorIs(t, err, dealing.ErrUnauthenticated)
}

// Another replica, or an administrator's command, writes past this desk.
func TestAuthenticate_NoticesWithinASecondWhatIsRevokedElsewhere(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	key := p.keyOf(p.office.UserID)

	_, err := p.pool.Exec(t.Context(), `UPDATE api_keys SET revoked_at = now()`)
	require.NoError(t, err)
	revoked := time.Now()

	require.Eventually(t, func() bool {
		_, err := p.Authenticate(t.Context(), key)
		return errors.Is(err, dealing.ErrUnauthenticated)
	}, 10*time.Second, time.Millisecond)
	require.Less(t, time.Since(revoked), 5*time.Second, "a second, on a machine that does other things too")
}
