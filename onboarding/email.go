package onboarding

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

const (
	maxEmailLength     = 254 // RFC 5321, 4.5.3.1.3 less the angle brackets
	maxEmailUserLength = 64  // RFC 5321, 4.5.3.1.1
)

// mailDomain turns an international domain into the ASCII form that every mail server
// understands, and refuses what could not be a host.
var mailDomain = idna.New(
	idna.MapForLookup(),
	idna.BidiRule(),
	idna.StrictDomainName(true),
	idna.VerifyDNSLength(true),
)

// ParseEmail reads exactly one address, user@domain, without a display name, comment,
// quotes or an address literal. The domain comes back in lower-case ASCII; the part
// before the @ keeps its case, which belongs to the receiving server, and must be
// ASCII, since not every server takes others (SMTPUTF8).
//
// Codes: required, malformed, too_long.
func ParseEmail(typed string) (string, Fault) {
	address := strings.TrimSpace(typed)
	switch {
	case address == "":
		return "", Fault{"required", "Enter the customer's e-mail address."}
	case len(address) > maxEmailLength:
		return "", emailLength
	}
	user, domain, found := cutLast(address, "@")
	if !found || !utf8.ValidString(domain) || strings.ContainsFunc(user, notPrintableASCII) || len(user) > maxEmailUserLength {
		return "", emailForm
	}
	domain, err := mailDomain.ToASCII(domain)
	if err != nil || !hostedDomain(domain) {
		return "", emailForm
	}
	address = user + "@" + domain
	if len(address) > maxEmailLength {
		return "", emailLength
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Name != "" || parsed.Address != address {
		return "", emailForm
	}
	return address, Fault{}
}

var (
	emailForm   = Fault{"malformed", "Enter one complete e-mail address, such as john.doe@example.com."}
	emailLength = Fault{"too_long", "Enter an e-mail address of at most 254 characters."}
)

// hostedDomain wants a domain below a top-level one: neither "localhost" nor a number.
func hostedDomain(domain string) bool {
	_, top, below := cutLast(domain, ".")
	return below && !allDigits(top)
}

func notPrintableASCII(r rune) bool { return r <= ' ' || r > '~' }

func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}
