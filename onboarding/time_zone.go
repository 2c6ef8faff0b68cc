package onboarding

import (
	"strings"

	"github.com/latchkey/latchkey/onboarding/places"
)

// timeZone is the zone of the property: the chosen one, or the one its postal code lies in.
func (c *checking) timeZone(typed string, installedAt AddressAnswers, located bool) string {
	const field = "/customer/time_zone"
	if chosen := strings.TrimSpace(typed); chosen != "" {
		if !places.OffersTimeZone(chosen) {
			c.problem(field, "invalid_choice", "Choose a time zone from the list, or leave it to be detected from the zip code.")
			return ""
		}
		return chosen
	}
	if !located {
		return ""
	}
	zone, sure := places.TimeZone(installedAt.Country, installedAt.PostalCode)
	if !sure {
		c.problem(field, "time_zone_undetected", "The time zone cannot be told from the zip code for certain. Choose a time zone.")
		return ""
	}
	return zone
}
