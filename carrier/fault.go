package carrier

import (
	"net/http"
	"slices"
	"time"
)

// The codes a Fault carries.
const (
	ModuleUnknown           = "module_unknown"
	ModuleAlreadyRegistered = "module_already_registered"
	ModuleNotOwned          = "module_not_owned"
	ModuleSunset            = "module_sunset"
	ModuleInactive          = "module_inactive"
	AddressNotFound         = "address_not_found"
	PanelUnsupported        = "panel_unsupported"
	TemplateNotFound        = "template_not_found"
	Refused                 = "carrier_refused"

	Unavailable = "carrier_unavailable"
	RateLimited = "carrier_rate_limited"
	TimedOut    = "carrier_timeout"
	Garbled     = "carrier_garbled"
)

// Code says what a fault code means and whether the same request may succeed
// later without anybody changing it.
type Code struct {
	Name      string
	Retryable bool
	// Status is the HTTP status the carrier sends with it; 0 when the client
	// concludes the code from an answer that is missing or unreadable.
	Status int
	// Calls are the calls that can end with it.
	Calls []Call
	// Means is one sentence for a person.
	Means string
}

var codes = []Code{
	{ModuleUnknown, false, http.StatusUnprocessableEntity, []Call{RegisterModule, PushTemplate}, "The carrier knows no module with this identifier."},
	{ModuleAlreadyRegistered, false, http.StatusConflict, []Call{RegisterModule}, "The module is registered under another key."},
	{ModuleNotOwned, false, http.StatusForbidden, []Call{RegisterModule, DeregisterModule}, "The module belongs to another dealer."},
	{ModuleSunset, false, http.StatusUnprocessableEntity, []Call{RegisterModule}, "The module's network takes no new modules."},
	{ModuleInactive, false, http.StatusUnprocessableEntity, []Call{RegisterModule, PushTemplate}, "The module's SIM cannot be activated."},
	{AddressNotFound, false, http.StatusUnprocessableEntity, []Call{CheckCoverage}, "The carrier cannot place the address."},
	{PanelUnsupported, false, http.StatusUnprocessableEntity, []Call{RegisterModule, PushTemplate}, "The carrier does not serve this panel type."},
	{TemplateNotFound, false, http.StatusUnprocessableEntity, []Call{PushTemplate}, "The carrier has no panel template with this ID."},
	{Refused, false, http.StatusBadRequest, Calls(), "The carrier refused the request for a reason this version does not know."},

	{Unavailable, true, http.StatusServiceUnavailable, Calls(), "The carrier cannot be reached or answers that it is down."},
	{RateLimited, true, http.StatusTooManyRequests, Calls(), "The carrier asks for fewer requests; nothing was done."},
	{TimedOut, true, 0, Calls(), "The answer was lost and the request may have been done; its key makes it safe to send again."},
	{Garbled, true, 0, Calls(), "The answer could not be understood and the request may have been done; its key makes it safe to send again."},
}

// Codes is the table of every code a Fault can carry.
func Codes() []Code { return slices.Clone(codes) }

// PermanentCodes lists the codes with which a call can end for good.
func PermanentCodes(call Call) []string {
	var names []string
	for _, code := range codes {
		if !code.Retryable && slices.Contains(code.Calls, call) {
			names = append(names, code.Name)
		}
	}
	return names
}

// Fault is the only error that calls to the carrier return. Its text is the code
// alone, so it can be logged and stored without a look at what it is about.
type Fault struct {
	// Code is one of Codes.
	Code string
	// Status is the HTTP status that told it, 0 when no status did: there was no
	// answer, or a good one with senseless content.
	Status int
	// Retryable is the code's own, copied here for the reader's convenience.
	Retryable bool
	// RetryAfter is how long the carrier asked to be left alone, 0 when it did
	// not ask. Never more than MaxRetryAfter.
	RetryAfter time.Duration

	cause error
}

// Error returns the code.
func (f *Fault) Error() string { return f.Code }

// Unwrap returns what the fault was concluded from, so that errors.Is finds a
// cancelled or expired context. It may be nil.
func (f *Fault) Unwrap() error { return f.cause }

func newFault(code string, status int, cause error) *Fault {
	row := slices.IndexFunc(codes, func(c Code) bool { return c.Name == code })
	return &Fault{Code: code, Status: status, Retryable: codes[row].Retryable, cause: cause}
}
