package dealing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
)

const otherPassword = "another horse 2!"

func TestChangeOwnPassword_EndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	for _, login := range []string{"office", "ops"} {
		session, _, err := p.SignIn(t.Context(), login, password)
		require.NoError(t, err)
		changed, fault, err := p.ChangeOwnPassword(t.Context(), session, password, otherPassword)
		require.NoError(t, err)
		require.Zero(t, fault)
		user, err := p.UserOf(t.Context(), changed)
		require.NoError(t, err)
		require.Equal(t, login, user.LoginName)
		_, err = p.UserOf(t.Context(), session)
		require.ErrorIs(t, err, dealing.ErrUnauthenticated)
		_, _, err = p.ChangeOwnPassword(t.Context(), session, password, "A third one 3!")
		require.ErrorIs(t, err, dealing.ErrUnauthenticated)
	}
	require.Equal(t, 2, p.audited("portal.change_password"))
}

func TestChangeOwnPassword_SaysWhyNot(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	session, _, err := p.SignIn(t.Context(), "office", password)
	require.NoError(t, err)
	var codes []string
	for _, attempt := range [][2]string{
		{password, "short 1!"},
		{password, "no number here!"},
		{password, password},
		{"wrong", otherPassword},
		{"wrong", otherPassword},
		{"wrong", otherPassword},
		{"wrong", otherPassword},
		{"wrong", otherPassword},
		{password, otherPassword},
	} {
		_, fault, err := p.ChangeOwnPassword(t.Context(), session, attempt[0], attempt[1])
		require.NoError(t, err)
		codes = append(codes, fault.Code)
	}
	require.Equal(t, []string{
		"too_short", "too_weak", "unchanged", "wrong_password", "wrong_password", "wrong_password", "wrong_password", "locked", "locked",
	}, codes)
	require.Zero(t, p.audited("portal.change_password"))
	_, err = p.UserOf(t.Context(), session)
	require.NoError(t, err)
}
