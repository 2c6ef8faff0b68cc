package mailtest

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// Received is one mail as it came in. From and To are of the envelope, everything else is read out of Raw.
type Received struct {
	ID         string // unique within the server, rising
	From       string
	To         []string
	ReceivedAt time.Time
	Raw        []byte

	Subject     string // decoded, as are all the following
	MessageID   string // without angle brackets
	Text        string
	HTML        string
	Attachments []Attachment // inline images included
}

// Attachment is a file inside a mail.
type Attachment struct {
	Name        string
	ContentType string
	ContentID   string // without angle brackets; set for what HTML shows inline
	Bytes       []byte
}

// Header returns the first header of that name, decoded; empty when there is none.
func (r Received) Header(name string) string {
	message, err := mail.ReadMessage(bytes.NewReader(r.Raw))
	if err != nil {
		return ""
	}
	return decodeWords(message.Header.Get(name))
}

// read fills in what Raw says. A mail that is no MIME still has its Raw; a catcher refuses nothing.
func (r *Received) read() {
	message, err := mail.ReadMessage(bytes.NewReader(r.Raw))
	if err != nil {
		return
	}
	r.Subject = decodeWords(message.Header.Get("Subject"))
	r.MessageID = strings.Trim(message.Header.Get("Message-ID"), "<> ")
	r.readPart(textproto.MIMEHeader(message.Header), message.Body)
}

func (r *Received) readPart(header textproto.MIMEHeader, body io.Reader) {
	mediaType, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		mediaType = "text/plain"
	}
	if strings.HasPrefix(mediaType, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			// Raw, since NextPart would decode quoted-printable and hide that it did.
			part, err := parts.NextRawPart()
			if err != nil {
				return
			}
			r.readPart(part.Header, part)
		}
	}
	// What of a broken encoding can be read is shown.
	content, _ := io.ReadAll(decoded(header.Get("Content-Transfer-Encoding"), body))
	disposition, dispositionParams, _ := mime.ParseMediaType(header.Get("Content-Disposition"))
	switch {
	case disposition != "attachment" && mediaType == "text/plain" && r.Text == "":
		r.Text = string(content)
	case disposition != "attachment" && mediaType == "text/html" && r.HTML == "":
		r.HTML = string(content)
	default:
		r.Attachments = append(r.Attachments, Attachment{
			Name:        decodeWords(dispositionParams["filename"]),
			ContentType: mediaType,
			ContentID:   strings.Trim(header.Get("Content-ID"), "<> "),
			Bytes:       content,
		})
	}
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	default:
		return body
	}
}

func decodeWords(s string) string {
	text, err := new(mime.WordDecoder).DecodeHeader(s)
	if err != nil {
		return s
	}
	return text
}
