package onboarding

import (
	"time"

	"github.com/latchkey/latchkey/catalog"
)

// Questions is what the rules must know about the world to check some answers. They
// come from the answers alone, so a store can fetch all of them in one visit.
type Questions struct {
	// Module is the identifier as typed, canonicalised; empty when none was given.
	Module string
	// LoginNames are the desired name and the suggestions, lower case.
	LoginNames      []string
	SubDealerID     string
	Reps            []string
	CustomerSource  string
	ReceiverID      string
	AccountNumber   string
	PanelTemplateID string
	AlternateID     string
}

// Facts answers Questions, as of one moment and for one dealer.
type Facts struct {
	// Now is the moment of the check; rules about dates use it and nothing else.
	Now time.Time
	// DealerActive is false for a suspended dealer.
	DealerActive bool
	// StationRegistered is false while the dealer has no station with a receiver.
	StationRegistered bool
	// SubDealerKnown, RepsKnown … answer for the IDs named in the Questions.
	SubDealerKnown      bool
	RepsKnown           map[string]bool
	CustomerSourceKnown bool
	AlternateIDTaken    bool
	TakenLoginNames     map[string]bool
	// Module is nil when the inventory does not know the identifier.
	Module *Module
	// Receiver is nil when the dealer has no such receiver.
	Receiver           *Receiver
	AccountNumberTaken bool
	// PanelTemplate is nil when the dealer has no such template.
	PanelTemplate    *PanelTemplate
	PackageTemplates []catalog.PackageTemplate
	// Prices is what the dealer charges; an item without a row costs the catalogue's price.
	Prices catalog.Prices
}

// Module is a cellular radio of the inventory.
type Module struct {
	ID     string
	Serial string
	IMEI   string
	MEID   string
	// Network is the carrier's name as shown to people, e.g. "AT&T".
	Network string
	// PanelTypes are the panels the module fits; the first is what Auto Detect finds.
	PanelTypes []string
	// DefaultPathway applies when the dealer chooses none.
	DefaultPathway string
	Pathways       []string
	TwoWayVoice    bool
	// FirmwareVersion is the panel firmware that the module ships with, e.g. "1.10"; may be empty.
	FirmwareVersion string
	// SunsetOn is when the network stops taking new modules; zero when it does not.
	SunsetOn time.Time
	// State says whether the module can be used for a new account.
	State ModuleState
}

// ModuleState says whether a module can be used for a new account, or why not.
type ModuleState string

// The states of a module, as GET /v1/modules/{identifier} shows them.
const (
	ModuleAvailable   ModuleState = "available"
	ModuleInUse       ModuleState = "in_use"
	ModuleHeld        ModuleState = "held" // by an onboarding or module swap that is not over
	ModuleReleasing   ModuleState = "releasing"
	ModuleOtherDealer ModuleState = "other_dealer"
	ModuleSunset      ModuleState = "sunset"
	ModuleRetired     ModuleState = "retired"
)

// Receiver is where a monitoring station takes signals.
type Receiver struct {
	ID          string
	StationID   string
	StationName string
	Name        string
	// Number is the phone number or IP end point of the receiver, for people to read.
	Number string
	// Protocol is contact_id, sia or dc09; it decides the form of the account number.
	Protocol    string
	TwoWayVoice bool
}

// PanelTemplate is a dealer's AirFX template.
type PanelTemplate struct {
	ID        string
	Name      string
	PanelType string
}
