package postgres_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

func TestFactsOfMany_AreTheFactsOfEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.johnDoe(w.modules[0])
	first.Answers.Customer.Operations.AlternateID = "CRM-1"
	w.opened(first)
	taken := onboarding.LoginKey(first.Answers.Login.Name)
	branch := w.made(w.CreateDealer(t.Context(), postgres.NewDealer{
		ParentID: w.dealer, Dealer: onboarding.Dealer{Name: "West", TimeZone: "America/Los_Angeles"},
	}))
	w.made(w.CreateUser(t.Context(), postgres.NewUser{DealerID: w.dealer, Role: onboarding.RoleOffice, LoginName: "SRoberts", SalesRep: true}))
	source := w.made(w.CreateCustomerSource(t.Context(), w.dealer, onboarding.NamedID{Name: "Referral"}))
	w.made(w.CreatePackageTemplate(t.Context(), w.dealer, catalog.PackageTemplate{Name: "Gold", PackageID: "interactive_gold"}))
	require.NoError(t, w.SetPrice(t.Context(), w.dealer, "interactive_gold", catalog.Price{Monthly: 2195, Activation: 2900}))
	w.addModule("4100000101", func(m *postgres.NewModule) { m.IMEI = "490154203237518" })

	questions := []onboarding.Questions{
		{},
		{
			Module: w.modules[1].Serial, LoginNames: []string{"johndoe0", taken}, SubDealerID: branch, Reps: []string{"sroberts", "office"},
			CustomerSource: source, ReceiverID: w.receiver, AccountNumber: first.Answers.Forwarding.AccountNumber, PanelTemplateID: w.template, AlternateID: "CRM-1",
		},
		{Module: w.modules[0].Serial, ReceiverID: w.receiver, AccountNumber: "9999", AlternateID: "CRM-2"},
		{Module: "490154203237518", LoginNames: []string{"jane"}},
		{Module: "nonsense", SubDealerID: "nonsense", CustomerSource: "nonsense", ReceiverID: newID(), AccountNumber: "1234", PanelTemplateID: "nonsense"},
	}
	many, err := w.FactsOfMany(t.Context(), w.dealer, questions)
	require.NoError(t, err)
	require.Len(t, many, len(questions))
	for i, asked := range questions {
		one, err := w.Facts(t.Context(), w.dealer, "", asked)
		require.NoError(t, err)
		// Many share what was found for any of them: what one did not ask for does not matter to it.
		for _, name := range asked.LoginNames {
			require.Equal(t, one.TakenLoginNames[name], many[i].TakenLoginNames[name], name)
		}
		for _, rep := range asked.Reps {
			require.Equal(t, one.RepsKnown[rep], many[i].RepsKnown[rep], rep)
		}
		one.Now, one.TakenLoginNames, one.RepsKnown = many[i].Now, many[i].TakenLoginNames, many[i].RepsKnown
		require.Equal(t, one, many[i], i)
	}
}

func TestFactsOfMany_LookFurtherWhenTheFirstSuggestionsAreTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var names []string
	for i := range 7 {
		application := w.johnDoe(onboarding.Module{})
		application.Answers.Login.Name = fmt.Sprintf("Smith%d", i)
		w.accepted(application)
		names = append(names, fmt.Sprintf("smith%d", i))
	}
	facts, err := w.FactsOfMany(t.Context(), w.dealer, []onboarding.Questions{{LoginNames: append(names, "smith8")}})
	require.NoError(t, err)
	for _, name := range names {
		require.True(t, facts[0].TakenLoginNames[name], name)
	}
	require.False(t, facts[0].TakenLoginNames["smith8"])
}
