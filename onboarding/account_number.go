package onboarding

import (
	"regexp"
	"strings"
)

// The protocols of receivers; each has its own form of account number.
const (
	ProtocolContactID = "contact_id"
	ProtocolSIA       = "sia"
	ProtocolDC09      = "dc09"
)

// Protocols are the choices for a receiver.
var Protocols = []Choice{
	{ProtocolContactID, "Contact ID"},
	{ProtocolSIA, "SIA"},
	{ProtocolDC09, "SIA DC-09 (IP)"},
}

// CanonicalAccountNumber is an account number as it is compared and stored, whatever
// its protocol: without surrounding blanks, in upper case.
func CanonicalAccountNumber(typed string) string {
	return strings.ToUpper(strings.TrimSpace(typed))
}

// ParseAccountNumber reads the customer's account number at a monitoring station, in
// the form that the receiver's protocol can carry.
//
// Codes: required, malformed, unknown_protocol.
func ParseAccountNumber(typed, protocol string) (string, Fault) {
	number := CanonicalAccountNumber(typed)
	if number == "" {
		return "", Fault{"required", "Enter the customer's account number with the monitoring station."}
	}
	form, known := accountNumberForms[protocol]
	switch {
	case !known:
		return "", Fault{"unknown_protocol", "The receiver's protocol is not supported. Choose another receiver."}
	case form.pattern.MatchString(number):
		return number, Fault{}
	case protocol == ProtocolContactID && contactIDWithA.MatchString(number):
		return "", Fault{"malformed", "Contact ID has no letter A: panels send it as 0. Enter 0 in its place."}
	default:
		return "", Fault{"malformed", form.message}
	}
}

type accountNumberForm struct {
	pattern *regexp.Regexp
	message string
}

// The forms of the alarm protocols: DC-05 (Contact ID), SIA DC-03, SIA DC-09.
var accountNumberForms = map[string]accountNumberForm{
	ProtocolContactID: {regexp.MustCompile(`^[0-9B-F]{4}$`), "An account number on a Contact ID receiver has four characters, 0-9 and B-F."},
	ProtocolSIA:       {regexp.MustCompile(`^[0-9]{1,6}$`), "An account number on a SIA receiver has one to six digits."},
	ProtocolDC09:      {regexp.MustCompile(`^[0-9A-F]{3,16}$`), "An account number on a SIA DC-09 receiver has 3 to 16 characters, 0-9 and A-F."},
}

var contactIDWithA = regexp.MustCompile(`^[0-9A-F]{4}$`)
