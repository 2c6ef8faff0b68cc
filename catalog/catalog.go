// Package catalog is what a dealer can sell and install: service packages with their
// add-ons and the rules between them, control panels, and the choices of every form.
// It is data (embedded files) and pure functions over it.
package catalog

// Cents is an amount of money in hundredths of the dealer's currency.
type Cents int64

// Prices is what one dealer charges, by package or add-on ID. An item without a row
// costs what the catalogue says.
type Prices map[string]Price

// Price is a monthly price and a one-time activation fee.
type Price struct {
	Monthly    Cents
	Activation Cents
}

// PackageTemplate bundles a package with add-ons, as a dealer sells them.
type PackageTemplate struct {
	ID        string
	Name      string
	PackageID string
	AddOns    []Selected
}

// Selected is an add-on and how many of it.
type Selected struct {
	ID       string
	Quantity int
}

// Quote is what a selection gives and costs: the seed's Selected Package Summary.
type Quote struct {
	PackageID        string
	PackageName      string
	IncludedFeatures []string
	AddOns           []QuoteLine
	ActivationFee    Cents
	MonthlyTotal     Cents
	Currency         string
}

// QuoteLine is one add-on of a Quote.
type QuoteLine struct {
	ID       string
	Name     string
	Quantity int
	Monthly  Cents
}
