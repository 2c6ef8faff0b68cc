package mail

import (
	"bytes"
	"errors"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Message is one e-mail to one recipient, as plain values. It holds no clock and no randomness: everything that
// would make two builds differ is given by the caller.
type Message struct {
	// MessageID identifies the letter, without angle brackets, such as "welcome.42.1@dealer.example.com". A
	// resend of the same letter carries the same ID, which is how a mailbox recognises a duplicate.
	MessageID string
	// Date is when the letter was written, not when it is sent.
	Date time.Time

	From    Mailbox
	ReplyTo Mailbox // optional
	To      Mailbox

	Subject string
	Text    string
	HTML    string // optional; Text is then its alternative

	Images      []Image // shown inside HTML through their ContentID
	Attachments []Attachment
}

// Mailbox is an address with the name shown beside it. Name may be empty and may hold any letters.
type Mailbox struct {
	Name    string
	Address string
}

// Attachment is a file sent along.
type Attachment struct {
	Name        string
	ContentType string
	Bytes       []byte
}

// Image is a picture that the HTML part refers to as "cid:<ContentID>".
type Image struct {
	ContentID   string
	ContentType string
	Bytes       []byte
}

// Build renders m as RFC 5322 source, unsigned. Equal messages give equal bytes. Line breaks and control
// characters in names and the subject become spaces, so no value can add a header.
//
// Its fault is [CodeRecipientRejected] when To is no address and [CodeMessageRejected] when anything else
// cannot be sent as it is.
func Build(m Message) ([]byte, error) {
	msg, fault := compose(m)
	if fault != nil {
		return nil, fault
	}
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, newFault(CodeMessageRejected, fmt.Errorf("rendering: %w", err))
	}
	return out.Bytes(), nil
}

func compose(m Message) (*gomail.Msg, *Fault) {
	to, err := m.To.parse()
	if err != nil {
		return nil, newFault(CodeRecipientRejected, fmt.Errorf("to: %w", err))
	}
	from, err := m.From.parse()
	if err != nil {
		return nil, newFault(CodeMessageRejected, fmt.Errorf("from: %w", err))
	}
	if err := m.check(); err != nil {
		return nil, newFault(CodeMessageRejected, err)
	}
	body, err := m.body()
	if err != nil {
		return nil, newFault(CodeMessageRejected, err)
	}

	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.SetMessageIDWithValue(m.MessageID)
	msg.SetDateWithValue(m.Date)
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	if m.ReplyTo != (Mailbox{}) {
		replyTo, err := m.ReplyTo.parse()
		if err != nil {
			return nil, newFault(CodeMessageRejected, fmt.Errorf("reply-to: %w", err))
		}
		msg.ReplyToMailAddress(replyTo)
	}
	msg.Subject(oneLine(m.Subject))
	// RFC 3834: keeps vacation responders from answering a letter that no person wrote.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyWriter(gomail.ContentType(body.contentType), body.writeTo, gomail.WithPartEncoding(gomail.NoEncoding))
	return msg, nil
}

// messageID is RFC 5322's msg-id with dot-atoms on both sides; the narrow form every server accepts.
var messageID = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,128}@[A-Za-z0-9.-]{1,128}$`)

func (m Message) check() error {
	switch {
	case !messageID.MatchString(m.MessageID):
		return errors.New("message ID is not of the form left@right")
	case m.Date.IsZero():
		return errors.New("date is missing")
	case m.Text == "":
		return errors.New("text part is missing")
	default:
		return nil
	}
}

func (b Mailbox) parse() (*netmail.Address, error) {
	parsed, err := netmail.ParseAddress(b.Address)
	if err != nil {
		return nil, err
	}
	// ParseAddress also takes "Name <address>" and comments; the name has a field of its own here.
	if parsed.Address != b.Address {
		return nil, fmt.Errorf("%q is not a bare address", b.Address)
	}
	return &netmail.Address{Name: oneLine(b.Name), Address: b.Address}, nil
}

// oneLine turns every run of blanks, line breaks and control characters into one space. Header values pass
// through it because a line break is what starts another header.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}
