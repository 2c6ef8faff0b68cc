package applicationjson_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/onboarding"
)

func TestPatch_ReplacesWhatItNames(t *testing.T) {
	t.Parallel()
	was := onboarding.Answers{
		Kind: onboarding.KindCustomer, Account: onboarding.AccountAnswers{Type: onboarding.SecuritySystem},
		Customer: onboarding.CustomerAnswers{
			FirstName: "John", LastName: "Doe", CompanyName: "Doe Ltd", Phone: onboarding.PhoneAnswers{Number: "571 555 0100", Type: "home"},
			Operations: onboarding.OperationsAnswers{ContractMonths: 36}, InstallationAddress: &onboarding.AddressAnswers{City: "Tysons"},
		},
		Package:    onboarding.PackageAnswers{PackageID: "gold", AddOns: []onboarding.AddOnAnswer{{ID: "locks", Quantity: 2}, {ID: "voice"}}},
		Forwarding: onboarding.ForwardingAnswers{Events: []string{}},
	}
	for name, c := range map[string]struct {
		patch  string
		change func(*onboarding.Answers)
	}{
		"nothing":               {`{}`, func(*onboarding.Answers) {}},
		"what is no answer":     {`{"expected": {"network": "AT&T"}, "expires_at": ""}`, func(*onboarding.Answers) {}},
		"one member":            {`{"system": {"module": "4100000017"}}`, func(a *onboarding.Answers) { a.System.Module = "4100000017" }},
		"a member deep down":    {`{"customer": {"phone": {"type": "work"}}}`, func(a *onboarding.Answers) { a.Customer.Phone.Type = "work" }},
		"an emptied member":     {`{"customer": {"company_name": "", "operations": {"contract_months": 0}}}`, func(a *onboarding.Answers) { a.Customer.CompanyName, a.Customer.Operations.ContractMonths = "", 0 }},
		"an address taken away": {`{"customer": {"installation_address": null}}`, func(a *onboarding.Answers) { a.Customer.InstallationAddress = nil }},
		"a list":                {`{"package": {"add_ons": [{"id": "locks"}]}}`, func(a *onboarding.Answers) { a.Package.AddOns = []onboarding.AddOnAnswer{{ID: "locks"}} }},
		"the default events":    {`{"forwarding": {"events": null}}`, func(a *onboarding.Answers) { a.Forwarding.Events = nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := was
			c.change(&want)
			require.Equal(t, want, applicationjson.Patch(c.patch).Over(was))
		})
	}
}
