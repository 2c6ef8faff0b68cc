package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
)

// entity is one MIME part, its content already encoded to 7-bit lines.
//
// The tree is built here and not by go-mail, because go-mail's boundaries are random unless a single one is
// set for all levels, and a nested multipart needs a boundary of its own.
type entity struct {
	contentType string
	header      textproto.MIMEHeader
	content     []byte
}

func (e entity) writeTo(w io.Writer) (int64, error) {
	n, err := w.Write(e.content)
	return int64(n), err
}

// body lays the parts out as mixed(alternative(text, related(html, images)), attachments), leaving out the
// levels that would have nothing to hold.
func (m Message) body() (entity, error) {
	readable := []entity{textEntity("text/plain", m.Text)}
	if m.HTML != "" {
		page, err := m.page()
		if err != nil {
			return entity{}, err
		}
		readable = append(readable, page)
	}
	root, err := m.multipart("alternative", readable)
	if err != nil || len(m.Attachments) == 0 {
		return root, err
	}
	parts := []entity{root}
	for _, attachment := range m.Attachments {
		part, err := fileEntity(attachment.ContentType, attachment.Bytes)
		if err != nil {
			return entity{}, err
		}
		part.header.Set("Content-Disposition",
			mime.FormatMediaType("attachment", map[string]string{"filename": oneLine(attachment.Name)}))
		parts = append(parts, part)
	}
	return m.multipart("mixed", parts)
}

// page is the HTML part together with the images it shows.
func (m Message) page() (entity, error) {
	html := textEntity("text/html", m.HTML)
	if len(m.Images) == 0 {
		return html, nil
	}
	parts := []entity{html}
	for _, image := range m.Images {
		part, err := fileEntity(image.ContentType, image.Bytes)
		if err != nil {
			return entity{}, err
		}
		part.header.Set("Content-ID", "<"+oneLine(image.ContentID)+">")
		part.header.Set("Content-Disposition", "inline")
		parts = append(parts, part)
	}
	return m.multipart("related", parts)
}

func (m Message) multipart(subtype string, parts []entity) (entity, error) {
	var content bytes.Buffer
	w := multipart.NewWriter(&content)
	if err := w.SetBoundary(m.boundary(subtype)); err != nil {
		return entity{}, err
	}
	for _, part := range parts {
		header := part.header
		header.Set("Content-Type", part.contentType)
		pw, err := w.CreatePart(header)
		if err != nil {
			return entity{}, err
		}
		if _, err := part.writeTo(pw); err != nil {
			return entity{}, err
		}
	}
	if err := w.Close(); err != nil {
		return entity{}, err
	}
	return entity{
		contentType: mime.FormatMediaType("multipart/"+subtype, map[string]string{"boundary": w.Boundary()}),
		header:      textproto.MIMEHeader{},
		content:     content.Bytes(),
	}, nil
}

// boundary is fixed by the Message-ID so that a retry sends the same bytes. No content can contain it: neither
// quoted-printable nor base64 ever writes "=_" (RFC 2045 section 6.7).
func (m Message) boundary(level string) string {
	sum := sha256.Sum256([]byte(level + "\n" + m.MessageID))
	return "=_latchkey_" + hex.EncodeToString(sum[:16])
}

func textEntity(mediaType, text string) entity {
	var content bytes.Buffer
	w := quotedprintable.NewWriter(&content)
	// A bytes.Buffer never fails to take more.
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return entity{
		contentType: mediaType + "; charset=utf-8",
		header:      textproto.MIMEHeader{"Content-Transfer-Encoding": {"quoted-printable"}},
		content:     content.Bytes(),
	}
}

// base64LineLength is the longest encoded line RFC 2045 section 6.8 allows.
const base64LineLength = 76

func fileEntity(contentType string, file []byte) (entity, error) {
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return entity{}, fmt.Errorf("content type of a file: %w", err)
	}
	encoded := base64.StdEncoding.EncodeToString(file)
	var content bytes.Buffer
	for len(encoded) > base64LineLength {
		content.WriteString(encoded[:base64LineLength] + "\r\n")
		encoded = encoded[base64LineLength:]
	}
	content.WriteString(encoded)
	return entity{
		contentType: mime.FormatMediaType(mediaType, params),
		header:      textproto.MIMEHeader{"Content-Transfer-Encoding": {"base64"}},
		content:     content.Bytes(),
	}, nil
}
