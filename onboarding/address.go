package onboarding

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/latchkey/latchkey/onboarding/places"
)

const (
	maxStreetLength = 100
	maxCityLength   = 50
)

// address holds the address at the JSON pointer field against the rules of its country
// and returns it in canonical form. located is true when country and postal code are in
// order, so that a time zone can be looked up.
func (c *checking) address(field string, typed AddressAnswers) (address AddressAnswers, located bool) {
	country, fault := ParseCountry(typed.Country)
	unknownCountry := fault.Found()
	c.fault(field+"/country", fault)
	address.Country = country.Code
	address.Street1 = c.requiredLine(field+"/street1", typed.Street1, maxStreetLength, "Enter the street and house number.")
	address.Street2 = c.line(field+"/street2", typed.Street2, maxStreetLength)
	address.City = c.requiredLine(field+"/city", typed.City, maxCityLength, "Enter the city.")
	if address.City != "" && !strings.ContainsFunc(address.City, unicode.IsLetter) {
		c.problem(field+"/city", "malformed", "Enter the name of the city.")
	}
	if unknownCountry {
		return address, false // its states and postal codes are not known either
	}
	address.State, fault = ParseState(country, typed.State)
	c.fault(field+"/state", fault)
	address.PostalCode, fault = ParsePostalCode(country.Code, typed.PostalCode)
	c.fault(field+"/postal_code", fault)
	return address, !fault.Found()
}

// ParseCountry reads the code of a country that customers can live in; empty is the USA.
//
// Codes: invalid_choice.
func ParseCountry(typed string) (places.Country, Fault) {
	code := strings.ToUpper(strings.TrimSpace(typed))
	if code == "" {
		code = places.UnitedStates
	}
	country, ok := places.FindCountry(code)
	if !ok {
		return places.Country{}, Fault{"invalid_choice", "Choose a country from the list: USA or Canada."}
	}
	return country, Fault{}
}

// ParseState reads a state or province of the country, by abbreviation or name, and
// returns its abbreviation.
//
// Codes: required, invalid_choice.
func ParseState(country places.Country, typed string) (string, Fault) {
	typed = strings.TrimSpace(typed)
	word := "state"
	if country.Code == places.Canada {
		word = "province"
	}
	if typed == "" {
		return "", Fault{"required", "Choose the " + word + "."}
	}
	state, ok := country.FindState(typed)
	if !ok {
		return "", Fault{"invalid_choice", "Choose a " + word + " from the list of the chosen country."}
	}
	return state.Code, Fault{}
}

var (
	zipPattern = regexp.MustCompile(`^([0-9]{5})(?:[- ]?([0-9]{4}))?$`)
	// A Canadian postal code has no D, F, I, O, Q or U, and does not begin with W or Z.
	canadianPattern = regexp.MustCompile(`^([ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z])[- ]?([0-9][ABCEGHJ-NPRSTV-Z][0-9])$`)
)

// ParsePostalCode reads a ZIP code, a ZIP+4 or a Canadian postal code and returns it as
// 22102, 22102-1234 or M5V 3L9.
//
// Codes: required, malformed.
func ParsePostalCode(country, typed string) (string, Fault) {
	code := strings.ToUpper(strings.TrimSpace(typed))
	if country == places.Canada {
		if code == "" {
			return "", Fault{"required", "Enter the postal code."}
		}
		parts := canadianPattern.FindStringSubmatch(code)
		if parts == nil {
			return "", Fault{"malformed", "Enter a Canadian postal code, such as M5V 3L9."}
		}
		return parts[1] + " " + parts[2], Fault{}
	}
	if code == "" {
		return "", Fault{"required", "Enter the zip code."}
	}
	parts := zipPattern.FindStringSubmatch(code)
	switch {
	case parts == nil:
		return "", Fault{"malformed", "Enter a zip code of five digits, such as 22102, or nine, such as 22102-1234."}
	case parts[2] == "":
		return parts[1], Fault{}
	default:
		return parts[1] + "-" + parts[2], Fault{}
	}
}
