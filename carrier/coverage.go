package carrier

import "github.com/latchkey/latchkey/onboarding"

// PlaceOf is an address in the carrier's words.
func PlaceOf(address onboarding.AddressAnswers) Place {
	return Place{
		Country: address.Country, PostalCode: address.PostalCode,
		Street1: address.Street1, City: address.City, State: address.State,
	}
}

// Summary is the report in the domain's words: the seed's Coverage Summary.
func (r CoverageReport) Summary() []onboarding.NetworkCoverage {
	summary := make([]onboarding.NetworkCoverage, len(r.Networks))
	for i, network := range r.Networks {
		summary[i] = onboarding.NetworkCoverage{
			Name: network.Name, Coverage: onboarding.CoverageLevel(network.Coverage),
			Recommended: network.Recommended, Sunset: network.Sunset, MapURL: network.MapURL,
		}
	}
	return summary
}
