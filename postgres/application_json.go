package postgres

import (
	"encoding/json"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

// toJSON is for structs of strings, numbers and times, which always marshal.
func toJSON(value any) []byte {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return encoded
}

func answersToJSON(answers onboarding.Answers) []byte {
	return toJSON(applicationjson.FromAnswers(answers))
}

func answersFromJSON(encoded []byte) (onboarding.Answers, error) {
	var application applicationjson.Application
	err := json.Unmarshal(encoded, &application)
	return application.Answers(), err
}

// quoteJSON is catalog.Quote as applications.quote keeps it.
type quoteJSON struct {
	PackageID        string          `json:"package_id"`
	PackageName      string          `json:"package_name"`
	IncludedFeatures []string        `json:"included_features"`
	AddOns           []quoteLineJSON `json:"add_ons"`
	ActivationFee    catalog.Cents   `json:"activation_fee"`
	MonthlyTotal     catalog.Cents   `json:"monthly_total"`
	Currency         string          `json:"currency"`
}

type quoteLineJSON struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Quantity int           `json:"quantity"`
	Monthly  catalog.Cents `json:"monthly"`
}

func quoteToJSON(quote catalog.Quote) []byte {
	row := quoteJSON{
		PackageID: quote.PackageID, PackageName: quote.PackageName, IncludedFeatures: quote.IncludedFeatures,
		ActivationFee: quote.ActivationFee, MonthlyTotal: quote.MonthlyTotal, Currency: quote.Currency,
	}
	for _, line := range quote.AddOns {
		row.AddOns = append(row.AddOns, quoteLineJSON(line))
	}
	return toJSON(row)
}

func quoteFromJSON(encoded []byte) (catalog.Quote, error) {
	var row quoteJSON
	if err := json.Unmarshal(encoded, &row); err != nil {
		return catalog.Quote{}, err
	}
	quote := catalog.Quote{
		PackageID: row.PackageID, PackageName: row.PackageName, IncludedFeatures: row.IncludedFeatures,
		ActivationFee: row.ActivationFee, MonthlyTotal: row.MonthlyTotal, Currency: row.Currency,
	}
	for _, line := range row.AddOns {
		quote.AddOns = append(quote.AddOns, catalog.QuoteLine(line))
	}
	return quote, nil
}

// selectedJSON is catalog.Selected as package_templates.add_ons keeps it.
type selectedJSON struct {
	ID       string `json:"id"`
	Quantity int    `json:"quantity"`
}

func selectedToJSON(addOns []catalog.Selected) []byte {
	rows := make([]selectedJSON, len(addOns))
	for i, addOn := range addOns {
		rows[i] = selectedJSON(addOn)
	}
	return toJSON(rows)
}

func selectedFromJSON(encoded []byte) ([]catalog.Selected, error) {
	var rows []selectedJSON
	if err := json.Unmarshal(encoded, &rows); err != nil {
		return nil, err
	}
	addOns := make([]catalog.Selected, len(rows))
	for i, row := range rows {
		addOns[i] = catalog.Selected(row)
	}
	return addOns, nil
}

// problemJSON is onboarding.Problem as onboardings.problems keeps it.
type problemJSON struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func problemsToJSON(problems onboarding.Problems) []byte {
	rows := make([]problemJSON, len(problems))
	for i, problem := range problems {
		rows[i] = problemJSON(problem)
	}
	return toJSON(rows)
}

func problemsFromJSON(encoded []byte) (onboarding.Problems, error) {
	var rows []problemJSON
	if err := json.Unmarshal(encoded, &rows); err != nil {
		return nil, err
	}
	var problems onboarding.Problems
	for _, row := range rows {
		problems = append(problems, onboarding.Problem(row))
	}
	return problems, nil
}

// coverageJSON is onboarding.NetworkCoverage as coverage_checks.report keeps it.
type coverageJSON struct {
	Name        string                   `json:"name"`
	Coverage    onboarding.CoverageLevel `json:"coverage"`
	Recommended bool                     `json:"recommended"`
	Sunset      bool                     `json:"sunset"`
	MapURL      string                   `json:"map_url"`
}

func coverageToJSON(report []onboarding.NetworkCoverage) []byte {
	rows := make([]coverageJSON, len(report))
	for i, network := range report {
		rows[i] = coverageJSON(network)
	}
	return toJSON(rows)
}

func coverageFromJSON(encoded []byte) ([]onboarding.NetworkCoverage, error) {
	var rows []coverageJSON
	if err := json.Unmarshal(encoded, &rows); err != nil {
		return nil, err
	}
	report := make([]onboarding.NetworkCoverage, len(rows))
	for i, row := range rows {
		report[i] = onboarding.NetworkCoverage(row)
	}
	return report, nil
}
