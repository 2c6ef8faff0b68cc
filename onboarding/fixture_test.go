package onboarding

import (
	"time"

	"github.com/latchkey/latchkey/catalog"
)

// johnDoe is a complete application of the seed's customer; tests change what they are about.
func johnDoe() Answers {
	return Answers{
		Kind:    KindCustomer,
		Account: AccountAnswers{Type: SecuritySystem},
		Customer: CustomerAnswers{
			PropertyType: "single_family_house", InstallType: "professional",
			FirstName: "John", LastName: "Doe",
			Email: "john.doe@example.com", EmailConfirmation: "john.doe@example.com",
			Phone:    PhoneAnswers{Number: "+1 571 555 0100", Type: "home"},
			Language: "en",
			Address:  AddressAnswers{Country: "US", Street1: "8281 Greensboro Drive", City: "Tysons", State: "VA", PostalCode: "22102"},
		},
		System:     SystemAnswers{PanelType: PanelAuto, Module: "4100000017"},
		Package:    PackageAnswers{PackageID: "interactive_gold", AddOns: []AddOnAnswer{{ID: "six_hour_supervision", Quantity: 1}}},
		Forwarding: ForwardingAnswers{Option: ForwardAlways, ReceiverID: "receiver-1", AccountNumber: "1234"},
	}
}

// sampleFacts is a world in which johnDoe breaks no rule.
func sampleFacts() Facts {
	return Facts{
		Now:               time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
		DealerActive:      true,
		StationRegistered: true,
		Module: &Module{
			ID: "module-1", Serial: "4100000017", IMEI: "490154203237518", Network: "AT&T",
			PanelTypes: []string{"twog_gc2", "gc3"}, DefaultPathway: "cell", Pathways: []string{"cell", "cell_and_broadband"},
			TwoWayVoice: true, FirmwareVersion: "1.10", State: ModuleAvailable,
		},
		Receiver: &Receiver{ID: "receiver-1", Protocol: ProtocolContactID, TwoWayVoice: true},
		PackageTemplates: []catalog.PackageTemplate{{
			ID: "template-1", Name: "Gold with locks", PackageID: "interactive_gold",
			AddOns: []catalog.Selected{{ID: "locks", Quantity: 1}, {ID: "extra_image_events", Quantity: 10}},
		}},
	}
}

// found is what a test expects of a problem; messages are asserted where they are the seed's.
type found struct{ field, code string }

func faultsOf(problems Problems) []found {
	var all []found
	for _, problem := range problems {
		all = append(all, found{problem.Field, problem.Code})
	}
	return all
}

// problemsOf checks one section of johnDoe's application after a change.
func problemsOf(section Section, change func(*Answers, *Facts)) []found {
	answers, facts := johnDoe(), sampleFacts()
	change(&answers, &facts)
	return faultsOf(CheckSection(section, answers, facts))
}
