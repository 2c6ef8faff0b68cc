package mail

import (
	"context"
	"crypto"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
	"go.opentelemetry.io/otel/metric"
)

// Sender hands messages to one mail server. It holds no connection and may be used from many goroutines.
type Sender struct {
	config  Config
	dkimKey crypto.Signer
	// deliveries is shown as latchkey_mail_delivery_duration_seconds.
	deliveries metric.Float64Histogram
}

// New checks config, reporting all its faults at once, and connects to nothing.
func New(config Config) (*Sender, error) {
	config, key, err := config.complete()
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	deliveries, err := newDeliveries()
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return &Sender{config: config, dkimKey: key, deliveries: deliveries}, nil
}

// Receipt is the server's word that it took a letter over.
type Receipt struct {
	// ServerText is the reply to the content, which usually names the server's queue ID. It is the server's
	// own text: for our database, not for logs.
	ServerText string
}

// Send delivers m over a connection of its own, which is closed whatever happens. The deadline of ctx and the
// configured time-out both bound it. The error is always a *[Fault].
func (s *Sender) Send(ctx context.Context, m Message) (Receipt, error) {
	return s.observed(ctx, func(ctx context.Context) (Receipt, error) { return s.deliver(ctx, m) })
}

func (s *Sender) deliver(ctx context.Context, m Message) (Receipt, error) {
	msg, fault := compose(m)
	if fault != nil {
		return Receipt{}, fault
	}
	if s.dkimKey != nil {
		msg.SetDKIM(s.dkimSigner(m.Date))
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	conn, fault := s.connect(ctx, envelopeOptions(m)...)
	if fault != nil {
		return Receipt{}, fault
	}
	defer conn.close()

	if err := conn.client.SendWithSMTPClient(conn.smtp, msg); err != nil {
		return Receipt{}, sendFault(errors.Join(err, context.Cause(ctx)))
	}
	conn.quit()
	return Receipt{ServerText: msg.ServerResponse()}, nil
}

// Check connects, greets, agrees on TLS and logs in as Send would, then says goodbye. The error is always a
// *[Fault].
func (s *Sender) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	conn, fault := s.connect(ctx)
	if fault != nil {
		return fault
	}
	defer conn.close()
	conn.quit()
	return nil
}

// connect returns a connection that is ready for MAIL. ctx ends it at any later moment, too.
func (s *Sender) connect(ctx context.Context, envelope ...gomail.Option) (*connection, *Fault) {
	conn := &connection{}
	client, err := gomail.NewClient(s.config.Host, append(s.clientOptions(conn.dialer(ctx)), envelope...)...)
	if err != nil {
		return nil, connectFault(err)
	}
	conn.client = client
	conn.smtp, err = client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		conn.close()
		return nil, connectFault(errors.Join(err, context.Cause(ctx)))
	}
	if s.config.Username == "" {
		return conn, nil
	}
	mechanism, err := s.mechanism(conn.smtp)
	if err != nil {
		conn.close()
		return nil, newFault(CodeAuthFailed, err)
	}
	if err := conn.smtp.Auth(mechanism); err != nil {
		conn.close()
		return nil, authFault(errors.Join(err, context.Cause(ctx)))
	}
	return conn, nil
}

func (s *Sender) clientOptions(dial gomail.DialContextFunc) []gomail.Option {
	tlsConfig := &tls.Config{ServerName: s.config.Host, RootCAs: s.config.RootCAs, MinVersion: tls.VersionTLS12}
	options := []gomail.Option{
		gomail.WithPort(s.config.Port),
		gomail.WithTimeout(s.config.Timeout),
		gomail.WithTLSConfig(tlsConfig),
		// One message a connection: nothing to probe for before it, nothing to reset after it.
		gomail.WithoutNoop(),
		gomail.WithoutRset(),
	}
	switch s.config.TLS {
	case TLSMandatory:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case TLSOpportunistic:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	case TLSNone:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	case TLSImplicit:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
		dial = overTLS(dial, tlsConfig)
	}
	options = append(options, gomail.WithDialContextFunc(dial))
	if s.config.HelloName != "" {
		options = append(options, gomail.WithHELO(s.config.HelloName))
	}
	return options
}

// mechanism picks how to log in. Over TLS the plain mechanisms are as good as any, and every server has one.
func (s *Sender) mechanism(client *smtp.Client) (smtp.Auth, error) {
	_, offered := client.Extension("AUTH")
	plaintextAllowed := isLoopback(s.config.Host)
	for _, name := range strings.Fields(offered) {
		switch name {
		case "PLAIN":
			return smtp.PlainAuth("", s.config.Username, s.config.Password, s.config.Host, plaintextAllowed), nil
		case "LOGIN":
			return smtp.LoginAuth(s.config.Username, s.config.Password, s.config.Host, plaintextAllowed), nil
		}
	}
	return nil, errors.New("the server offers neither AUTH PLAIN nor AUTH LOGIN")
}

// dkimSigner returns a fresh signer, because go-mail's writes to itself while signing. It signs as of the
// letter's date, so that a retry repeats the signature too.
func (s *Sender) dkimSigner(date time.Time) *gomail.DKIMSigner {
	signer := gomail.NewDKIMSigner(s.config.DKIM.Domain, s.config.DKIM.Selector, s.dkimKey)
	signer.NowFunc = func() time.Time { return date }
	signer.SignHeaders("From", "Reply-To", "To", "Subject", "Date", "Message-ID",
		"Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Auto-Submitted")
	return signer
}

// envelopeOptions keeps SMTPUTF8 (RFC 6531) for addresses that need it: asking for it always would bounce
// ordinary letters at a next hop without it. Names and subjects never need it, they are encoded words.
func envelopeOptions(m Message) []gomail.Option {
	if isASCII(m.From.Address) && isASCII(m.ReplyTo.Address) && isASCII(m.To.Address) {
		return []gomail.Option{gomail.WithoutSMTPUTF8()}
	}
	return nil
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}
