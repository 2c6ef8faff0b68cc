package mail

import (
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"
	"time"
)

//go:embed templates
var templateFiles embed.FS

// Each mail is a pair of templates of one name, NAME.html.tmpl and NAME.txt.tmpl. html/template escapes by
// context, so what a customer is called can never become markup.
var (
	htmlTemplates = htmltemplate.Must(htmltemplate.ParseFS(templateFiles, "templates/*.html.tmpl"))
	textTemplates = texttemplate.Must(texttemplate.ParseFS(templateFiles, "templates/*.txt.tmpl"))
)

// Envelope is what every mail has, whatever it says.
type Envelope struct {
	MessageID string    // see [Message.MessageID]
	Date      time.Time // see [Message.Date]
	From      Mailbox
	ReplyTo   Mailbox // optional
	To        Mailbox
}

// Sentence is one with a link in it. Languages put the link in different places, hence the two halves; any
// blanks around the link belong to them.
type Sentence struct {
	Before string
	Link   string
	After  string
}

// sheet is what the templates see: the facts of a mail under Facts, the brand ready for use.
type sheet struct {
	Facts   any
	Brand   Brand
	Colour  string
	Ink     string
	HasLogo bool
}

func write(name string, envelope Envelope, brand Brand, subject string, facts any) (Message, error) {
	page := sheet{Facts: facts, Brand: brand, Colour: brand.colour(), Ink: brand.ink(), HasLogo: len(brand.Logo) > 0}
	var html, text strings.Builder
	if err := htmlTemplates.ExecuteTemplate(&html, name+".html.tmpl", page); err != nil {
		return Message{}, fmt.Errorf("mail: %s as HTML: %w", name, err)
	}
	if err := textTemplates.ExecuteTemplate(&text, name+".txt.tmpl", page); err != nil {
		return Message{}, fmt.Errorf("mail: %s as text: %w", name, err)
	}
	return Message{
		MessageID: envelope.MessageID,
		Date:      envelope.Date,
		From:      envelope.From,
		ReplyTo:   envelope.ReplyTo,
		To:        envelope.To,
		Subject:   subject,
		Text:      text.String(),
		HTML:      html.String(),
		Images:    brand.images(),
	}, nil
}
