package postgres_test

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
	"github.com/latchkey/latchkey/postgres/postgrestest"
)

func TestLoadDemo_CanBeRepeatedWithNewKeys(t *testing.T) {
	t.Parallel()
	store := postgrestest.Open(t)
	secrets := postgres.DemoSecrets{DealerKey: "lk_dealer", OtherDealerKey: "lk_other", OpsKey: "lk_ops", PasswordHash: "$argon2id$"}
	demo, err := store.LoadDemo(t.Context(), secrets)
	require.NoError(t, err)
	require.Contains(t, demo.AvailableModules, "4100000017")
	require.NotContains(t, demo.AvailableModules, "4100000901") // the simulator refuses it
	require.Len(t, demo.TakenModules, 5)
	require.Len(t, demo.SunsetModules, 10)
	require.Len(t, demo.Receivers, 3)
	require.Equal(t, "Sample Dealer", demo.Dealer.Name)

	johns, err := store.Module(t.Context(), demo.Dealer.ID, "4100000017")
	require.NoError(t, err)
	require.Equal(t, "AT&T", johns.Network)
	require.Equal(t, "simon_xt", johns.PanelTypes[0])
	require.True(t, johns.TwoWayVoice)
	for _, serial := range demo.TakenModules {
		module, err := store.Module(t.Context(), demo.Dealer.ID, serial)
		require.NoError(t, err)
		require.Equal(t, onboarding.ModuleInUse, module.State)
	}

	secrets.DealerKey = "lk_dealer_after_restart"
	again, err := store.LoadDemo(t.Context(), secrets)
	require.NoError(t, err)
	require.Equal(t, demo, again)
	for _, key := range []string{"lk_dealer", "lk_dealer_after_restart"} {
		actor, err := store.ActorByAPIKey(t.Context(), sha256.Sum256([]byte(key)))
		require.NoError(t, err)
		require.Equal(t, demo.Dealer.User.ID, actor.UserID)
		require.Len(t, actor.Dealers, 2) // its branch is the second
	}
}

// The seed's John Doe can be onboarded with what the demo has.
func TestLoadDemo_SuitsTheSeedsCustomer(t *testing.T) {
	t.Parallel()
	store := postgrestest.Open(t)
	demo, err := store.LoadDemo(t.Context(), postgres.DemoSecrets{DealerKey: "lk_1", OtherDealerKey: "lk_2", OpsKey: "lk_3"})
	require.NoError(t, err)
	address := onboarding.AddressAnswers{Country: "US", Street1: "8281 Greensboro Drive", City: "Tysons", State: "VA", PostalCode: "22102"}
	answers := onboarding.Answers{
		Kind:    onboarding.KindCustomer,
		Account: onboarding.AccountAnswers{Type: onboarding.SecuritySystem},
		Customer: onboarding.CustomerAnswers{
			PropertyType: "single_family_house", InstallType: "professional", FirstName: "John", LastName: "Doe",
			Email: "john.doe@example.com", EmailConfirmation: "john.doe@example.com",
			Phone: onboarding.PhoneAnswers{Number: "+1 571 555 0100", Type: "home"}, Language: "en", Address: address,
		},
		System:  onboarding.SystemAnswers{PanelType: "auto", Module: "4100000017"},
		Package: onboarding.PackageAnswers{PackageID: "interactive_gold", AddOns: []onboarding.AddOnAnswer{{ID: "two_way_voice"}, {ID: "six_hour_supervision"}}},
		Forwarding: onboarding.ForwardingAnswers{
			Option: onboarding.ForwardAlways, ReceiverID: demo.Receivers[0].ID, AccountNumber: "1234", TwoWayVoiceFireCO: true,
		},
	}
	facts, err := store.Facts(t.Context(), demo.Dealer.ID, "", onboarding.Ask(answers))
	require.NoError(t, err)
	_, problems := onboarding.Check(answers, facts)
	require.Empty(t, problems)
}
