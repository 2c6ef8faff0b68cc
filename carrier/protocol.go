// Package carrier speaks to the network that owns the cellular modules: it asks
// where there is coverage, registers and releases modules, and queues panel
// templates.
//
// The protocol is Latchkey's own (docs/carrier-protocol.md); a carrier that
// speaks another one is reached through a small gateway. Its three rules:
//
//   - Every write is named by a key that the caller chose, so a write whose
//     answer was lost may simply be sent again.
//   - Addresses and module identifiers travel in bodies, never in a URL, because
//     URLs end in access logs.
//   - A refusal is a problem document (RFC 9457) with a snake_case code.
//
// Nothing here retries: one method call puts at most one write on the wire, so
// whoever counts attempts and limits rates counts the truth. (A look-up may be sent
// twice by net/http when a kept-alive connection breaks.)
package carrier

import (
	"slices"
	"time"
)

// Call names one operation of the protocol, in the word that scripts, call lists and
// documents use.
type Call string

// The calls and their requests. {key} is the key of a registration, which is
// also the key of everything done to it.
const (
	// CheckCoverage is POST /v1/coverage. It reads only; it is a POST because an
	// address must not stand in a URL.
	CheckCoverage Call = "check_coverage"
	// RegisterModule is PUT /v1/registrations/{key}.
	RegisterModule Call = "register_module"
	// FindRegistration is GET /v1/registrations/{key}.
	FindRegistration Call = "find_registration"
	// DeregisterModule is DELETE /v1/registrations/{key}.
	DeregisterModule Call = "deregister_module"
	// PushTemplate is PUT /v1/panels/{key}/template.
	PushTemplate Call = "push_template"
)

// Calls lists every call, in the order an account meets them.
func Calls() []Call {
	return []Call{CheckCoverage, RegisterModule, FindRegistration, DeregisterModule, PushTemplate}
}

// KeyHeader repeats the {key} of the path on every PUT, so that a gateway can
// deduplicate without knowing the paths. A DELETE has none: it is idempotent as it is.
const KeyHeader = "Idempotency-Key"

// Place is where a system is installed.
type Place struct {
	Country    string `json:"country"` // ISO 3166-1 alpha-2
	PostalCode string `json:"postal_code"`
	Street1    string `json:"street1"`
	City       string `json:"city"`
	State      string `json:"state"` // without the country: "VA", "ON"
}

// Coverage is how well a network reaches a place.
type Coverage string

// The coverage words. A word this version does not know reads as
// CoverageUnknown, which never counts as covered.
const (
	CoverageFull    Coverage = "full"
	CoveragePartial Coverage = "partial"
	CoverageNone    Coverage = "none"
	CoverageUnknown Coverage = "unknown"
)

func (c Coverage) known() bool {
	return slices.Contains([]Coverage{CoverageFull, CoveragePartial, CoverageNone, CoverageUnknown}, c)
}

// Network is one row of a coverage report.
type Network struct {
	Name        string   `json:"name"`     // as shown to people: "Verizon 4G"
	Provider    string   `json:"provider"` // who runs it: "Verizon"
	Coverage    Coverage `json:"coverage"`
	Generation  string   `json:"generation"`  // "3g", "4g", "5g"
	Sunset      bool     `json:"sunset"`      // takes no new modules, however good its coverage
	Recommended bool     `json:"recommended"` // the carrier's own tick
	MapURL      string   `json:"map_url"`
}

// CoverageReport answers CheckCoverage. A report without networks means that the
// carrier has no data for the place, not that nothing reaches it.
type CoverageReport struct {
	Networks  []Network `json:"networks"`
	Estimated bool      `json:"estimated"` // computed from maps, not measured on site
}

// RegistrationRequest asks for a module to join the network.
type RegistrationRequest struct {
	Module    string `json:"module"` // canonical: 10-digit serial, 15-digit IMEI or 14-hex MEID
	Network   string `json:"network,omitempty"`
	Pathway   string `json:"pathway,omitempty"`
	PanelType string `json:"panel_type"`
}

// SIMState is how far the module's subscription is.
type SIMState string

// The SIM states. A word this version does not know reads as SIMUnknown.
const (
	SIMActive             SIMState = "active"
	SIMSuspended          SIMState = "suspended"
	SIMInactive           SIMState = "inactive"
	SIMPendingActivation  SIMState = "pending_activation"
	SIMPendingPlanChange  SIMState = "pending_plan_change"
	SIMPendingResume      SIMState = "pending_resume"
	SIMPendingSuspend     SIMState = "pending_suspend"
	SIMPendingICCIDChange SIMState = "pending_iccid_change"
	SIMError              SIMState = "error"
	SIMUnknown            SIMState = "unknown"
)

func (s SIMState) known() bool {
	return slices.Contains([]SIMState{
		SIMActive, SIMSuspended, SIMInactive, SIMPendingActivation, SIMPendingPlanChange, SIMPendingResume,
		SIMPendingSuspend, SIMPendingICCIDChange, SIMError, SIMUnknown,
	}, s)
}

// Registration is a module on the network. For one key its ID and time never
// change; its SIM state is the present one.
type Registration struct {
	ID           string    `json:"registration_id"`
	Module       string    `json:"module"`
	RegisteredAt time.Time `json:"registered_at"`
	SIMState     SIMState  `json:"sim_state"`
}

// Template is the panel template to push when the panel first communicates.
type Template struct {
	ID        string `json:"template_id"`
	PanelType string `json:"panel_type"`
}

// Problem is the body of a refusal, application/problem+json.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Code   string `json:"code"`
}

// NoRegistration is the problem code, with status 404, for a key nothing is
// registered under. A 404 without it comes from something that is not the carrier
// (a proxy, a wrong address) and must not be taken for "released".
const NoRegistration = "registration_not_found"
