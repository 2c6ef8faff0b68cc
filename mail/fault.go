package mail

import (
	"errors"
	"fmt"
	"net/textproto"
	"regexp"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Codes of a [Fault].
const (
	// CodeRecipientRejected: the address does not take mail. Permanent; needs a corrected address.
	CodeRecipientRejected = "recipient_rejected"
	// CodeMessageRejected: the server refuses the letter or its sender for good, or it cannot be built.
	CodeMessageRejected = "message_rejected"
	// CodeServerUnavailable: nothing was handed over: no connection, no agreed TLS, a temporary refusal, or a
	// time-out before the content ended. Retryable.
	CodeServerUnavailable = "mail_server_unavailable"
	// CodeAuthFailed: the server does not accept our credentials. Needs a person.
	CodeAuthFailed = "mail_auth_failed"
	// CodeUnknownOutcome: the whole letter was sent and the answer never came, so it may or may not have been
	// accepted. Not marked retryable, because a retry may deliver it twice; that is the caller's choice.
	CodeUnknownOutcome = "unknown_outcome"
)

// Fault is why a letter was not, or perhaps not, handed over. Its text and its exported fields hold codes only.
//
// It has no Unwrap on purpose: Temporal's failure converter and most loggers walk the chain of causes, and the
// cause quotes the recipient and the server. [Fault.Detail] gives that text to whoever asks for it by name.
type Fault struct {
	Code         string // one of the Code constants
	SMTPCode     int    // the server's three-digit reply, 0 when it gave none
	EnhancedCode string // RFC 3463, such as "5.1.1"; empty when it gave none
	Retryable    bool   // the same letter may be sent again without delivering it twice

	cause error
}

// Error names the code and the numbers of the server's reply, nothing personal.
func (f *Fault) Error() string {
	if f.SMTPCode == 0 {
		return "mail: " + f.Code
	}
	if f.EnhancedCode == "" {
		return fmt.Sprintf("mail: %s (SMTP %d)", f.Code, f.SMTPCode)
	}
	return fmt.Sprintf("mail: %s (SMTP %d, %s)", f.Code, f.SMTPCode, f.EnhancedCode)
}

// Detail is the full text behind the fault, with recipient and server's words. It belongs in our own database
// and nowhere else.
func (f *Fault) Detail() string { return f.cause.Error() }

func newFault(code string, cause error) *Fault {
	return &Fault{Code: code, Retryable: code == CodeServerUnavailable, cause: cause}
}

// connectFault reads a failure before any message was begun. A refusal here is about the server or about us,
// never about a letter, so even a permanent reply is worth another try later.
func connectFault(err error) *Fault {
	return withReply(newFault(CodeServerUnavailable, err))
}

// authFault reads a failed AUTH. A temporary reply or a lost connection may pass by itself; a permanent reply,
// or our own refusal to send a password in plain text, may not.
func authFault(err error) *Fault {
	var reply *textproto.Error
	if errors.As(err, &reply) && reply.Code >= 500 || errors.Is(err, smtp.ErrUnencrypted) {
		return withReply(newFault(CodeAuthFailed, err))
	}
	return connectFault(err)
}

// enhancedCode finds an RFC 3463 code where a reply begins with one, as RFC 2034 has it.
var enhancedCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

func withReply(f *Fault) *Fault {
	var reply *textproto.Error
	if errors.As(f.cause, &reply) {
		f.SMTPCode = reply.Code
		f.EnhancedCode = enhancedCode.FindString(reply.Msg)
	}
	return f
}

// sendFault reads a failure between MAIL and the answer to the content.
func sendFault(err error) *Fault {
	var sent *gomail.SendError
	if !errors.As(err, &sent) {
		// Not a way go-mail fails today. Should it learn one, assuming delivery is unknown doubles nothing.
		return newFault(CodeUnknownOutcome, err)
	}
	f := newFault(sendCode(sent), err)
	f.SMTPCode, f.EnhancedCode = sent.ErrorCode(), sent.EnhancedStatusCode()
	return f
}

func sendCode(sent *gomail.SendError) string {
	reply := sent.ErrorCode()
	switch {
	// ErrSMTPDataClose is go-mail's name for everything from the final dot on: with no reply, the server had
	// the whole letter. Before it (ErrWriteContent included) the dot was never sent, and RFC 5321 section
	// 4.1.1.4 has the server drop what it got.
	case reply == 0 && sent.Reason == gomail.ErrSMTPDataClose:
		return CodeUnknownOutcome
	case reply < 500:
		return CodeServerUnavailable
	case reply == 530, reply == 534, reply == 535, reply == 538:
		return CodeAuthFailed
	case isAboutRecipient(sent):
		return CodeRecipientRejected
	default:
		return CodeMessageRejected
	}
}

// isAboutRecipient tells a refused address from a refused letter. The enhanced code decides where there is a
// telling one; X.0.0 tells nothing.
func isAboutRecipient(sent *gomail.SendError) bool {
	switch enhanced := sent.EnhancedStatusCode(); {
	case enhanced == "5.1.7", enhanced == "5.1.8": // the sender's address; Postfix says so only at RCPT
		return false
	case sent.Reason == gomail.ErrSMTPRcptTo:
		return true
	case sent.Reason != gomail.ErrSMTPDataClose:
		return false
	case enhanced == "5.2.3": // longer than this mailbox takes: the letter is at fault
		return false
	case enhanced == "" || enhanced == "5.0.0":
		reply := sent.ErrorCode()
		return reply == 550 || reply == 551 || reply == 553
	default:
		return enhanced[:4] == "5.1." || enhanced[:4] == "5.2."
	}
}
