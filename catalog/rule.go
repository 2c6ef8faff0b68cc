package catalog

import (
	"slices"
	"strconv"
	"strings"
)

// RuleKind is what a rule demands. The word is also the code of its violation.
type RuleKind string

// The kinds of rule, each with the members of Rule that it reads.
const (
	RequiresPackage       RuleKind = "requires_package"        // one of Packages is the base
	RequiresAddOn         RuleKind = "requires_add_on"         // at least one of AddOns comes along
	Excludes              RuleKind = "excludes"                // none of AddOns comes along
	RequiresPanelFirmware RuleKind = "requires_panel_firmware" // on Panels (all when empty), Version or later
	NotOnPanel            RuleKind = "not_on_panel"            // none of Panels
	RequiresAccountType   RuleKind = "requires_account_type"   // one of AccountTypes
	RequiresCountry       RuleKind = "requires_country"        // installed in one of Countries
)

// Rule is a condition under which an add-on can be chosen. Rules are data; what is
// not known about an account (no panel yet, no firmware on record) breaks none.
type Rule struct {
	Kind         RuleKind
	Packages     []string
	AddOns       []string
	Panels       []string
	AccountTypes []string
	Countries    []string
	Version      string
	// Message says what to do about it.
	Message string
}

// Context is what rules know about the account beside the selection. Empty members
// are not known.
type Context struct {
	AccountType string
	// Country is where the system will stand, an ISO 3166 code.
	Country string
	// PanelType is the control panel's ID.
	PanelType string
	// FirmwareVersion is the panel's, e.g. "1.10".
	FirmwareVersion string
}

// together is what a rule is held against: the base package, and the add-ons that
// count. For most rules these are all of them; exclusion looks only at those that
// were named before, so that a pair is refused once, at its second member.
type together struct {
	packageID string
	addOns    []string
	before    []string
	context   Context
}

func (r Rule) holds(t together) bool {
	anyOf := func(wanted, present []string) bool {
		return slices.ContainsFunc(wanted, func(id string) bool { return slices.Contains(present, id) })
	}
	switch r.Kind {
	case RequiresPackage:
		return slices.Contains(r.Packages, t.packageID)
	case RequiresAddOn:
		return anyOf(r.AddOns, t.addOns)
	case Excludes:
		return !anyOf(r.AddOns, t.before)
	case RequiresPanelFirmware:
		applies := len(r.Panels) == 0 || slices.Contains(r.Panels, t.context.PanelType)
		return !applies || t.context.FirmwareVersion == "" || compareVersions(t.context.FirmwareVersion, r.Version) >= 0
	case NotOnPanel:
		return !slices.Contains(r.Panels, t.context.PanelType)
	case RequiresAccountType:
		return t.context.AccountType == "" || slices.Contains(r.AccountTypes, t.context.AccountType)
	case RequiresCountry:
		return t.context.Country == "" || slices.Contains(r.Countries, t.context.Country)
	default:
		return false
	}
}

// compareVersions orders dotted versions by their numbers, so that 1.9 comes before
// 1.10. What follows the digits of a part ("1.10b") does not count.
func compareVersions(a, b string) int {
	left, right := versionParts(a), versionParts(b)
	for len(left) < len(right) {
		left = append(left, 0)
	}
	for len(right) < len(left) {
		right = append(right, 0)
	}
	return slices.Compare(left, right)
}

func versionParts(version string) []int {
	var parts []int
	for _, part := range strings.Split(version, ".") {
		digits := part[:len(part)-len(strings.TrimLeft(part, "0123456789"))]
		number, _ := strconv.Atoi(digits) // no digits count as 0
		parts = append(parts, number)
	}
	return parts
}
