package carriertest

import (
	"regexp"
	"slices"

	"github.com/latchkey/latchkey/carrier"
)

// Modules decides whether an identifier can be registered: it returns the code
// to refuse it with, or "" to accept it. That another key holds the module is
// not its business.
type Modules func(identifier string) (refusal string)

// AnyModule accepts every well-formed identifier: ten digits, an IMEI with its
// check digit, or a MEID.
func AnyModule(identifier string) string {
	if wellFormed(identifier) {
		return ""
	}
	return carrier.ModuleUnknown
}

// OnlyModules accepts the identifiers listed and knows no others.
func OnlyModules(identifiers ...string) Modules {
	return func(identifier string) string {
		if slices.Contains(identifiers, identifier) {
			return ""
		}
		return carrier.ModuleUnknown
	}
}

// RefusingModules refuses the identifiers listed, each with its code, and accepts
// any other well-formed one.
func RefusingModules(refusals map[string]string) Modules {
	return func(identifier string) string {
		if code, refused := refusals[identifier]; refused {
			return code
		}
		return AnyModule(identifier)
	}
}

// DemoRefusals are serials to try each refusal with, for RefusingModules.
func DemoRefusals() map[string]string {
	return map[string]string{
		"4100000901": carrier.ModuleAlreadyRegistered,
		"4100000902": carrier.ModuleNotOwned,
		"4100000903": carrier.ModuleSunset,
		"4100000904": carrier.ModuleInactive,
		"4100000905": carrier.ModuleUnknown,
		"4100000906": carrier.PanelUnsupported,
	}
}

var (
	serial = regexp.MustCompile(`^[0-9]{10}$`)
	imei   = regexp.MustCompile(`^[0-9]{15}$`)
	meid   = regexp.MustCompile(`^[A-Fa-f][0-9A-Fa-f]{13}$`)
)

func wellFormed(identifier string) bool {
	return serial.MatchString(identifier) || meid.MatchString(identifier) ||
		(imei.MatchString(identifier) && luhn(identifier))
}

func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		digit := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			digit *= 2
			if digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}

// last4 is as much of an identifier as the lists show.
func last4(identifier string) string {
	return identifier[max(0, len(identifier)-4):]
}
