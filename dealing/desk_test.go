package dealing

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestScope_NeverWidensForAnActorWithoutDealers(t *testing.T) {
	t.Parallel()
	// The record takes nil for "every dealer".
	require.NotNil(t, scope(Actor{Role: RoleOffice}))
	require.Empty(t, scope(Actor{Role: RoleOffice}))
	require.Nil(t, scope(Actor{Role: RoleOperator}))
}

func TestForDealer_ActsForTheActorsOwnDealersAlone(t *testing.T) {
	t.Parallel()
	own, linked, foreign := uuid.NewString(), uuid.NewString(), uuid.NewString()
	office := Actor{Role: RoleOffice, DealerID: own, Dealers: []string{own, linked}}
	for chosen, want := range map[string]string{"": own, own: own, linked: linked} {
		dealerID, err := forDealer(office, chosen)
		require.NoError(t, err)
		require.Equal(t, want, dealerID)
	}
	for _, chosen := range []string{foreign, "x", "{" + own + "}", strings.ToUpper(own)} {
		_, err := forDealer(office, chosen)
		require.ErrorIs(t, err, ErrNotFound, chosen)
	}
	_, err := forDealer(Actor{Role: RoleOperator}, "")
	var invalid *Invalid
	require.ErrorAs(t, err, &invalid)
}

func TestNewAPIKey_IsLongRandomAndRecognisable(t *testing.T) {
	t.Parallel()
	key := NewAPIKey()
	require.True(t, strings.HasPrefix(key, "lk_"))
	require.Greater(t, len(key), 40)
	require.NotEqual(t, key, NewAPIKey())
	require.NotEqual(t, HashAPIKey(key), HashAPIKey(NewAPIKey()))
}

func TestTemporaryPassword_AlwaysKeepsTheCustomersRules(t *testing.T) {
	t.Parallel()
	for range 500 {
		password := temporaryPassword()
		require.Len(t, password, passwordLength)
		require.True(t, strings.ContainsAny(password, passwordLetters))
		require.True(t, strings.ContainsAny(password, passwordDigits))
		require.True(t, strings.ContainsAny(password, passwordSpecials))
		require.False(t, strings.ContainsAny(password, "0O1lI5S2Zo"))
	}
}
