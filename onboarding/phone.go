package onboarding

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// maxTypedPhone leaves room for separators and keeps hostile input cheap.
const maxTypedPhone = 40

// ParsePhone reads a phone number as people write it in country (an ISO 3166 code); a
// number with + may belong to any country. The number comes back in E.164 form.
//
// Codes: required, malformed.
func ParsePhone(typed, country string) (string, Fault) {
	line, fault := ParseLine(typed, maxTypedPhone)
	switch {
	case fault.Found():
		return "", phoneForm
	case line == "":
		return "", Fault{"required", "Enter the customer's phone number."}
	case strings.ContainsFunc(line, notOfAPhoneNumber):
		return "", phoneForm
	}
	number, err := phonenumbers.Parse(line, country)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return "", phoneForm
	}
	if number.GetExtension() != "" {
		return "", Fault{"malformed", "Enter the phone number without an extension."}
	}
	return phonenumbers.Format(number, phonenumbers.E164), Fault{}
}

var phoneForm = Fault{"malformed", "Enter a complete phone number with its area code, such as 571 555 0100, or begin with + and the country code."}

// notOfAPhoneNumber refuses what the library would skip silently: a number found inside
// other text is not what the dealer meant to type. Letters stay, for 1-800-FLOWERS.
func notOfAPhoneNumber(r rune) bool {
	switch {
	case '0' <= r && r <= '9', 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z':
		return false
	}
	return !strings.ContainsRune("+-. ()/#\u2010\u2011\u2012\u2013", r)
}
