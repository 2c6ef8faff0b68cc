package dealing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/onboarding/places"
)

// CoverageSource asks the carrier which networks reach an address. An address that the
// carrier cannot find is ErrAddressUnknown; every other error means that it could not
// be asked.
type CoverageSource interface {
	Coverage(ctx context.Context, address onboarding.AddressAnswers) ([]onboarding.NetworkCoverage, error)
}

var (
	// ErrAddressUnknown is a CoverageSource's answer for an address it cannot find.
	ErrAddressUnknown = errors.New("address unknown to the carrier")
	// ErrCarrierUnavailable says that the carrier could not be asked now.
	ErrCarrierUnavailable = errors.New("carrier unavailable")
)

// CoverageDisclaimer is the seed's, shown with every coverage summary.
const CoverageDisclaimer = "Coverage results reflect estimations based on a number of factors including, but not limited to, equipment in use, terrain, proximity to buildings, foliage, and weather. These results do not guarantee service availability. As such, it is recommended to verify a sufficient signal reception at the site using an active module."

// CoverageSummary is the seed's table of networks at an address.
type CoverageSummary struct {
	Networks []onboarding.NetworkCoverage
	// Notes are what a dealer should know about the networks of the table.
	Notes []string
}

// Coverage looks up the networks at an address of which at least country and postal
// code are given. *Invalid when they are malformed or the carrier cannot find the
// address, ErrCarrierUnavailable when the carrier cannot be asked.
func (d *Desk) Coverage(ctx context.Context, address onboarding.AddressAnswers) (CoverageSummary, error) {
	address, problems := locate(address)
	if len(problems) > 0 {
		return CoverageSummary{}, &Invalid{problems}
	}
	networks, err := d.coverage.Coverage(ctx, address)
	switch {
	case errors.Is(err, ErrAddressUnknown):
		return CoverageSummary{}, invalid("postal_code", string(onboarding.ReasonAddressNotFound), "The carrier cannot find this address. Correct it.")
	case err != nil:
		return CoverageSummary{}, fmt.Errorf("%w: %w", ErrCarrierUnavailable, err)
	}
	summary := CoverageSummary{Networks: networks}
	for _, network := range networks {
		known, _ := catalog.Current().Network(network.Name)
		if known.Note != "" && !slices.Contains(summary.Notes, known.Note) {
			summary.Notes = append(summary.Notes, known.Note)
		}
	}
	return summary, nil
}

// TimeZone is the IANA zone that a postal code lies in. When sure is false it is at
// most a suggestion, perhaps empty.
func (d *Desk) TimeZone(country, postalCode string) (zone string, sure bool, err error) {
	address, problems := locate(onboarding.AddressAnswers{Country: country, PostalCode: postalCode})
	if len(problems) > 0 {
		return "", false, &Invalid{problems}
	}
	zone, sure = places.TimeZone(address.Country, address.PostalCode)
	return zone, sure, nil
}

// locate reads what of an address tells where it is; the fields are query parameters.
func locate(address onboarding.AddressAnswers) (onboarding.AddressAnswers, onboarding.Problems) {
	var problems onboarding.Problems
	note := func(field string, fault onboarding.Fault) {
		if fault.Found() {
			problems = append(problems, onboarding.Problem{Field: field, Code: fault.Code, Message: fault.Message})
		}
	}
	country, fault := onboarding.ParseCountry(address.Country)
	note("country", fault)
	if !fault.Found() {
		address.Country = country.Code
		address.PostalCode, fault = onboarding.ParsePostalCode(country.Code, address.PostalCode)
		note("postal_code", fault)
		if strings.TrimSpace(address.State) != "" {
			address.State, fault = onboarding.ParseState(country, address.State)
			note("state", fault)
		}
	}
	address.Street1, fault = onboarding.ParseLine(address.Street1, 100)
	note("street1", fault)
	address.City, fault = onboarding.ParseLine(address.City, 50)
	note("city", fault)
	return address, problems
}
