package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

func TestFacts_AnswersEveryQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.johnDoe(w.modules[0])
	first.Answers.Customer.Operations.AlternateID = "CRM-1"
	w.opened(first)

	branch := w.made(w.CreateDealer(t.Context(), postgres.NewDealer{
		ParentID: w.dealer, Dealer: onboarding.Dealer{Name: "West", TimeZone: "America/Los_Angeles"},
	}))
	w.made(w.CreateUser(t.Context(), postgres.NewUser{DealerID: w.dealer, Role: onboarding.RoleOffice, LoginName: "SRoberts", SalesRep: true}))
	source := w.made(w.CreateCustomerSource(t.Context(), w.dealer, onboarding.NamedID{Name: "Referral"}))
	packageTemplate := catalog.PackageTemplate{Name: "Gold", PackageID: "interactive_gold", AddOns: []catalog.Selected{{ID: "locks", Quantity: 2}}}
	packageTemplate.ID = w.made(w.CreatePackageTemplate(t.Context(), w.dealer, packageTemplate))
	price := catalog.Price{Monthly: 2195, Activation: 2900}
	require.NoError(t, w.SetPrice(t.Context(), w.dealer, "interactive_gold", price))

	questions := onboarding.Questions{
		Module: w.modules[1].Serial, LoginNames: []string{"johndoe1", onboarding.LoginKey(first.Answers.Login.Name)},
		SubDealerID: branch, Reps: []string{"sroberts", "office"}, CustomerSource: source, ReceiverID: w.receiver,
		AccountNumber: first.Answers.Forwarding.AccountNumber, PanelTemplateID: w.template, AlternateID: "CRM-1",
	}
	facts, err := w.Facts(t.Context(), w.dealer, "", questions)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), facts.Now, time.Minute)

	module := w.modules[1]
	module.State = onboarding.ModuleAvailable
	require.Equal(t, onboarding.Facts{
		Now: facts.Now, DealerActive: true, StationRegistered: true, SubDealerKnown: true,
		RepsKnown: map[string]bool{"sroberts": true}, CustomerSourceKnown: true, AlternateIDTaken: true,
		TakenLoginNames: map[string]bool{onboarding.LoginKey(first.Answers.Login.Name): true},
		Module:          &module,
		Receiver: &onboarding.Receiver{
			ID: w.receiver, StationID: facts.Receiver.StationID, StationName: "Central", Name: "Line 1",
			Protocol: onboarding.ProtocolContactID, TwoWayVoice: true,
		},
		AccountNumberTaken: true,
		PanelTemplate:      &onboarding.PanelTemplate{ID: w.template, Name: "House", PanelType: "simon_xt"},
		PackageTemplates:   []catalog.PackageTemplate{packageTemplate},
		Prices:             catalog.Prices{"interactive_gold": price},
	}, facts)
}

func TestFacts_ForADealerWithNothingAndQuestionsThatAreNonsense(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newDealer("Other Dealer")
	require.NoError(t, w.SuspendDealer(t.Context(), other))
	facts, err := w.Facts(t.Context(), other, "", onboarding.Questions{
		Module: "nonsense", SubDealerID: "nonsense", CustomerSource: "nonsense", ReceiverID: w.receiver, PanelTemplateID: w.template,
	})
	require.NoError(t, err)
	require.Equal(t, onboarding.Facts{
		Now: facts.Now, RepsKnown: map[string]bool{}, TakenLoginNames: map[string]bool{},
		PackageTemplates: []catalog.PackageTemplate{}, Prices: catalog.Prices{},
	}, facts)
}

func TestFacts_WhatTheOnboardingHoldsItselfIsFree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	application := w.johnDoe(w.modules[0])
	application.Answers.Customer.Operations.AlternateID = "CRM-1"
	id := w.opened(application).OnboardingID
	facts, err := w.Facts(t.Context(), w.dealer, id, onboarding.Questions{
		Module: w.modules[0].Serial, LoginNames: []string{onboarding.LoginKey(application.Answers.Login.Name)},
		ReceiverID: w.receiver, AccountNumber: application.Answers.Forwarding.AccountNumber, AlternateID: "CRM-1",
	})
	require.NoError(t, err)
	require.Equal(t, onboarding.ModuleAvailable, facts.Module.State)
	require.Empty(t, facts.TakenLoginNames)
	require.False(t, facts.AccountNumberTaken)
	require.False(t, facts.AlternateIDTaken)
}

func TestModule_IsFoundByEachNumberWithTheStateTheDealerMayKnow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newDealer("Other Dealer")
	w.addModule("4100000101", func(m *postgres.NewModule) { m.IMEI, m.MEID = "490154203237518", "A10000009296F2" })
	w.addModule("4100000102", func(m *postgres.NewModule) { m.DealerID = other })
	w.addModule("4100000103", func(m *postgres.NewModule) { m.RetiredAt = time.Now() })
	w.addModule("4100000104", func(m *postgres.NewModule) { m.SunsetOn = time.Date(2022, 12, 31, 0, 0, 0, 0, time.UTC) })
	w.addModule("4100000105", func(m *postgres.NewModule) { m.SunsetOn = time.Now().AddDate(1, 0, 0) })
	w.accepted(w.johnDoe(w.modules[0]))
	w.opened(w.johnDoe(w.modules[1]))

	for identifier, state := range map[string]onboarding.ModuleState{
		"4100000101":        onboarding.ModuleAvailable,
		"490154203237518":   onboarding.ModuleAvailable,
		"A10000009296F2":    onboarding.ModuleAvailable,
		"4100000102":        onboarding.ModuleOtherDealer,
		"4100000103":        onboarding.ModuleRetired,
		"4100000104":        onboarding.ModuleSunset,
		"4100000105":        onboarding.ModuleAvailable,
		w.modules[0].Serial: onboarding.ModuleHeld,
		w.modules[1].Serial: onboarding.ModuleInUse,
	} {
		module, err := w.Module(t.Context(), w.dealer, identifier)
		require.NoError(t, err)
		require.Equal(t, state, module.State, identifier)
	}
	unknown, err := w.Module(t.Context(), w.dealer, "4100000999")
	require.NoError(t, err)
	require.Nil(t, unknown)
}

func TestRecordPanelEvent_FindsTheOnboardingOnceAnEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.accepted(w.johnDoe(w.modules[0]))
	event := onboarding.PanelEvent{EventID: "event-1", Module: w.modules[0].Serial, Kind: "communicated", At: noon}
	for _, first := range []bool{true, false} {
		found, fresh, err := w.RecordPanelEvent(t.Context(), event)
		require.NoError(t, err)
		require.Equal(t, id, found)
		require.Equal(t, first, fresh)
	}
	for i, module := range []string{w.modules[1].Serial, "4199999999"} {
		found, fresh, err := w.RecordPanelEvent(t.Context(), onboarding.PanelEvent{EventID: newID(), Module: module, Kind: "communicated", At: noon})
		require.NoError(t, err)
		require.Empty(t, found, i)
		require.True(t, fresh)
	}
}

func TestNotices_HappenOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(w.johnDoe(w.modules[0])).OnboardingID
	due, err := w.NoticeDue(t.Context(), id, "panel_silent")
	require.NoError(t, err)
	require.True(t, due)
	for range 2 {
		require.NoError(t, w.NoticeSent(t.Context(), id, "panel_silent"))
	}
	due, err = w.NoticeDue(t.Context(), id, "panel_silent")
	require.NoError(t, err)
	require.False(t, due)
}
