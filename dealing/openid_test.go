package dealing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func TestUnlinkStaff_IsForTheOfficeOfTheUsersOwnDealer(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	tina := p.user("tina", onboarding.RoleTechnician, p.dealerID)
	p.made(p.store.LinkUser(t.Context(), "tina", "https://login.example.com", "s-1"))
	require.ErrorIs(t, p.UnlinkStaff(t.Context(), tina, "", tina.UserID), dealing.ErrForbidden)
	require.ErrorIs(t, p.UnlinkStaff(t.Context(), p.other, "", tina.UserID), dealing.ErrNotFound)
	require.ErrorIs(t, p.UnlinkStaff(t.Context(), p.other, p.dealerID, tina.UserID), dealing.ErrNotFound)
	require.ErrorIs(t, p.UnlinkStaff(t.Context(), p.ops, p.dealerID, tina.UserID), dealing.ErrForbidden)
	staff, err := p.Staff(t.Context(), p.office, "")
	require.NoError(t, err)
	linked := map[string]bool{}
	for _, member := range staff {
		linked[member.LoginName] = member.Linked
	}
	require.Equal(t, map[string]bool{"tina": true, "office": false}, linked)

	require.NoError(t, p.UnlinkStaff(t.Context(), p.office, "", tina.UserID))
	require.ErrorIs(t, p.UnlinkStaff(t.Context(), p.office, "", tina.UserID), dealing.ErrNotFound)
	require.Equal(t, 1, p.count(`SELECT count(*) FROM audit WHERE action = 'settings.unlink_user' AND user_id = $1 AND object_id = $2`, p.office.UserID, tina.UserID))
}

func TestStaff_HaveAnEmailAddressOrNone(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	typed := dealing.StaffAnswers{LoginName: "tina", FirstName: "Tina", LastName: "Technician", Role: "technician", Email: "  tina@EXAMPLE.com "}
	tina, _, err := p.AddStaff(t.Context(), p.office, "", typed)
	require.NoError(t, err)
	for _, address := range []string{"tina", "a@b", "tina@example.com\x00", "\u202etina@example.com", "tina@example.com, eve@example.com"} {
		typed.Email = address
		requireProblem(t, p.ChangeStaff(t.Context(), p.office, "", tina.ID, typed), "/email", "malformed")
	}
	read, err := p.StaffMember(t.Context(), p.office, "", tina.ID)
	require.NoError(t, err)
	require.Equal(t, "tina@example.com", read.Email)
	typed.Email = ""
	require.NoError(t, p.ChangeStaff(t.Context(), p.office, "", tina.ID, typed))
	read, err = p.StaffMember(t.Context(), p.office, "", tina.ID)
	require.NoError(t, err)
	require.Empty(t, read.Email)
}

func TestOpenID_IsNotThereWhenNoneIsSetUp(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	require.Equal(t, dealing.SignInWays{Password: true}, p.SignInWays())
	_, _, err := p.BeginOpenID(t.Context(), "/")
	require.ErrorIs(t, err, dealing.ErrNotFound)
	_, _, _, err = p.FinishOpenID(t.Context(), dealing.OpenIDAnswer{State: "s", Browser: "b", Code: "c"})
	require.ErrorIs(t, err, dealing.ErrNotFound)
	require.Empty(t, p.SignOutElsewhere(t.Context()))

	// A session of a provider that was taken out of the settings since.
	session, _, err := p.SignIn(t.Context(), "office", password)
	require.NoError(t, err)
	session.IdentityID = p.dealerID
	_, err = p.UserOf(t.Context(), session)
	require.ErrorIs(t, err, dealing.ErrUnauthenticated)
}
