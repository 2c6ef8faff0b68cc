package activities_test

import (
	"fmt"
	"sync"

	"github.com/latchkey/latchkey/onboarding"
)

// people are the invented customers of a test, with modules and account numbers of
// their own, and the memory of everything that was typed about them.
type people struct {
	mutex  sync.Mutex
	number int
	typed  []string
}

func newPeople() *people { return &people{typed: []string{secret, mailWord}} }

func (p *people) next() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.number++
	return p.number
}

func (p *people) remember(answers onboarding.Answers) {
	customer := answers.Customer
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, typed := range []string{
		customer.FirstName, customer.LastName, customer.CompanyName, customer.Email, customer.Phone.Number, "+15715550100", customer.SystemDescription,
		customer.Address.Street1, customer.Address.City, customer.Address.PostalCode,
		answers.Login.Name, answers.System.Module, answers.CoverageOverrideReason,
	} {
		if typed != "" {
			p.typed = append(p.typed, typed)
		}
	}
}

func (p *people) everything() []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return append([]string{}, p.typed...)
}

// module is the serial of a module that nobody has: every seventh of the demo's, from
// John Doe's on, fits a Simon XT.
func (w *world) module() string { return fmt.Sprintf("4100%06d", 17+7*w.people.next()) }

// person is a complete application for a security system.
func (w *world) person(firstName, lastName, email, language string, changes ...func(*onboarding.Answers)) onboarding.Answers {
	answers := onboarding.Answers{
		Kind:    onboarding.KindCustomer,
		Account: onboarding.AccountAnswers{Type: onboarding.SecuritySystem},
		Customer: onboarding.CustomerAnswers{
			PropertyType: "single_family_house", InstallType: "professional", FirstName: firstName, LastName: lastName,
			Email: email, EmailConfirmation: email, SystemDescription: "Back door, key under the third stone",
			Phone: onboarding.PhoneAnswers{Number: "+1 571 555 0100", Type: "home"}, Language: language,
			Address: onboarding.AddressAnswers{Country: "US", Street1: "8281 Greensboro Drive", City: "Tysons", State: "VA", PostalCode: "22102"},
		},
		System:  onboarding.SystemAnswers{PanelType: "simon_xt", Module: w.module()},
		Package: onboarding.PackageAnswers{PackageID: "interactive_gold", AddOns: []onboarding.AddOnAnswer{{ID: "six_hour_supervision", Quantity: 1}}},
		Forwarding: onboarding.ForwardingAnswers{
			Option: onboarding.ForwardAlways, ReceiverID: w.demo.Receivers[0].ID, AccountNumber: fmt.Sprintf("%04d", w.people.next()),
		},
		Templates: onboarding.TemplatesAnswers{PanelTemplateID: w.template},
	}
	for _, change := range changes {
		change(&answers)
	}
	w.people.remember(answers)
	return answers
}

// johnDoe is the seed's customer.
func (w *world) johnDoe(changes ...func(*onboarding.Answers)) onboarding.Answers {
	return w.person("John", "Doe", "john.doe@example.com", "en", changes...)
}

func (w *world) joseNunez(changes ...func(*onboarding.Answers)) onboarding.Answers {
	return w.person("José", "Núñez", "jose.nunez@example.com", "es", changes...)
}

func (w *world) liXiaolong(changes ...func(*onboarding.Answers)) onboarding.Answers {
	return w.person("小龙", "李", "xiaolong@example.com", "en", changes...)
}

// withoutPanel makes it a standalone video account, which has no module.
func withoutPanel(answers *onboarding.Answers) {
	answers.Account.Type = onboarding.StandaloneVideoAccess
	answers.System, answers.Forwarding, answers.Templates = onboarding.SystemAnswers{}, onboarding.ForwardingAnswers{}, onboarding.TemplatesAnswers{}
	answers.Package = onboarding.PackageAnswers{PackageID: "video_only"}
}

// virtual makes it a demonstration.
func virtual(answers *onboarding.Answers) {
	answers.Kind = onboarding.KindVirtual
	answers.System, answers.Forwarding, answers.Templates = onboarding.SystemAnswers{}, onboarding.ForwardingAnswers{}, onboarding.TemplatesAnswers{}
}

// installedAt moves the property to another ZIP code: how it is covered depends on it.
func installedAt(state, postalCode, timeZone string) func(*onboarding.Answers) {
	return func(answers *onboarding.Answers) {
		answers.Customer.Address.State, answers.Customer.Address.PostalCode = state, postalCode
		answers.Customer.TimeZone = timeZone
	}
}

func overriding(reason string) func(*onboarding.Answers) {
	return func(answers *onboarding.Answers) { answers.CoverageOverrideReason = reason }
}

func wantingLogin(name string) func(*onboarding.Answers) {
	return func(answers *onboarding.Answers) { answers.Login.Name = name }
}

func withModule(serial string) func(*onboarding.Answers) {
	return func(answers *onboarding.Answers) { answers.System.Module = serial }
}
