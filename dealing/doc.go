// Package dealing is what a dealer's office and an operator can do: the use cases
// shared by the API and the portal. Handlers parse, call one of these and present.
//
// It knows neither SQL nor Temporal: Store and Engine say what it needs of them.
package dealing
