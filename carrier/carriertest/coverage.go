package carriertest

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/latchkey/latchkey/carrier"
)

// CoverageRule gives every place of a country whose postal code begins with
// Postal the same answer; the longest match wins. An empty Postal is the
// country's default. A country without any rule has no data: a report without
// networks.
type CoverageRule struct {
	Country string
	Postal  string // upper case, without spaces
	// Networks is the report; Refusal, when set, is a code to refuse with instead.
	Networks []carrier.Network
	Refusal  string
}

// DefaultCoverage is the table documented in docs/carrier-protocol.md.
func DefaultCoverage() []CoverageRule {
	return []CoverageRule{
		{Country: "US", Networks: unitedStates(carrier.CoverageFull, carrier.CoverageFull, carrier.CoverageFull)},
		{Country: "US", Postal: "59001", Networks: unitedStates(carrier.CoveragePartial, carrier.CoveragePartial, carrier.CoverageNone)},
		{Country: "US", Postal: "79830", Networks: unitedStates(carrier.CoverageNone, carrier.CoverageFull, carrier.CoverageFull)},
		{Country: "US", Postal: "82190", Networks: unitedStates(carrier.CoverageUnknown, carrier.CoverageUnknown, carrier.CoverageUnknown)},
		{Country: "US", Postal: "99950", Networks: unitedStates(carrier.CoverageNone, carrier.CoverageNone, carrier.CoverageNone)},
		{Country: "US", Postal: "00000", Refusal: carrier.AddressNotFound},
		{Country: "CA", Networks: canada(carrier.CoverageFull, carrier.CoverageFull, carrier.CoverageFull)},
		{Country: "CA", Postal: "Y0B", Networks: canada(carrier.CoveragePartial, carrier.CoverageNone, carrier.CoveragePartial)},
		{Country: "CA", Postal: "X0A", Networks: canada(carrier.CoverageNone, carrier.CoverageNone, carrier.CoverageNone)},
	}
}

func unitedStates(att, verizon4G, verizon3G carrier.Coverage) []carrier.Network {
	const attMap, verizonMap = "https://www.att.com/maps/wireless-coverage.html", "https://www.verizon.com/coverage-map/"
	return []carrier.Network{
		{Name: "AT&T", Provider: "AT&T", Coverage: att, Generation: "4g", Recommended: att == carrier.CoverageFull, MapURL: attMap},
		{Name: "Verizon 4G", Provider: "Verizon", Coverage: verizon4G, Generation: "4g", Recommended: verizon4G == carrier.CoverageFull, MapURL: verizonMap},
		{Name: "Verizon 3G", Provider: "Verizon", Coverage: verizon3G, Generation: "3g", Sunset: true, MapURL: verizonMap},
	}
}

func canada(rogers, telus, bell carrier.Coverage) []carrier.Network {
	return []carrier.Network{
		{Name: "Rogers", Provider: "Rogers", Coverage: rogers, Generation: "4g", Recommended: rogers == carrier.CoverageFull, MapURL: "https://www.rogers.com/mobility/network-coverage-map"},
		{Name: "Telus", Provider: "Telus", Coverage: telus, Generation: "4g", Recommended: telus == carrier.CoverageFull, MapURL: "https://www.telus.com/en/mobility/network/coverage-map"},
		{Name: "Bell", Provider: "Bell", Coverage: bell, Generation: "4g", Recommended: bell == carrier.CoverageFull, MapURL: "https://www.bell.ca/Mobility/Our_network"},
	}
}

// postalForms are the codes a place of these countries can have; one that does not
// fit cannot be placed.
var postalForms = map[string]*regexp.Regexp{
	"US": regexp.MustCompile(`^[0-9]{5}(-?[0-9]{4})?$`),
	"CA": regexp.MustCompile(`^[A-Z][0-9][A-Z][0-9][A-Z][0-9]$`),
}

func coverageOf(rules []CoverageRule, country, postalCode string) answer {
	country = strings.ToUpper(country)
	postal := strings.ToUpper(strings.ReplaceAll(postalCode, " ", ""))
	if form, known := postalForms[country]; known && !form.MatchString(postal) {
		return refuseWith(carrier.AddressNotFound)
	}
	report := carrier.CoverageReport{Networks: []carrier.Network{}, Estimated: true}
	matched := -1
	refusal := ""
	for _, rule := range rules {
		if rule.Country == country && strings.HasPrefix(postal, rule.Postal) && len(rule.Postal) > matched {
			matched, refusal = len(rule.Postal), rule.Refusal
			report.Networks = append([]carrier.Network{}, rule.Networks...)
		}
	}
	if refusal != "" {
		return refuseWith(refusal)
	}
	return answer{status: http.StatusOK, body: report}
}
