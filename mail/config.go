package mail

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLSPolicy says how a connection to the mail server is protected.
type TLSPolicy string

// The policies. An empty one means [TLSMandatory].
const (
	TLSMandatory     TLSPolicy = "mandatory"     // STARTTLS, or nothing is sent
	TLSOpportunistic TLSPolicy = "opportunistic" // STARTTLS where offered, plain text otherwise
	TLSNone          TLSPolicy = "none"          // plain text, for a mail catcher or a server on the same machine
	TLSImplicit      TLSPolicy = "implicit"      // TLS from the first byte (SMTPS)
)

// ParseTLSPolicy reads a policy by its name; the empty string is [TLSMandatory].
func ParseTLSPolicy(name string) (TLSPolicy, error) {
	switch policy := TLSPolicy(name); policy {
	case "":
		return TLSMandatory, nil
	case TLSMandatory, TLSOpportunistic, TLSNone, TLSImplicit:
		return policy, nil
	default:
		return "", errors.New("TLS policy is none of mandatory, opportunistic, none, implicit")
	}
}

func (p TLSPolicy) defaultPort() int {
	switch p {
	case TLSImplicit:
		return 465
	case TLSNone:
		return 25
	default:
		return 587
	}
}

// DefaultTimeout bounds one send or check when [Config.Timeout] is zero.
const DefaultTimeout = 30 * time.Second

// Config is how to reach the mail server.
type Config struct {
	Host string
	Port int // 0 means 587, 465 with implicit TLS, 25 without TLS

	Username string // empty means no AUTH
	Password string

	TLS     TLSPolicy
	RootCAs *x509.CertPool // nil means the system's; set for a private authority

	HelloName string        // name given in EHLO; empty means the machine's
	Timeout   time.Duration // of a whole send, connecting included; 0 means DefaultTimeout

	DKIM *DKIM // nil means unsigned
}

// DKIM is the key that signs letters (RFC 6376), its public half published at <Selector>._domainkey.<Domain>.
type DKIM struct {
	Domain        string
	Selector      string
	PrivateKeyPEM []byte // RSA or Ed25519, PKCS#1 or PKCS#8
}

// complete fills in the defaults and reports every fault of c at once, quoting no value.
func (c Config) complete() (Config, crypto.Signer, error) {
	var faults []error
	if c.Host == "" || strings.ContainsAny(c.Host, " \t\r\n") {
		faults = append(faults, errors.New("host is missing or has blanks"))
	}
	policy, err := ParseTLSPolicy(string(c.TLS))
	if err != nil {
		faults = append(faults, err)
	}
	c.TLS = policy
	if c.Port == 0 {
		c.Port = policy.defaultPort()
	}
	if c.Port < 1 || c.Port > 65535 {
		faults = append(faults, errors.New("port is not between 1 and 65535"))
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Timeout < 0 {
		faults = append(faults, errors.New("time-out is negative"))
	}
	if (c.Username == "") != (c.Password == "") {
		faults = append(faults, errors.New("user name and password go together"))
	}
	if c.Username != "" && policy == TLSNone && !isLoopback(c.Host) {
		faults = append(faults, errors.New("a password is not sent to another machine without TLS"))
	}
	var key crypto.Signer
	if c.DKIM != nil {
		if key, err = c.DKIM.key(); err != nil {
			faults = append(faults, err)
		}
	}
	return c, key, errors.Join(faults...)
}

func (d DKIM) key() (crypto.Signer, error) {
	if d.Domain == "" || d.Selector == "" {
		return nil, errors.New("DKIM needs a domain and a selector")
	}
	key, err := gomail.PrivKeyFromPEM(d.PrivateKeyPEM)
	if err != nil {
		return nil, fmt.Errorf("DKIM private key: %w", err)
	}
	return key, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
