package catalog

import "slices"

// Package is a service package: the base of what a customer pays for.
type Package struct {
	ID          string
	Name        string
	Description string
	// AccountTypes are the kinds of account it is sold for.
	AccountTypes []string
	// IncludedFeatures is what comes with it, in the words of the summary.
	IncludedFeatures []string
	// Included are add-ons that come with the package; Free may be added at no
	// charge; Priced may be added at their price. Other add-ons are not offered.
	Included []string
	Free     []string
	Priced   []string
	Price    Price
}

// Availability says on what terms a package has an add-on.
type Availability string

// The terms.
const (
	NotOffered Availability = ""
	Included   Availability = "included"
	Free       Availability = "free"
	Priced     Availability = "priced"
)

// Offer says on what terms the package has an add-on.
func (p Package) Offer(addOnID string) Availability {
	switch {
	case slices.Contains(p.Included, addOnID):
		return Included
	case slices.Contains(p.Free, addOnID):
		return Free
	case slices.Contains(p.Priced, addOnID):
		return Priced
	default:
		return NotOffered
	}
}

func (p Package) clone() Package {
	p.AccountTypes = slices.Clone(p.AccountTypes)
	p.IncludedFeatures = slices.Clone(p.IncludedFeatures)
	p.Included, p.Free, p.Priced = slices.Clone(p.Included), slices.Clone(p.Free), slices.Clone(p.Priced)
	return p
}
