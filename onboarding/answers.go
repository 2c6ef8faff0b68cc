package onboarding

import "log/slog"

// Answers is an application as it was typed: strings, unchecked, perhaps incomplete.
// An empty member means the default the seed gives it. Check turns Answers into an
// Application.
type Answers struct {
	Kind       Kind
	Account    AccountAnswers
	Customer   CustomerAnswers
	Login      LoginAnswers
	System     SystemAnswers
	Pathway    PathwayAnswers
	Package    PackageAnswers
	Forwarding ForwardingAnswers
	Templates  TemplatesAnswers
	// CoverageOverrideReason, when given, lets the run go on although coverage is low
	// or absent. It is kept in the audit trail.
	CoverageOverrideReason string
}

// AccountAnswers is the page "Choose the account type".
type AccountAnswers struct {
	Type AccountType
}

// CustomerAnswers is the page "Enter the customer information".
type CustomerAnswers struct {
	PropertyType      string
	InstallType       string
	CompanyName       string
	FirstName         string
	LastName          string
	Email             string
	EmailConfirmation string
	Phone             PhoneAnswers
	SystemDescription string
	Language          string
	Referred          bool
	Address           AddressAnswers
	// TimeZone is an IANA name; empty means "Detect from zip code".
	TimeZone string
	// InstallationAddress is nil when the system is installed at Address.
	InstallationAddress *AddressAnswers
	Operations          OperationsAnswers
}

// PhoneAnswers is a phone number and what kind of phone it is.
type PhoneAnswers struct {
	Number string
	Type   string
}

// AddressAnswers is a postal address.
type AddressAnswers struct {
	Country    string
	Street1    string
	Street2    string
	City       string
	State      string
	PostalCode string
}

// OperationsAnswers is the seed's "Operations Information", all of it optional.
type OperationsAnswers struct {
	SubDealerID    string
	AlternateID    string
	SalesRep       string
	InstallerRep   string
	ContractMonths int
	// ContractEndDate is a date, YYYY-MM-DD.
	ContractEndDate string
	CustomerSource  string
}

// LoginAnswers is the page "Create a login name"; an empty name takes the suggestion.
type LoginAnswers struct {
	Name string
}

// SystemAnswers is the page "Enter the system information".
type SystemAnswers struct {
	// PanelType is a panel of the catalogue or "auto" (Auto Detect Equipment).
	PanelType string
	// Module is a serial number, an IMEI or an MEID, as printed on the module.
	Module string
}

// PathwayAnswers is the page "Select the communication pathway".
type PathwayAnswers struct {
	Value string
}

// PackageAnswers is the page "Choose the Service Package".
type PackageAnswers struct {
	TemplateID string
	PackageID  string
	AddOns     []AddOnAnswer
}

// AddOnAnswer is one chosen add-on; Quantity 0 means 1.
type AddOnAnswer struct {
	ID       string
	Quantity int
}

// ForwardingAnswers is the page "Select monitoring station forwarding settings".
type ForwardingAnswers struct {
	Option             string
	PhoneLineConnected bool
	ReceiverID         string
	AccountNumber      string
	// Events is nil when the question was not answered: the seed's defaults apply.
	// An empty, non-nil list forwards nothing.
	Events            []string
	ULETL             bool
	TwoWayVoiceFireCO bool
}

// TemplatesAnswers is the page "Select installation templates".
type TemplatesAnswers struct {
	// DefaultNotifications is nil when the question was not answered: they are applied.
	DefaultNotifications *bool
	PanelTemplateID      string
}

// InstallationAddress is where the system will stand: coverage and the time zone
// follow it, not the customer's postal address.
func (a Answers) InstallationAddress() AddressAnswers {
	if a.Customer.InstallationAddress != nil {
		return *a.Customer.InstallationAddress
	}
	return a.Customer.Address
}

// LogValue keeps personal data out of logs whatever a caller passes to slog.
func (a Answers) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", string(a.Kind)), slog.String("account_type", string(a.Account.Type)))
}
