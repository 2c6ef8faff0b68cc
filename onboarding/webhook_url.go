package onboarding

import (
	"net/netip"
	"net/url"
	"strings"
)

// WebhookReach is how far webhooks may go.
type WebhookReach string

// The reaches. Whoever may add an endpoint makes this program send requests to where they
// choose, so an installation that serves others must not let them reach its own network.
const (
	WebhookReachPublic   WebhookReach = "public"   // https, to public addresses
	WebhookReachAnywhere WebhookReach = "anywhere" // http and private addresses as well, for development
)

// Allows reports whether webhooks may be sent to an address. It is asked about what a
// name resolved to, at the moment of dialling: a name alone proves nothing.
func (r WebhookReach) Allows(address netip.Addr) bool {
	return r == WebhookReachAnywhere || isPublic(address.Unmap())
}

// reserved are the ranges that are not of the public Internet beside those that netip
// knows (RFC 6890 and the registries of IANA). Those that embed an IPv4 address lead to
// it through translators and tunnels.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT, metadata services of some clouds
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, broadcast
	netip.MustParsePrefix("::/96"),           // IPv4-compatible
	netip.MustParsePrefix("64:ff9b::/96"),    // NAT64
	netip.MustParsePrefix("64:ff9b:1::/48"),  // NAT64, local
	netip.MustParsePrefix("100::/64"),        // discard
	netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("2002::/16"),       // 6to4
	netip.MustParsePrefix("3fff::/20"),       // documentation
	netip.MustParsePrefix("fec0::/10"),       // site-local
}

func isPublic(address netip.Addr) bool {
	if !address.IsGlobalUnicast() || address.IsPrivate() || address.Zone() != "" {
		return false
	}
	for _, prefix := range reserved {
		if prefix.Contains(address) {
			return false
		}
	}
	return true
}

const maxWebhookURLLength = 500

var (
	webhookURLForm = Fault{"malformed", "Enter the whole address that takes webhooks, such as https://crm.example.com/latchkey, without user, password or fragment."}
	webhookNoTLS   = Fault{"https_required", "Use an address that begins with https://."}
	webhookInside  = Fault{"address_forbidden", "This address is not on the public Internet. Use one that is."}
)

// ParseWebhookURL reads the address of an endpoint. Codes: required, malformed, too_long,
// https_required, address_forbidden.
func (r WebhookReach) ParseWebhookURL(typed string) (string, Fault) {
	line, fault := ParseLine(typed, maxWebhookURLLength)
	switch {
	case fault.Found():
		if fault.Code == lineForm.Code {
			fault = webhookURLForm
		}
		return "", fault
	case line == "":
		return "", Fault{"required", "Enter the address that takes webhooks."}
	}
	parsed, err := url.Parse(line)
	if err != nil || !isWebhookURL(parsed) || strings.ContainsAny(line, " \\\"<>#") {
		return "", webhookURLForm
	}
	if r == WebhookReachAnywhere {
		return line, Fault{}
	}
	if parsed.Scheme != "https" {
		return "", webhookNoTLS
	}
	host := strings.ToLower(strings.TrimSuffix(parsed.Hostname(), "."))
	literal, err := netip.ParseAddr(host)
	inside := host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal")
	if inside || err == nil && !r.Allows(literal) {
		return "", webhookInside
	}
	return line, Fault{}
}

func isWebhookURL(parsed *url.URL) bool {
	return (parsed.Scheme == "https" || parsed.Scheme == "http") && parsed.Hostname() != "" && parsed.User == nil && parsed.Opaque == ""
}
