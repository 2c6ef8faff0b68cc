package mailtest

import (
	"errors"
	"io"
	"slices"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one client's conversation.
type session struct {
	server        *Server
	conn          *smtp.Conn
	authenticated bool
	from          string
	to            []string
}

var _ smtp.AuthSession = (*session)(nil)

func (s *Server) newSession(conn *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: conn, authenticated: s.options.Username == ""}, nil
}

// errBroken is what a handler returns once the connection is gone; nobody is left to read it.
var errBroken = errors.New("connection broken as scripted")

// misbehave plays the next rule at point, if there is one.
func (s *session) misbehave(point string) error {
	rule, scripted := s.server.script.take(point)
	if !scripted {
		return nil
	}
	return s.play(rule)
}

func (s *session) play(rule Rule) error {
	switch rule.Fault {
	case Hang:
		<-s.server.closing
		return errBroken
	case Drop, AcceptThenDrop:
		_ = s.conn.Conn().Close()
		return errBroken
	default:
		return rule.answer()
	}
}

func (s *session) AuthMechanisms() []string {
	if s.server.options.Username == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(mechanism string) (sasl.Server, error) {
	if err := s.misbehave("auth"); err != nil {
		return nil, err
	}
	if !slices.Contains(s.AuthMechanisms(), mechanism) {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != s.server.options.Username || password != s.server.options.Password {
			return smtp.ErrAuthFailed
		}
		s.authenticated = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if err := s.misbehave("mail"); err != nil {
		return err
	}
	if !s.authenticated {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.misbehave("rcpt"); err != nil {
		return err
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(content io.Reader) error {
	raw, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	rule, scripted := s.server.script.take("data")
	if !scripted || rule.Fault == AcceptThenDrop {
		if err := s.server.mailbox.add(s.from, s.to, raw); err != nil {
			return err
		}
	}
	if !scripted {
		return nil
	}
	return s.play(rule)
}

func (s *session) Reset() { s.from, s.to = "", nil }

func (s *session) Logout() error { return nil }
