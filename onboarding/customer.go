package onboarding

import "strings"

// PropertyTypes are the seed's property types; one must be chosen.
var PropertyTypes = []Choice{
	{"single_family_house", "Single Family House"},
	{"townhouse", "Townhouse"},
	{"condo", "Condo"},
	{propertyBusiness, "Business"},
}

// InstallTypes are who installs the system, the default first.
var InstallTypes = []Choice{
	{"professional", "Professional Install"},
	{"self", "Self Install"},
}

// PhoneTypes are the kinds of phone, the default first.
var PhoneTypes = []Choice{
	{"home", "Home"},
	{"work", "Work"},
	{"mobile", "Mobile"},
	{"other", "Other"},
}

const (
	propertyBusiness = "business"

	maxCompanyNameLength       = 100
	maxSystemDescriptionLength = 100
)

// customer holds the page "Enter the customer information" against its rules.
func (c *checking) customer() {
	in, out := c.in.Customer, &c.out.Answers.Customer

	out.PropertyType = strings.TrimSpace(in.PropertyType)
	switch {
	case out.PropertyType == "":
		c.problem("/customer/property_type", "required", "Choose the property type.")
	case !offers(PropertyTypes, out.PropertyType):
		c.problem("/customer/property_type", "invalid_choice", "Choose a property type from the list: single family house, townhouse, condo or business.")
	}
	out.InstallType = c.choice("/customer/install_type", in.InstallType, InstallTypes, "Choose an install type from the list: professional or self install.")
	out.CompanyName = c.companyName(in.CompanyName, out.PropertyType)

	var fault Fault
	out.FirstName, fault = ParseName(in.FirstName)
	c.fault("/customer/first_name", fault)
	out.LastName, fault = ParseName(in.LastName)
	c.fault("/customer/last_name", fault)
	out.Email = c.email(in.Email, in.EmailConfirmation)
	out.EmailConfirmation = out.Email
	out.Phone.Number, fault = ParsePhone(in.Phone.Number, phoneCountry(in.Address.Country))
	c.fault("/customer/phone/number", fault)
	out.Phone.Type = c.choice("/customer/phone/type", in.Phone.Type, PhoneTypes, "Choose a phone type from the list: home, work, mobile or other.")
	out.SystemDescription = c.line("/customer/system_description", in.SystemDescription, maxSystemDescriptionLength)
	out.Language, fault = ParseLanguage(in.Language)
	c.fault("/customer/language", fault)

	installedAt, located := c.address("/customer/address", in.Address)
	out.Address = installedAt
	if in.InstallationAddress != nil {
		installedAt, located = c.address("/customer/installation_address", *in.InstallationAddress)
		out.InstallationAddress = &installedAt
	}
	out.TimeZone = c.timeZone(in.TimeZone, installedAt, located)
	out.Operations = c.operations(in.Operations)
}

func (c *checking) companyName(typed, propertyType string) string {
	if propertyType == propertyBusiness {
		return c.requiredLine("/customer/company_name", typed, maxCompanyNameLength, "Enter the name of the business.")
	}
	return c.line("/customer/company_name", typed, maxCompanyNameLength)
}

// email holds the address and its repetition, which guards against a mistyped one: the
// link that sets the customer's password goes there.
func (c *checking) email(typed, repeated string) string {
	email, fault := ParseEmail(typed)
	c.fault("/customer/email", fault)
	confirmation, confirmationFault := ParseEmail(repeated)
	if fault.Found() || confirmationFault.Found() {
		email, confirmation = strings.TrimSpace(typed), strings.TrimSpace(repeated)
	}
	switch {
	case confirmation == "":
		c.problem("/customer/email_confirmation", "required", "Re-enter the e-mail address.")
	case email != "" && !strings.EqualFold(email, confirmation):
		c.problem("/customer/email_confirmation", "mismatch", "The two e-mail addresses differ. Re-enter the e-mail address.")
	}
	return email
}

// phoneCountry is the country whose way of writing numbers applies: the customer's own,
// or the default while that is not in order, which is a problem of the address.
func phoneCountry(typed string) string {
	country, fault := ParseCountry(typed)
	if fault.Found() {
		country, _ = ParseCountry("")
	}
	return country.Code
}
