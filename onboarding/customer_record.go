package onboarding

import (
	"time"

	"github.com/latchkey/latchkey/catalog"
)

// CustomerState is how a customer stands, from account and onboarding together.
type CustomerState string

// The states of a customer. Parked comes before all others: somebody is waited for.
const (
	CustomerInProgress CustomerState = "in_progress"
	CustomerParked     CustomerState = "parked"
	CustomerOpen       CustomerState = "open"
	CustomerClosed     CustomerState = "closed" // the account was closed or the onboarding cancelled
)

// CustomerStates lists them in the order of a filter.
var CustomerStates = []Choice{
	{string(CustomerOpen), "Open"},
	{string(CustomerInProgress), "In progress"},
	{string(CustomerParked), "Parked"},
	{string(CustomerClosed), "Closed"},
}

// CustomerFilter narrows a list of customers, newest first; zero members do not narrow.
type CustomerFilter struct {
	Dealers []string // nil means every dealer
	// Query is words of name, company, login, serial number, phone, alternate ID and
	// address, each perhaps only begun; all of them must be found.
	Query  string
	State  CustomerState
	Cursor string
	Limit  int
}

// AccountFilter narrows a list of accounts, newest first; zero members do not narrow.
type AccountFilter struct {
	Dealers []string // nil means every dealer
	// Query is read like that of a CustomerFilter.
	Query  string
	State  AccountState
	Cursor string
	Limit  int
}

// CustomerLine is one customer of a list.
type CustomerLine struct {
	OnboardingID string
	AccountID    string // empty until the account exists
	DealerID     string
	DealerName   string
	Kind         Kind
	AccountType  AccountType
	State        CustomerState
	Status       Status
	Step         Step
	ParkReason   Reason // empty unless parked
	FirstName    string
	LastName     string
	CompanyName  string
	LoginName    string
	Phone        string
	Address      AddressAnswers // where the system is installed
	AlternateID  string
	Module       string // serial number, or what else the module is known by
	CreatedAt    time.Time
	ReadyAt      time.Time // zero when there is no network hour
	// CommunicatedAt is the panel's first communication; zero before it.
	CommunicatedAt time.Time
}

// CustomerFile is everything known of one customer.
type CustomerFile struct {
	Onboarding Onboarding
	DealerName string
	// Account is nil until the onboarding has made it.
	Account *Account
	State   CustomerState
	// Answers are the newest revision: checked and complete when Accepted, otherwise as typed.
	Answers  Answers
	Accepted bool
	// Quote is zero before the application was accepted.
	Quote catalog.Quote
	// Events are oldest first.
	Events  []FileEvent
	Letters []LetterRecord
	Ledger  []LedgerLine
	// Module, Receiver and Template are nil when the customer has none.
	Module   *Module
	Receiver *Receiver
	Template *TemplateRecord
	// Coverage is the carrier's report, empty when it was not asked.
	Coverage []NetworkCoverage
	// CoverageOverride is the reason given for going on without; usually empty.
	CoverageOverride string
	// Notifications are what the customer is told of; empty before the account is made.
	Notifications []string
	// PasswordSet reports whether the login has a password, MustChange whether it is a temporary one.
	PasswordSet bool
	MustChange  bool
}

// FileEvent is an event with what its IDs stand for.
type FileEvent struct {
	Event
	// ByName is who acted, for people to read; empty when a program did.
	ByName string
	// Reason is what they gave as their reason.
	Reason string
}

// LetterRecord is a welcome letter that was made.
type LetterRecord struct {
	ID       string
	Version  int
	Channel  string // email or print
	State    LetterState
	IssuedAt time.Time
	Origin   LetterOrigin
	ByName   string // who printed it or had it sent again
	// LinkExpires and LinkUsed are about the set-up link; zero when there is none, or it was not used.
	LinkExpires time.Time
	LinkUsed    time.Time
	// Deliveries are the attempts to hand an e-mail to the mail server, oldest first.
	Deliveries []Delivery
}

// Delivery is one attempt to hand an e-mail over.
type Delivery struct {
	BeganAt time.Time
	EndedAt time.Time // zero while it is going on
	State   LetterState
	// Receipt is the mail server's own words on acceptance, Code the fault otherwise.
	Receipt string
	Code    string
}

// LedgerLine is money, in cents; a reversal is negative.
type LedgerLine struct {
	Kind     string // activation or activation_reversal
	Amount   catalog.Cents
	Currency string
	At       time.Time
}

// TemplateRecord is the panel template of a customer and how far it got.
type TemplateRecord struct {
	Name    string
	State   string // queued, pushed or failed; empty before it was queued
	Code    string
	EndedAt time.Time
}
