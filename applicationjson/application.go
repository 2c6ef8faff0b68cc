// Package applicationjson is the one JSON form of an application: the body of
// POST /v1/onboardings, the sections of a draft and of an amendment, and what the
// database keeps. Its words are the API's.
//
// Every member may be left out: an absent or empty one means the default that the
// rules of package onboarding give it. The doc tags feed the OpenAPI document.
package applicationjson

import "github.com/latchkey/latchkey/onboarding"

// Application is a whole application as it is typed.
type Application struct {
	Kind                   string     `json:"kind,omitempty" doc:"customer, or virtual for a demonstration; customer when left out" example:"customer"`
	Account                Account    `json:"account,omitzero"`
	Customer               Customer   `json:"customer,omitzero"`
	Login                  Login      `json:"login,omitzero"`
	System                 System     `json:"system,omitzero"`
	Pathway                Pathway    `json:"pathway,omitzero"`
	Package                Package    `json:"package,omitzero"`
	Forwarding             Forwarding `json:"forwarding,omitzero"`
	Templates              Templates  `json:"templates,omitzero"`
	CoverageOverrideReason string     `json:"coverage_override_reason,omitempty" doc:"Lets the run go on although coverage is low or absent; kept in the audit trail"`
}

// Account is the section account.
type Account struct {
	Type string `json:"type,omitempty" doc:"security_system, standalone_video_access or automation_awareness" example:"security_system"`
}

// Customer is the section customer.
type Customer struct {
	PropertyType        string     `json:"property_type,omitempty" example:"single_family_house"`
	InstallType         string     `json:"install_type,omitempty" example:"professional"`
	CompanyName         string     `json:"company_name,omitempty" doc:"Required for a business"`
	FirstName           string     `json:"first_name,omitempty" example:"John"`
	LastName            string     `json:"last_name,omitempty" example:"Doe"`
	Email               string     `json:"email,omitempty" example:"john.doe@example.com"`
	EmailConfirmation   string     `json:"email_confirmation,omitempty" doc:"The e-mail address typed again" example:"john.doe@example.com"`
	Phone               Phone      `json:"phone,omitzero"`
	SystemDescription   string     `json:"system_description,omitempty"`
	Language            string     `json:"language,omitempty" doc:"Language of letter and e-mail; en when left out" example:"en"`
	Referred            bool       `json:"referred,omitempty"`
	Address             Address    `json:"address,omitzero"`
	TimeZone            string     `json:"time_zone,omitempty" doc:"IANA time zone; detected from the postal code when left out"`
	InstallationAddress *Address   `json:"installation_address,omitempty" doc:"Where the system will be installed, when not at the customer's address"`
	Operations          Operations `json:"operations,omitzero"`
}

// Phone is a number with its type.
type Phone struct {
	Number string `json:"number,omitempty" example:"+1 571 555 0100"`
	Type   string `json:"type,omitempty" example:"home"`
}

// Address is a postal address.
type Address struct {
	Country    string `json:"country,omitempty" example:"US"`
	Street1    string `json:"street1,omitempty" example:"8281 Greensboro Drive"`
	Street2    string `json:"street2,omitempty"`
	City       string `json:"city,omitempty" example:"Tysons"`
	State      string `json:"state,omitempty" example:"VA"`
	PostalCode string `json:"postal_code,omitempty" example:"22102"`
}

// Operations is the dealer's own information about a customer.
type Operations struct {
	SubDealerID     string `json:"sub_dealer_id,omitempty"`
	AlternateID     string `json:"alternate_id,omitempty" doc:"The dealer's own number for the customer, unique for the dealer"`
	SalesRep        string `json:"sales_rep,omitempty" doc:"Login name of the sales representative"`
	InstallerRep    string `json:"installer_rep,omitempty" doc:"Login name of the installer"`
	ContractMonths  int    `json:"contract_months,omitempty" example:"36"`
	ContractEndDate string `json:"contract_end_date,omitempty" doc:"YYYY-MM-DD"`
	CustomerSource  string `json:"customer_source,omitempty"`
}

// Login is the section login.
type Login struct {
	Name string `json:"name,omitempty" doc:"Desired login name; suggested from the name when left out"`
}

// System is the section system.
type System struct {
	PanelType string `json:"panel_type,omitempty" doc:"A panel of the catalogue, or auto" example:"auto"`
	Module    string `json:"module,omitempty" doc:"Serial number, IMEI or MEID of the cellular module" example:"4100000017"`
}

// Pathway is the section pathway.
type Pathway struct {
	Value string `json:"value,omitempty" doc:"The module's default pathway when left out"`
}

// Package is the section package.
type Package struct {
	TemplateID string  `json:"template_id,omitempty"`
	PackageID  string  `json:"package_id,omitempty" example:"interactive_gold"`
	AddOns     []AddOn `json:"add_ons,omitempty"`
}

// AddOn is a chosen add-on.
type AddOn struct {
	ID       string `json:"id" example:"six_hour_supervision"`
	Quantity int    `json:"quantity,omitempty" doc:"1 when left out" example:"1"`
}

// Forwarding is the section forwarding.
type Forwarding struct {
	Option             string `json:"option,omitempty" doc:"always, phone_line_fails or never" example:"always"`
	PhoneLineConnected bool   `json:"phone_line_connected,omitempty"`
	ReceiverID         string `json:"receiver_id,omitempty"`
	AccountNumber      string `json:"account_number,omitempty" example:"1234"`
	// Events is a pointer so that "not answered" (the seed's defaults) and "none" stay apart.
	Events            *[]string `json:"events,omitempty" doc:"Event groups to forward; the usual eight when left out"`
	ULETL             bool      `json:"ul_etl,omitempty"`
	TwoWayVoiceFireCO bool      `json:"two_way_voice_fire_co,omitempty"`
}

// Templates is the section templates.
type Templates struct {
	DefaultNotifications *bool  `json:"default_notifications,omitempty" doc:"Applied when left out"`
	PanelTemplateID      string `json:"panel_template_id,omitempty"`
}

// Answers is the domain's form of a.
func (a Application) Answers() onboarding.Answers {
	addOns := make([]onboarding.AddOnAnswer, len(a.Package.AddOns))
	for i, addOn := range a.Package.AddOns {
		addOns[i] = onboarding.AddOnAnswer(addOn)
	}
	kind := onboarding.Kind(a.Kind)
	if kind == "" {
		kind = onboarding.KindCustomer
	}
	return onboarding.Answers{
		Kind:     kind,
		Account:  onboarding.AccountAnswers{Type: onboarding.AccountType(a.Account.Type)},
		Customer: a.Customer.answers(),
		Login:    onboarding.LoginAnswers(a.Login),
		System:   onboarding.SystemAnswers(a.System),
		Pathway:  onboarding.PathwayAnswers(a.Pathway),
		Package:  onboarding.PackageAnswers{TemplateID: a.Package.TemplateID, PackageID: a.Package.PackageID, AddOns: addOns},
		Forwarding: onboarding.ForwardingAnswers{
			Option: a.Forwarding.Option, PhoneLineConnected: a.Forwarding.PhoneLineConnected,
			ReceiverID: a.Forwarding.ReceiverID, AccountNumber: a.Forwarding.AccountNumber,
			Events: eventsOf(a.Forwarding.Events), ULETL: a.Forwarding.ULETL,
			TwoWayVoiceFireCO: a.Forwarding.TwoWayVoiceFireCO,
		},
		Templates:              onboarding.TemplatesAnswers(a.Templates),
		CoverageOverrideReason: a.CoverageOverrideReason,
	}
}

func (c Customer) answers() onboarding.CustomerAnswers {
	var installation *onboarding.AddressAnswers
	if c.InstallationAddress != nil {
		address := onboarding.AddressAnswers(*c.InstallationAddress)
		installation = &address
	}
	return onboarding.CustomerAnswers{
		PropertyType: c.PropertyType, InstallType: c.InstallType, CompanyName: c.CompanyName,
		FirstName: c.FirstName, LastName: c.LastName,
		Email: c.Email, EmailConfirmation: c.EmailConfirmation,
		Phone: onboarding.PhoneAnswers(c.Phone), SystemDescription: c.SystemDescription,
		Language: c.Language, Referred: c.Referred,
		Address: onboarding.AddressAnswers(c.Address), TimeZone: c.TimeZone,
		InstallationAddress: installation,
		Operations:          onboarding.OperationsAnswers(c.Operations),
	}
}

// eventsOf keeps "none" (empty, not nil) apart from "not answered" (nil).
func eventsOf(events *[]string) []string {
	if events == nil {
		return nil
	}
	return append([]string{}, *events...)
}

// FromAnswers is the JSON form of domain answers; FromAnswers(a).Answers() equals a.
func FromAnswers(a onboarding.Answers) Application {
	var addOns []AddOn
	for _, addOn := range a.Package.AddOns {
		addOns = append(addOns, AddOn(addOn))
	}
	var installation *Address
	if a.Customer.InstallationAddress != nil {
		address := Address(*a.Customer.InstallationAddress)
		installation = &address
	}
	var events *[]string
	if a.Forwarding.Events != nil {
		events = &a.Forwarding.Events
	}
	c := a.Customer
	return Application{
		Kind:    string(a.Kind),
		Account: Account{Type: string(a.Account.Type)},
		Customer: Customer{
			PropertyType: c.PropertyType, InstallType: c.InstallType, CompanyName: c.CompanyName,
			FirstName: c.FirstName, LastName: c.LastName,
			Email: c.Email, EmailConfirmation: c.EmailConfirmation,
			Phone: Phone(c.Phone), SystemDescription: c.SystemDescription,
			Language: c.Language, Referred: c.Referred,
			Address: Address(c.Address), TimeZone: c.TimeZone,
			InstallationAddress: installation, Operations: Operations(c.Operations),
		},
		Login:   Login(a.Login),
		System:  System(a.System),
		Pathway: Pathway(a.Pathway),
		Package: Package{TemplateID: a.Package.TemplateID, PackageID: a.Package.PackageID, AddOns: addOns},
		Forwarding: Forwarding{
			Option: a.Forwarding.Option, PhoneLineConnected: a.Forwarding.PhoneLineConnected,
			ReceiverID: a.Forwarding.ReceiverID, AccountNumber: a.Forwarding.AccountNumber,
			Events: events, ULETL: a.Forwarding.ULETL, TwoWayVoiceFireCO: a.Forwarding.TwoWayVoiceFireCO,
		},
		Templates:              Templates(a.Templates),
		CoverageOverrideReason: a.CoverageOverrideReason,
	}
}
