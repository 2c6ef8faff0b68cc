package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

var _ activities.Store = (*postgres.Store)(nil)

func TestNew_RefusesASecretThatCanBeGuessedAndAWebsiteNobodyFinds(t *testing.T) {
	t.Parallel()
	for _, config := range []activities.Config{
		{Secret: []byte("too short"), CustomerURL: customerURL},
		{Secret: []byte(secret), CustomerURL: ""},
		{Secret: []byte(secret), CustomerURL: "customers.example.com"},
		{Secret: []byte(secret), CustomerURL: "https://"},
		{Secret: []byte(secret), CustomerURL: "https://%zz"},
	} {
		_, err := activities.New(config)
		require.Error(t, err)
		require.NotContains(t, err.Error(), secret)
	}
}

func TestDefaultPolicy_WaitsExactlyTheSeedsHour(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1h0m0s", activities.DefaultPolicy.NetworkWait.String())
}

func TestName_IsTheStepsOwn(t *testing.T) {
	t.Parallel()
	require.Equal(t, "RegisterModule", activities.Name(onboarding.StepRegisterModule))
	require.Equal(t, "UndoSendLetter", activities.Name(onboarding.UndoSendLetter))
}
