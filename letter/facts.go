package letter

import (
	"net/url"
	"strings"
	"time"
)

// Facts is everything a letter depends on.
type Facts struct {
	Dealer   Dealer
	Customer Customer
	// Language is a BCP 47 tag. The nearest of English, Spanish and French is used; English when none is near.
	Language  string
	LoginName string
	// Variant says how the customer gets the first password: [PrintVariant] or [MailVariant].
	Variant Variant
	// IssuedOn is the letter's date. It is printed in its own time zone, so convert it to the property's first.
	IssuedOn time.Time
	// ReadyAt, unless zero, is the instant from which the system may be connected, printed in its own time zone.
	ReadyAt time.Time
	// SecurityAccount adds the note that logging in works only after the panel has communicated.
	SecurityAccount bool
	// Demonstration says that the system is a simulated one.
	Demonstration bool
	// WebsiteURL is the http(s) address of the Customer Website's login page.
	WebsiteURL string
}

// Dealer is who the letter comes from. Only the name is needed.
type Dealer struct {
	Name         string
	SupportEmail string
	SupportPhone string
	// Logo is a PNG or JPEG. A logo that cannot be read is left out and the name is printed in its place: a customer
	// must not wait for an account because a picture is broken. Refuse bad ones at upload with [NormalizeLogo].
	Logo []byte
	// PrimaryColour is "#rrggbb"; anything else prints in Latchkey's own blue.
	PrimaryColour string
}

// Customer is who the letter is for. At least one of the names is needed.
type Customer struct {
	FirstName string
	LastName  string
	// AddressLines, when given, are printed above the greeting; in a [PrintVariant] where a #10 window envelope shows
	// them. The window has room for four, of which the caller makes the first the name.
	AddressLines []string
}

// Variant is how the customer gets the first password. It is sealed: [PrintVariant] and [MailVariant] are all there are.
type Variant interface{ sealedVariant() }

// PrintVariant is the letter handed over at the installation.
type PrintVariant struct {
	// TemporaryPassword is printed as it is, in a monospaced face.
	TemporaryPassword string
}

// MailVariant is the letter that goes out by e-mail: it never holds a password.
type MailVariant struct {
	// SetupURL is the http(s) link with which the customer chooses a password; clickable in the PDF.
	SetupURL string
	// ValidHours is how long the link works, said in the letter; 0 leaves it unsaid.
	ValidHours int
}

func (PrintVariant) sealedVariant() {}
func (MailVariant) sealedVariant()  {}

// check returns what keeps a letter from being written. Strings are expected to be tidied.
func (f Facts) check() error {
	needed := []struct{ field, value string }{
		{"dealer_name", f.Dealer.Name},
		{"customer_name", f.Customer.FirstName + f.Customer.LastName},
		{"login_name", f.LoginName},
	}
	for _, fact := range needed {
		if fact.value == "" {
			return &Error{Code: CodeFactsIncomplete, Field: fact.field}
		}
	}
	if f.IssuedOn.IsZero() {
		return &Error{Code: CodeFactsIncomplete, Field: "issued_on"}
	}
	if !isWebAddress(f.WebsiteURL) {
		return &Error{Code: CodeFactsIncomplete, Field: "website_url"}
	}
	switch variant := f.Variant.(type) {
	case PrintVariant:
		if strings.TrimSpace(variant.TemporaryPassword) == "" {
			return &Error{Code: CodeFactsIncomplete, Field: "temporary_password"}
		}
	case MailVariant:
		if !isWebAddress(variant.SetupURL) {
			return &Error{Code: CodeFactsIncomplete, Field: "setup_url"}
		}
	default:
		return &Error{Code: CodeFactsIncomplete, Field: "variant"}
	}
	return nil
}

// isWebAddress keeps javascript: and the like from becoming a clickable link.
func isWebAddress(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && (parsed.Scheme == "https" || parsed.Scheme == "http") && parsed.Host != ""
}

// tidied returns the facts as they may be printed: on one line each, in composed form, without invisible controls.
func (f Facts) tidied() Facts {
	f.Dealer.Name = tidy(f.Dealer.Name)
	f.Dealer.SupportEmail = tidy(f.Dealer.SupportEmail)
	f.Dealer.SupportPhone = tidy(f.Dealer.SupportPhone)
	f.Customer.FirstName = tidy(f.Customer.FirstName)
	f.Customer.LastName = tidy(f.Customer.LastName)
	f.LoginName = tidy(f.LoginName)
	f.WebsiteURL = strings.TrimSpace(f.WebsiteURL)

	var lines []string
	for _, line := range f.Customer.AddressLines {
		if line = tidy(line); line != "" {
			lines = append(lines, line)
		}
	}
	f.Customer.AddressLines = lines
	return f
}
