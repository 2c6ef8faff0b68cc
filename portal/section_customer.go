package portal

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// customerContent is the seed's "Customer Information".
type customerContent struct {
	DealerName   string
	SubDealer    field
	PropertyType field
	InstallType  field
	CompanyName  field

	FirstName         field
	LastName          field
	Email             field
	EmailConfirmation field
	Phone             field
	PhoneType         field
	Description       field
	Language          field
	Referred          field

	Address      addressFields
	TimeZone     field
	SameAddress  field
	Installation addressFields

	AlternateID     field
	SalesRep        field
	InstallerRep    field
	ContractMonths  field
	ContractEndDate field
	CustomerSource  field

	Reps []option
	// Switch are the dealers that the draft can be moved to; empty when there is no choice.
	Switch []option
}

// addressFields are the questions about one address.
type addressFields struct {
	Country    field
	Street1    field
	Street2    field
	City       field
	State      field
	PostalCode field
}

func (customerContent) part() string { return "section_customer" }

// rows leave out what was asked only to make sure, and an installation address that is the
// customer's own.
func (p customerContent) rows(f *form) []row {
	return rowsOf(f, func(made field) bool {
		installation := strings.HasPrefix(made.Name, "/customer/installation_address/")
		return made.Name == p.EmailConfirmation.Name || installation && p.SameAddress.Value == "yes"
	})
}

func readCustomer(_ context.Context, _ sheet, typed url.Values, answers *onboarding.Answers) error {
	get := func(name string) string { return typed.Get("/customer/" + name) }
	customer := onboarding.CustomerAnswers{
		PropertyType: get("property_type"), InstallType: get("install_type"), CompanyName: get("company_name"),
		FirstName: get("first_name"), LastName: get("last_name"),
		Email: get("email"), EmailConfirmation: get("email_confirmation"),
		Phone:             onboarding.PhoneAnswers{Number: get("phone/number"), Type: get("phone/type")},
		SystemDescription: get("system_description"), Language: get("language"), Referred: get("referred") != "",
		Address: readAddress(typed, "/customer/address"), TimeZone: get("time_zone"),
		Operations: onboarding.OperationsAnswers{
			SubDealerID: get("operations/sub_dealer_id"), AlternateID: get("operations/alternate_id"),
			SalesRep: get("operations/sales_rep"), InstallerRep: get("operations/installer_rep"),
			ContractMonths:  readMonths(get("operations/contract_months")),
			ContractEndDate: get("operations/contract_end_date"), CustomerSource: get("operations/customer_source"),
		},
	}
	if get("installed_at_address") == "no" {
		installed := readAddress(typed, "/customer/installation_address")
		customer.InstallationAddress = &installed
	}
	answers.Customer = customer
	return nil
}

func readAddress(typed url.Values, at string) onboarding.AddressAnswers {
	return onboarding.AddressAnswers{
		Country: typed.Get(at + "/country"), Street1: typed.Get(at + "/street1"), Street2: typed.Get(at + "/street2"),
		City: typed.Get(at + "/city"), State: typed.Get(at + "/state"), PostalCode: typed.Get(at + "/postal_code"),
	}
}

// readMonths takes what is no number for one that no contract has, so that the rule about
// the length says what to type.
func readMonths(typed string) int {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return 0
	}
	months, err := strconv.Atoi(typed)
	if err != nil {
		return -1
	}
	return months
}

func showMonths(months int) string {
	if months <= 0 {
		return ""
	}
	return strconv.Itoa(months)
}

func buildCustomer(ctx context.Context, s sheet, f *form) (content, error) {
	options, err := s.options(ctx)
	if err != nil {
		return nil, err
	}
	reps, err := s.desk.Reps(ctx, s.user.Actor, s.dealerID, "")
	if err != nil {
		return nil, err
	}
	in := s.answers.Customer
	made := customerContent{DealerName: s.user.DealerName}
	made.SubDealer = f.choice("/customer/operations/sub_dealer_id", "Sub-Dealer", in.Operations.SubDealerID, withNone("No Sub-Dealer", namedOf(options.SubDealers)))
	made.PropertyType = f.choice("/customer/property_type", "Property Type", in.PropertyType, withNone("(select)", choicesOf(options.PropertyTypes)), required)
	made.InstallType = f.choice("/customer/install_type", "Install Type", in.InstallType, choicesOf(options.InstallTypes))
	made.CompanyName = f.text("/customer/company_name", "Company Name", in.CompanyName)

	made.FirstName = f.text("/customer/first_name", "First Name", in.FirstName, required)
	made.LastName = f.text("/customer/last_name", "Last Name", in.LastName, required)
	made.Email = f.text("/customer/email", "Email", in.Email, required, kind("email"), hint("The link to set a password goes here."))
	made.EmailConfirmation = f.text("/customer/email_confirmation", "Re-Enter Email", in.EmailConfirmation, required, kind("email"))
	made.Phone = f.text("/customer/phone/number", "Phone Number", in.Phone.Number, required, kind("tel"), width("20"))
	made.PhoneType = f.choice("/customer/phone/type", "Phone Type", in.Phone.Type, choicesOf(options.PhoneTypes), width("10"))
	made.Description = f.text("/customer/system_description", "System Description", in.SystemDescription, hint("Tells several systems of one customer apart, such as Main house."))
	made.Language = f.choice("/customer/language", "Language Preference", in.Language, choicesOf(options.Languages), required)
	made.Referred = f.tick("/customer/referred", "This customer was referred to us by Alarm.com.", in.Referred)

	made.Address = addressOf(f, "/customer/address", "", in.Address, options)
	made.TimeZone = f.choice("/customer/time_zone", "Time Zone", in.TimeZone, zonesOf(options), required)
	same := "yes"
	installed := onboarding.AddressAnswers{}
	if in.InstallationAddress != nil {
		same, installed = "no", *in.InstallationAddress
	}
	made.SameAddress = f.choice("/customer/installed_at_address", "Will the system be installed at the address of the primary contact above?", same, []option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}})
	made.Installation = addressOf(f, "/customer/installation_address", "Installation ", installed, options)

	made.AlternateID = f.text("/customer/operations/alternate_id", "Alternate ID", in.Operations.AlternateID, hint("Your own number for this customer, as in your CRM or accounting."), width("20"))
	made.SalesRep = f.text("/customer/operations/sales_rep", "Sales Rep", in.Operations.SalesRep, hint("Find rep by Last Name, First Name or Login Name"), list("reps"))
	made.InstallerRep = f.text("/customer/operations/installer_rep", "Installer Rep", in.Operations.InstallerRep, hint("Find rep by Last Name, First Name or Login Name"), list("reps"))
	made.ContractMonths = f.text("/customer/operations/contract_months", "Contract Length (months)", showMonths(in.Operations.ContractMonths), keyboard("numeric"), width("5"))
	made.ContractEndDate = f.text("/customer/operations/contract_end_date", "Contract End Date", in.Operations.ContractEndDate, kind("date"), hint("Leave it empty to have it follow from the length."), width("20"))
	made.CustomerSource = f.choice("/customer/operations/customer_source", "Customer Source", in.Operations.CustomerSource, withNone("(Select)", namedOf(options.CustomerSources)))
	for _, rep := range reps {
		made.Reps = append(made.Reps, option{Value: rep.LoginName, Label: rep.LastName + ", " + rep.FirstName})
	}
	if s.live != "" {
		made.Switch, err = otherDealers(ctx, s)
	}
	return made, err
}

// otherDealers are those that the customer could be created under instead.
func otherDealers(ctx context.Context, s sheet) ([]option, error) {
	dealers, err := s.desk.DealersOf(ctx, s.user.Actor)
	if err != nil || len(dealers) < 2 {
		return nil, err
	}
	options := namedOf(dealers)
	for i := range options {
		options[i].Chosen = options[i].Value == s.dealerID
	}
	return options, nil
}

// addressOf asks for an address. Every country's states are in one list, so that it works
// without a script.
func addressOf(f *form, at, prefix string, in onboarding.AddressAnswers, options dealing.Options) addressFields {
	var countries, states []option
	states = append(states, option{Label: "(Select)"})
	for _, country := range options.Countries {
		countries = append(countries, option{Value: country.Code, Label: country.Name})
		for _, state := range country.States {
			states = append(states, option{Value: state.Code, Label: state.Name, Group: country.Name})
		}
	}
	return addressFields{
		Country:    f.choice(at+"/country", prefix+"Country", in.Country, countries, required),
		Street1:    f.text(at+"/street1", prefix+"Street 1", in.Street1, required),
		Street2:    f.text(at+"/street2", prefix+"Street 2", in.Street2),
		City:       f.text(at+"/city", prefix+"City", in.City, required),
		State:      f.choice(at+"/state", prefix+"State", strings.ToUpper(in.State), states, required),
		PostalCode: f.text(at+"/postal_code", prefix+"Zip", in.PostalCode, required, width("10")),
	}
}

func zonesOf(options dealing.Options) []option {
	zones := []option{{Label: "Detect from zip code"}}
	for _, zone := range options.TimeZones {
		zones = append(zones, option{Value: zone.Name, Label: zone.Label})
	}
	return zones
}
