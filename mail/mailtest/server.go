package mailtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// TLSMode says whether and how the SMTP side speaks TLS, with a certificate of its own making.
type TLSMode string

// The modes.
const (
	TLSOff      TLSMode = ""
	TLSStartTLS TLSMode = "starttls"
	TLSImplicit TLSMode = "implicit"
)

// Options of a [Server]. The zero value is a plain SMTP server on a free port of the loopback interface.
type Options struct {
	SMTPAddr string // "host:port"; empty means a free port on 127.0.0.1
	HTTPAddr string // for the page and the JSON API; empty means none. Port 0 means a free one
	Dir      string // keeps mails there over a restart; empty keeps them in memory only

	TLS      TLSMode
	Username string // with Password, AUTH PLAIN is needed before MAIL
	Password string
}

// Server is a running mail catcher.
type Server struct {
	options Options
	mailbox *mailbox
	script  script

	smtp         *smtp.Server
	smtpListener net.Listener
	http         *http.Server
	httpListener net.Listener
	rootCAs      *x509.CertPool

	closing chan struct{} // closed by Close; releases what a script made hang
	once    sync.Once
	serving sync.WaitGroup
}

// maxMessageBytes is what large providers take; a letter near it is a fault worth seeing in a test.
const maxMessageBytes = 25 << 20

// Start serves until Close. Its error is about an address in use or a folder it cannot use.
func Start(options Options) (*Server, error) {
	mails, err := openMailbox(options.Dir)
	if err != nil {
		return nil, fmt.Errorf("mailtest: %w", err)
	}
	s := &Server{options: options, mailbox: mails, closing: make(chan struct{})}
	if err := s.listen(); err != nil {
		return nil, errors.Join(fmt.Errorf("mailtest: %w", err), s.Close())
	}
	s.serving.Go(func() { _ = s.smtp.Serve(s.smtpListener) })
	if s.http != nil {
		s.serving.Go(func() { _ = s.http.Serve(s.httpListener) })
	}
	return s, nil
}

func (s *Server) listen() error {
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.newSession))
	s.smtp.Domain = "mailtest"
	s.smtp.MaxMessageBytes = maxMessageBytes
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.AllowInsecureAuth = s.options.TLS == TLSOff
	// Connections that scripts break are no news.
	s.smtp.ErrorLog = log.New(io.Discard, "", 0)

	listener, err := net.Listen("tcp", orFreePort(s.options.SMTPAddr))
	if err != nil {
		return err
	}
	s.smtpListener = &scriptedListener{Listener: listener, server: s}
	if s.options.TLS != TLSOff {
		if err := s.secure(); err != nil {
			return err
		}
	}
	if s.options.HTTPAddr == "" {
		return nil
	}
	if s.httpListener, err = net.Listen("tcp", s.options.HTTPAddr); err != nil {
		return err
	}
	s.http = &http.Server{Handler: s.pages(), ReadHeaderTimeout: 5 * time.Second}
	return nil
}

func (s *Server) secure() error {
	certificate, roots, err := selfSigned()
	if err != nil {
		return err
	}
	s.rootCAs = roots
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	if s.options.TLS == TLSImplicit {
		s.smtpListener = tls.NewListener(s.smtpListener, config)
	} else {
		s.smtp.TLSConfig = config
	}
	return nil
}

func orFreePort(address string) string {
	if address == "" {
		return "127.0.0.1:0"
	}
	return address
}

// Close ends every connection and stops serving. Mails stay readable. Closing twice is harmless.
func (s *Server) Close() error {
	var faults []error
	s.once.Do(func() {
		close(s.closing)
		if s.smtpListener != nil {
			faults = append(faults, s.smtpListener.Close())
		}
		if s.smtp != nil {
			// Also closes the listener, a second time, and says so.
			_ = s.smtp.Close()
		}
		if s.http != nil {
			faults = append(faults, s.http.Close())
		}
		s.serving.Wait()
	})
	return errors.Join(faults...)
}

// Addr is the "host:port" of the SMTP side.
func (s *Server) Addr() string { return s.smtpListener.Addr().String() }

// Host is the SMTP side's host, as a client's configuration takes it.
func (s *Server) Host() string {
	host, _, _ := net.SplitHostPort(s.Addr())
	return host
}

// Port is the SMTP side's port.
func (s *Server) Port() int { return s.smtpListener.Addr().(*net.TCPAddr).Port }

// URL is the address of the page, without a slash at its end; empty without [Options.HTTPAddr].
func (s *Server) URL() string {
	if s.httpListener == nil {
		return ""
	}
	return "http://" + s.httpListener.Addr().String()
}

// RootCAs trusts the server's certificate; nil without TLS.
func (s *Server) RootCAs() *x509.CertPool { return s.rootCAs }

// Messages returns what was received so far, oldest first.
func (s *Server) Messages() []Received { return s.mailbox.all() }

// WaitFor returns the oldest mail that match accepts, waiting for it to arrive. The error is ctx's.
func (s *Server) WaitFor(ctx context.Context, match func(Received) bool) (Received, error) {
	return s.mailbox.waitFor(ctx, match)
}

// Script replaces the faults to come; no rules means none.
func (s *Server) Script(rules ...Rule) error { return s.script.replace(rules) }

// Rules returns the faults that have turns left.
func (s *Server) Rules() []Rule { return s.script.remaining() }
