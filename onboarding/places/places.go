// Package places knows the countries that customers can live in, their states, and
// which state and time zone a postal code lies in.
//
// It is data and pure functions: the data files are embedded, nothing is read at run
// time. Their sources and licences are in NOTICE; tools/placesgen writes them anew.
package places

import "strings"

// Codes of the countries, ISO 3166.
const (
	UnitedStates = "US"
	Canada       = "CA"
)

// Country is a country with its states or provinces.
type Country struct {
	Code   string
	Name   string
	States []State
}

// State is a state, province or territory with its postal abbreviation.
type State struct {
	Code string
	Name string
}

// Countries lists every country we offer, the default first.
func Countries() []Country {
	return []Country{
		{Code: UnitedStates, Name: "USA", States: states},
		{Code: Canada, Name: "Canada", States: provinces},
	}
}

// FindCountry finds a country by its code; ok is false for one we do not offer.
func FindCountry(code string) (country Country, ok bool) {
	for _, country := range Countries() {
		if country.Code == code {
			return country, true
		}
	}
	return Country{}, false
}

// FindState finds a state of the country by abbreviation or name, in any case.
func (c Country) FindState(typed string) (state State, ok bool) {
	for _, state := range c.States {
		if strings.EqualFold(state.Code, typed) || strings.EqualFold(state.Name, typed) {
			return state, true
		}
	}
	return State{}, false
}

// StateOf is the abbreviation of the state or province that a postal code belongs to.
//
// Postal routes and state lines do not always agree and new ZIP codes appear, so a
// difference is worth a warning, never a refusal.
func StateOf(country, postalCode string) (state string, ok bool) {
	switch country {
	case UnitedStates:
		return zipState(postalCode)
	case Canada:
		return provinceOf(postalCode)
	default:
		return "", false
	}
}

// TimeZone is the IANA name of the time zone that a postal code lies in. When sure is
// false zone is at most a suggestion, perhaps empty, that a person must confirm.
func TimeZone(country, postalCode string) (zone string, sure bool) {
	switch country {
	case UnitedStates:
		return zipZone(postalCode)
	case Canada:
		return canadianZone(postalCode)
	default:
		return "", false
	}
}
