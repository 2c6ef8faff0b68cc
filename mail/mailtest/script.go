package mailtest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/emersion/go-smtp"
)

// Rule makes the server misbehave at one point of the conversation: it answers with Code, or does what Fault
// says. Rules at the same point are used up in order.
type Rule struct {
	// At is the point: "connect", "auth", "mail", "rcpt", or "data", the last being the end of the content.
	At string `json:"at"`
	// Times is how often; 0 means once, a negative number until the script is replaced.
	Times int `json:"times,omitempty"`

	Code     int    `json:"code,omitempty"`     // 400-599
	Enhanced string `json:"enhanced,omitempty"` // RFC 3463, such as "5.1.1"
	Text     string `json:"text,omitempty"`

	Fault Fault `json:"fault,omitempty"`
}

// Fault is what a rule does in place of an answer.
type Fault string

// The faults. At "data" the whole content has been read by then.
const (
	// Hang never answers and keeps the connection open.
	Hang Fault = "hang"
	// Drop closes the connection.
	Drop Fault = "drop"
	// AcceptThenDrop keeps the mail and closes the connection without saying so; only at "data". It is the
	// fault that doubles letters.
	AcceptThenDrop Fault = "accept_then_drop"
)

var points = []string{"connect", "auth", "mail", "rcpt", "data"}

var enhancedCode = regexp.MustCompile(`^[45]\.[0-9]{1,3}\.[0-9]{1,3}$`)

func (r Rule) check() error {
	switch {
	case !slices.Contains(points, r.At):
		return fmt.Errorf("at is none of %s", strings.Join(points, ", "))
	case (r.Code == 0) == (r.Fault == ""):
		return errors.New("a rule has either a code or a fault")
	case r.Code != 0 && (r.Code < 400 || r.Code > 599):
		return errors.New("code is not between 400 and 599")
	case r.Enhanced != "" && !enhancedCode.MatchString(r.Enhanced):
		return errors.New("enhanced is not of the form 5.1.1")
	case strings.ContainsAny(r.Text, "\r\n"):
		return errors.New("text has line breaks")
	case r.Fault == AcceptThenDrop && r.At != "data":
		return errors.New("accept_then_drop is for data only")
	case !slices.Contains([]Fault{"", Hang, Drop, AcceptThenDrop}, r.Fault):
		return errors.New("fault is none of hang, drop, accept_then_drop")
	default:
		return nil
	}
}

// answer is the refusal as go-smtp sends it.
func (r Rule) answer() *smtp.SMTPError {
	refusal := &smtp.SMTPError{Code: r.Code, EnhancedCode: smtp.EnhancedCodeNotSet, Message: r.text()}
	for i, number := range strings.Split(r.Enhanced, ".") {
		// check has seen that these are three numbers, or one empty string.
		refusal.EnhancedCode[i], _ = strconv.Atoi(number)
	}
	return refusal
}

func (r Rule) text() string {
	if r.Text == "" {
		return "Refused as scripted"
	}
	return r.Text
}

type script struct {
	mutex sync.Mutex
	rules []Rule
}

func (s *script) replace(rules []Rule) error {
	for i, rule := range rules {
		if err := rule.check(); err != nil {
			return fmt.Errorf("rule %d: %w", i+1, err)
		}
	}
	kept := slices.Clone(rules)
	for i := range kept {
		kept[i].Times = max(kept[i].Times, -1)
		if kept[i].Times == 0 {
			kept[i].Times = 1
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.rules = kept
	return nil
}

// remaining is what has not been used up yet.
func (s *script) remaining() []Rule {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.rules)
}

// take uses up one turn of the first rule at point.
func (s *script) take(point string) (Rule, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	i := slices.IndexFunc(s.rules, func(r Rule) bool { return r.At == point })
	if i < 0 {
		return Rule{}, false
	}
	rule := s.rules[i]
	switch {
	case rule.Times == 1:
		s.rules = slices.Delete(s.rules, i, i+1)
	case rule.Times > 1:
		s.rules[i].Times--
	}
	return rule, true
}
