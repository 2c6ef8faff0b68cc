package onboarding

import "strings"

// ModuleIdentifierKind tells which of a module's numbers was typed.
type ModuleIdentifierKind string

// The kinds of identifier. An IMEISV is kept as the IMEI it contains.
const (
	ModuleSerial ModuleIdentifierKind = "serial"
	ModuleIMEI   ModuleIdentifierKind = "imei"
	ModuleMEID   ModuleIdentifierKind = "meid"
)

// ModuleIdentifier is a module's serial number, IMEI or MEID in canonical form: ten
// digits, fifteen digits with a correct check digit, or fourteen upper-case
// hexadecimal digits. The zero value identifies nothing.
type ModuleIdentifier struct {
	kind  ModuleIdentifierKind
	value string
}

// Kind is which of the module's numbers this is.
func (m ModuleIdentifier) Kind() ModuleIdentifierKind { return m.kind }

// String is the canonical form. It must not reach a log: use Last4 there.
func (m ModuleIdentifier) String() string { return m.value }

// Last4 is what may be shown of an identifier where the whole of it may not.
func (m ModuleIdentifier) Last4() string {
	return m.value[max(0, len(m.value)-4):]
}

// The lengths of identifiers as printed on modules and their packaging.
const (
	serialLength     = 10
	fullSerialLength = 15
	imeiLength       = 15
	imeisvLength     = 16
	meidLength       = 14

	// fullSerialPrefix begins a serial number printed in full. One in ten of those
	// passes the check of an IMEI by chance, so the prefix decides first.
	fullSerialPrefix = "11317"

	// maxTypedIdentifier leaves room for separators and keeps hostile input cheap.
	maxTypedIdentifier = 64
)

// ParseModuleIdentifier reads what is printed on a module: the last ten digits of the
// serial number, all fifteen of them, a radio's xxxxx-XXXXXXXXXX.xx, an IMEI, an
// IMEISV or a MEID. Spaces and dashes do not matter, nor does a leading "SN" or "IMEI".
//
// Codes: required, malformed, bad_check_digit.
func ParseModuleIdentifier(typed string) (ModuleIdentifier, Fault) {
	if strings.TrimSpace(typed) == "" {
		return ModuleIdentifier{}, Fault{"required", "Enter the module's serial number or IMEI."}
	}
	if len(typed) > maxTypedIdentifier {
		return ModuleIdentifier{}, identifierForm
	}
	compact := strings.ToUpper(withoutSeparators(typed))
	for _, label := range []string{"SN", "IMEI", "MEID"} {
		if unlabelled, labelled := strings.CutPrefix(compact, label); labelled {
			compact = strings.TrimPrefix(unlabelled, ":")
			break
		}
	}
	if radio, ok := radioSerial(compact); ok {
		return ModuleIdentifier{ModuleSerial, radio}, Fault{}
	}
	if allDigits(compact) {
		return parseDecimalIdentifier(compact)
	}
	return parseMEID(compact)
}

var identifierForm = Fault{"malformed", "Enter the last 10 digits of the serial number (they follow \"SN\"), the 15 digits of the IMEI, or the 14 characters of the MEID."}

func parseDecimalIdentifier(digits string) (ModuleIdentifier, Fault) {
	switch {
	case len(digits) == serialLength:
		return ModuleIdentifier{ModuleSerial, digits}, Fault{}
	case len(digits) == fullSerialLength && strings.HasPrefix(digits, fullSerialPrefix):
		return ModuleIdentifier{ModuleSerial, digits[fullSerialLength-serialLength:]}, Fault{}
	case len(digits) == imeiLength:
		if luhnDigit(digits[:imeiLength-1]) != digits[imeiLength-1] {
			return ModuleIdentifier{}, Fault{"bad_check_digit", "The check digit of this IMEI is wrong, so a digit was mistyped. Compare it with the one printed on the module."}
		}
		return ModuleIdentifier{ModuleIMEI, digits}, Fault{}
	case len(digits) == imeisvLength && !strings.HasPrefix(digits, fullSerialPrefix):
		// The last two digits are a software version; an IMEISV has no check digit.
		body := digits[:imeiLength-1]
		return ModuleIdentifier{ModuleIMEI, body + string(luhnDigit(body))}, Fault{}
	case len(digits) < serialLength:
		return ModuleIdentifier{}, Fault{"malformed", "This number is too short: a serial number has 10 digits, an IMEI 15."}
	case len(digits) > imeisvLength:
		return ModuleIdentifier{}, Fault{"malformed", "This number is too long: a serial number has 10 digits, an IMEI 15. An ICCID, printed on the SIM card, does not identify a module."}
	default:
		return ModuleIdentifier{}, Fault{"malformed", "This number has the wrong length: a serial number has 10 digits, an IMEI 15."}
	}
}

// parseMEID reads fourteen hexadecimal digits. The first pair is A0 or above, which
// is what tells a MEID from the first fourteen digits of an IMEI (3GPP 23.003).
func parseMEID(compact string) (ModuleIdentifier, Fault) {
	for _, r := range compact {
		if !strings.ContainsRune("0123456789ABCDEF", r) {
			return ModuleIdentifier{}, identifierForm
		}
	}
	if len(compact) != meidLength {
		return ModuleIdentifier{}, Fault{"malformed", "This has the wrong length for a MEID, which has 14 characters, 0-9 and A-F. A serial number and an IMEI have digits only."}
	}
	if compact[:2] < "A0" {
		return ModuleIdentifier{}, Fault{"malformed", "This is not a MEID: its first two characters are A0 or above. A serial number and an IMEI have digits only."}
	}
	return ModuleIdentifier{ModuleMEID, compact}, Fault{}
}

// radioSerial finds the serial number in a radio's display: ten digits before a dot
// and a two-digit suffix, with a five-digit prefix or without.
func radioSerial(compact string) (string, bool) {
	digits, suffix, found := strings.Cut(compact, ".")
	if !found || !allDigits(digits) || !allDigits(suffix) || len(suffix) != 2 {
		return "", false
	}
	if len(digits) != serialLength && len(digits) != fullSerialLength {
		return "", false
	}
	return digits[len(digits)-serialLength:], true
}

// withoutSeparators drops the blanks and dashes that labels are printed with.
func withoutSeparators(typed string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\u00a0', '-', '\u2010', '\u2011', '\u2012', '\u2013':
			return -1
		}
		return r
	}, typed)
}

func allDigits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// luhnDigit is the check digit that follows digits (ISO/IEC 7812-1, annex B).
func luhnDigit(digits string) byte {
	sum := 0
	for i := range len(digits) {
		digit := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			digit *= 2
			if digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return byte('0' + (10-sum%10)%10)
}
