package e2e

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/applicationjson"
)

// customer is an invented person with a module. Whatever is personal about them is a word
// that occurs nowhere else, so that finding it means that it leaked.
type customer struct {
	applicationjson.Application
}

var people atomic.Int32

// newCustomer invents somebody and takes the next module of the inventory for them.
func (s *stack) newCustomer(t *testing.T) customer {
	t.Helper()
	return s.newCustomerWith(t, s.nextModule(t))
}

func (s *stack) newCustomerWith(t testing.TB, module string) customer {
	t.Helper()
	number := people.Add(1)
	mark := inLetters(number)
	first, last := "Quillabert"+mark, "Wexcombe"+mark
	invented := customer{applicationjson.Application{
		Kind:    "customer",
		Account: applicationjson.Account{Type: "security_system"},
		Customer: applicationjson.Customer{
			PropertyType: "single_family_house", InstallType: "professional", FirstName: first, LastName: last,
			Email: strings.ToLower(first + "." + last + "@example.test"), EmailConfirmation: strings.ToLower(first + "." + last + "@example.test"),
			Phone: applicationjson.Phone{Number: fmt.Sprintf("+1 571 555 01%02d", number%100), Type: "home"}, Language: "en",
			SystemDescription: "Brass key under the fern " + mark,
			Address: applicationjson.Address{
				Country: "US", Street1: fmt.Sprintf("%d Mulberrygate Crescent", 7000+number), City: "Tysons", State: "VA", PostalCode: "22102",
			},
		},
		Login:   applicationjson.Login{Name: "Loginwex" + mark},
		System:  applicationjson.System{PanelType: "auto", Module: module},
		Package: applicationjson.Package{PackageID: "interactive_gold"},
		Forwarding: applicationjson.Forwarding{
			Option: "always", ReceiverID: s.longNumberReceiver(t), AccountNumber: fmt.Sprintf("FACADE%010X", number),
		},
	}}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.customers = append(s.customers, invented)
	return invented
}

// longNumberReceiver takes account numbers that are long enough to be told from any other number.
func (s *stack) longNumberReceiver(t testing.TB) string {
	t.Helper()
	for _, receiver := range s.demo.Receivers {
		if receiver.Protocol == "dc09" {
			return receiver.ID
		}
	}
	require.Fail(t, "the demo has no DC-09 receiver")
	return ""
}

// inLetters is a number in letters, for names.
func inLetters(number int32) string {
	const letters = "bcdfghjklmnpqrstvwxz"
	mark := ""
	for rest := number; rest > 0; rest /= int32(len(letters)) {
		mark += string(letters[rest%int32(len(letters))])
	}
	return mark
}

func (s *stack) nextModule(t *testing.T) string {
	t.Helper()
	used := int(s.modules.Add(1))
	require.LessOrEqual(t, used, len(s.demo.AvailableModules), "the demo has no more modules")
	return s.demo.AvailableModules[used-1]
}

// nextModuleFor is the next one that Auto Detect Equipment finds to be this panel's.
func (s *stack) nextModuleFor(t *testing.T, panelType string) string {
	t.Helper()
	for {
		serial := s.nextModule(t)
		module := fetch[struct {
			PanelType string `json:"panel_type"`
		}](t, s.office, "/v1/modules/%s", serial)
		if module.PanelType == panelType {
			return serial
		}
	}
}

func (c customer) serial() string { return c.System.Module }
func (c customer) email() string  { return c.Customer.Email }

// privateWords are the strings that may stand in our own database and on the wire to
// those who need them, and nowhere else.
func (c customer) privateWords() []string {
	national := strings.TrimPrefix(strings.ReplaceAll(c.Customer.Phone.Number, " ", ""), "+1")
	area, exchange, line := national[:3], national[3:6], national[6:]
	return []string{
		c.Customer.FirstName, c.Customer.LastName, c.Customer.Email, c.Customer.SystemDescription, c.Customer.Address.Street1,
		c.Login.Name, c.System.Module, c.Forwarding.AccountNumber,
		c.Customer.Phone.Number, national, area + "-" + exchange + "-" + line, area + " " + exchange + " " + line,
		area + ") " + exchange + "-" + line, exchange + "-" + line,
	}
}
