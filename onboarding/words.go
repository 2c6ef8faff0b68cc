package onboarding

// Kind tells a paying customer's account from a demonstration.
type Kind string

// The kinds of account that can be onboarded.
const (
	KindCustomer Kind = "customer"
	KindVirtual  Kind = "virtual"
)

// AccountType is the seed's first question, "Choose the account type".
type AccountType string

// The three account types of the seed.
const (
	SecuritySystem        AccountType = "security_system"
	StandaloneVideoAccess AccountType = "standalone_video_access"
	AutomationAwareness   AccountType = "automation_awareness"
)

// Source says where an onboarding came from.
type Source string

// The sources of an onboarding.
const (
	SourceAPI        Source = "api"
	SourcePortal     Source = "portal"
	SourceCommitment Source = "commitment"
	SourceImport     Source = "import"
)

// Section is one page of the wizard and one member of an application.
type Section string

// The sections, in the seed's order.
const (
	SectionAccount    Section = "account"
	SectionCustomer   Section = "customer"
	SectionLogin      Section = "login"
	SectionSystem     Section = "system"
	SectionPathway    Section = "pathway"
	SectionPackage    Section = "package"
	SectionForwarding Section = "forwarding"
	SectionTemplates  Section = "templates"
)

// Sections lists every section in the order a dealer meets them.
var Sections = []Section{
	SectionAccount, SectionCustomer, SectionLogin, SectionSystem,
	SectionPathway, SectionPackage, SectionForwarding, SectionTemplates,
}
