package onboarding

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCustomer_OfTheSeedIsInOrder(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Customer.Operations.ContractMonths = 36
	customer := customerOf(t, answers, emptyWorld())

	require.Equal(t, "+15715550100", customer.Phone.Number)
	require.Equal(t, "America/New_York", customer.TimeZone)
	require.Nil(t, customer.InstallationAddress)
	require.Equal(t, 36, customer.Operations.ContractMonths)
	require.Equal(t, "2029-11-24", customer.Operations.ContractEndDate)
}

func TestCustomer_EmptyAnswersTakeTheSeedsDefaults(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Customer.InstallType = ""
	answers.Customer.Phone.Type = ""
	answers.Customer.Language = ""
	answers.Customer.Address.Country = ""

	customer := customerOf(t, answers, emptyWorld())
	require.Equal(t, "professional", customer.InstallType)
	require.Equal(t, "home", customer.Phone.Type)
	require.Equal(t, "en", customer.Language)
	require.Equal(t, "US", customer.Address.Country)
}

func TestCustomer_RefusesWhatBreaksARule(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 101)
	for _, broken := range []struct {
		name   string
		answer func(*CustomerAnswers)
		want   finding
	}{
		{"no property type", func(c *CustomerAnswers) { c.PropertyType = " " }, finding{"/customer/property_type", "required"}},
		{"another property type", func(c *CustomerAnswers) { c.PropertyType = "castle" }, finding{"/customer/property_type", "invalid_choice"}},
		{"another install type", func(c *CustomerAnswers) { c.InstallType = "magic" }, finding{"/customer/install_type", "invalid_choice"}},
		{"a business without a name", func(c *CustomerAnswers) { c.PropertyType = "business" }, finding{"/customer/company_name", "required"}},
		{"a long company name", func(c *CustomerAnswers) { c.CompanyName = long }, finding{"/customer/company_name", "too_long"}},
		{"no first name", func(c *CustomerAnswers) { c.FirstName = "" }, finding{"/customer/first_name", "required"}},
		{"a name with a null byte", func(c *CustomerAnswers) { c.LastName = "Do\x00e" }, finding{"/customer/last_name", "malformed"}},
		{"no e-mail", func(c *CustomerAnswers) { c.Email = "" }, finding{"/customer/email", "required"}},
		{"no repetition", func(c *CustomerAnswers) { c.EmailConfirmation = "" }, finding{"/customer/email_confirmation", "required"}},
		{"another repetition", func(c *CustomerAnswers) { c.EmailConfirmation = "jon.doe@example.com" }, finding{"/customer/email_confirmation", "mismatch"}},
		{"no phone", func(c *CustomerAnswers) { c.Phone.Number = "" }, finding{"/customer/phone/number", "required"}},
		{"another phone type", func(c *CustomerAnswers) { c.Phone.Type = "fax" }, finding{"/customer/phone/type", "invalid_choice"}},
		{"a long description", func(c *CustomerAnswers) { c.SystemDescription = long }, finding{"/customer/system_description", "too_long"}},
		{"an emoji that cannot be printed", func(c *CustomerAnswers) { c.SystemDescription = "🏠" }, finding{"/customer/system_description", "malformed"}},
		{"a language without a letter", func(c *CustomerAnswers) { c.Language = "tlh" }, finding{"/customer/language", "invalid_choice"}},
		{"another country", func(c *CustomerAnswers) { c.Address.Country = "GB" }, finding{"/customer/address/country", "invalid_choice"}},
		{"no street", func(c *CustomerAnswers) { c.Address.Street1 = "" }, finding{"/customer/address/street1", "required"}},
		{"a long street", func(c *CustomerAnswers) { c.Address.Street2 = long }, finding{"/customer/address/street2", "too_long"}},
		{"no city", func(c *CustomerAnswers) { c.Address.City = "" }, finding{"/customer/address/city", "required"}},
		{"a city of digits", func(c *CustomerAnswers) { c.Address.City = "22102" }, finding{"/customer/address/city", "malformed"}},
		{"no state", func(c *CustomerAnswers) { c.Address.State = "" }, finding{"/customer/address/state", "required"}},
		{"a province in the USA", func(c *CustomerAnswers) { c.Address.State = "ON" }, finding{"/customer/address/state", "invalid_choice"}},
		{"no zip", func(c *CustomerAnswers) { c.Address.PostalCode = "" }, finding{"/customer/address/postal_code", "required"}},
		{"half a zip", func(c *CustomerAnswers) { c.Address.PostalCode = "2210" }, finding{"/customer/address/postal_code", "malformed"}},
		{"an installation address without a street", func(c *CustomerAnswers) {
			c.InstallationAddress = &AddressAnswers{City: "Toronto", Country: "CA", State: "ON", PostalCode: "M5V 3L9"}
		}, finding{"/customer/installation_address/street1", "required"}},
		{"another time zone", func(c *CustomerAnswers) { c.TimeZone = "Europe/Paris" }, finding{"/customer/time_zone", "invalid_choice"}},
		{"a zip on the line between two zones", func(c *CustomerAnswers) { c.Address.PostalCode = "36867" }, finding{"/customer/time_zone", "time_zone_undetected"}},
		{"an army post office", func(c *CustomerAnswers) { c.Address.State, c.Address.PostalCode = "AE", "09001" }, finding{"/customer/time_zone", "time_zone_undetected"}},
	} {
		t.Run(broken.name, func(t *testing.T) {
			t.Parallel()
			answers := seedCustomer()
			broken.answer(&answers.Customer)
			problems := CheckSection(SectionCustomer, answers, emptyWorld())
			require.Equal(t, []finding{broken.want}, findings(problems))
			require.Regexp(t, `^[A-Z].*\.$`, problems[0].Message)
		})
	}
}

func TestCustomer_TellsEveryProblemAtOnceInTheOrderOfThePage(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Customer = CustomerAnswers{Operations: OperationsAnswers{ContractMonths: -1}}

	require.Equal(t, []finding{
		{"/customer/property_type", "required"},
		{"/customer/first_name", "required"},
		{"/customer/last_name", "required"},
		{"/customer/email", "required"},
		{"/customer/email_confirmation", "required"},
		{"/customer/phone/number", "required"},
		{"/customer/address/street1", "required"},
		{"/customer/address/city", "required"},
		{"/customer/address/state", "required"},
		{"/customer/address/postal_code", "required"},
		{"/customer/operations/contract_months", "out_of_range"},
	}, findings(CheckSection(SectionCustomer, answers, emptyWorld())))
}

func TestCustomer_InCanadaIsCanonical(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Customer.PropertyType = "business"
	answers.Customer.CompanyName = "  Cafe\u0301   du\u00a0Nord "
	answers.Customer.Language = "fr_ca"
	answers.Customer.Phone = PhoneAnswers{Number: "(514) 555-0123", Type: "work"}
	answers.Customer.Email = " Amelie@EXAMPLE.com"
	answers.Customer.EmailConfirmation = "amelie@example.COM "
	answers.Customer.Address = AddressAnswers{
		Country: "ca", Street1: " 1  rue Sherbrooke ", City: "Montréal", State: "quebec", PostalCode: "h2y1c6",
	}

	customer := customerOf(t, answers, emptyWorld())
	require.Equal(t, "Café du Nord", customer.CompanyName)
	require.Equal(t, "fr-CA", customer.Language)
	require.Equal(t, "+15145550123", customer.Phone.Number)
	require.Equal(t, "Amelie@example.com", customer.Email)
	require.Equal(t, customer.Email, customer.EmailConfirmation)
	require.Equal(t, AddressAnswers{Country: "CA", Street1: "1 rue Sherbrooke", City: "Montréal", State: "QC", PostalCode: "H2Y 1C6"}, customer.Address)
	require.Equal(t, "America/Toronto", customer.TimeZone)
}

func TestCustomer_TimeZoneFollowsTheInstallationAddress(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	installation := AddressAnswers{Country: "us", Street1: "1 Central Avenue", City: "Phoenix", State: "az", PostalCode: "850011234"}
	answers.Customer.InstallationAddress = &installation

	customer := customerOf(t, answers, emptyWorld())
	require.Equal(t, "America/Phoenix", customer.TimeZone)
	require.Equal(t, "85001-1234", customer.InstallationAddress.PostalCode)
	require.Equal(t, "850011234", installation.PostalCode, "what was typed stays as it is")
}

func TestCustomer_ChosenTimeZoneSettlesADoubt(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Customer.Address.State, answers.Customer.Address.PostalCode = "AL", "36867"
	answers.Customer.TimeZone = "America/New_York"
	require.Equal(t, "America/New_York", customerOf(t, answers, emptyWorld()).TimeZone)
}

func TestCustomer_CanonicalAnswersAreInOrderAndStay(t *testing.T) {
	t.Parallel()
	once := seedCustomer()
	once.Customer = customerOf(t, once, emptyWorld())
	require.Equal(t, once.Customer, customerOf(t, once, emptyWorld()))
}

func TestCustomer_ProblemsNeverRepeatWhatWasTyped(t *testing.T) {
	t.Parallel()
	const typed = "Zyxwv\x07"
	answers := seedCustomer()
	customer := &answers.Customer
	for _, member := range []*string{
		&customer.PropertyType, &customer.InstallType, &customer.CompanyName, &customer.FirstName, &customer.LastName,
		&customer.Email, &customer.EmailConfirmation, &customer.Phone.Number, &customer.Phone.Type, &customer.SystemDescription,
		&customer.Language, &customer.Address.Country, &customer.Address.Street1, &customer.Address.City, &customer.Address.State,
		&customer.Address.PostalCode, &customer.TimeZone, &customer.Operations.SubDealerID, &customer.Operations.AlternateID,
		&customer.Operations.SalesRep, &customer.Operations.ContractEndDate, &customer.Operations.CustomerSource, &answers.Login.Name,
	} {
		*member = typed
	}
	for _, problem := range append(CheckSection(SectionCustomer, answers, emptyWorld()), CheckSection(SectionLogin, answers, emptyWorld())...) {
		require.NotContains(t, problem.Message, "Zyxwv")
	}
}
