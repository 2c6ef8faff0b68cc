package letter

import (
	"bytes"
	"fmt"
	"image/png"
	"net/url"
	"strings"
)

const (
	logoWidth  = 190.0
	logoHeight = 54.0

	// A #10 window, with the sheet folded in three, shows the page from 63.5 mm down whichever way the sheet slides.
	windowTop = 180.0

	hangingIndent = 20.0
	panelIndent   = 14.0
	footerTop     = pageHeight - 38
)

// The letter's columns.
var (
	fullWidth    = column{left: marginLeft, width: textWidth}
	ragged       = column{left: marginLeft, width: textWidth, align: 1}
	nameColumn   = column{left: marginLeft, width: 270}
	senderColumn = column{left: marginLeft + 290, width: textWidth - 290, align: 1}
	panelColumn  = column{left: marginLeft + panelIndent, width: textWidth - 2*panelIndent}
	listColumn   = column{left: marginLeft + hangingIndent, width: textWidth - hangingIndent}
	markerColumn = column{left: marginLeft + 4, width: hangingIndent}
	footerColumn = column{left: marginLeft, width: textWidth, align: 0.5}
)

// arranger sets one letter in the dealer's colours.
type arranger struct {
	*sheet
	content Content
	primary colour // as the dealer gave it, for areas
	accent  colour // readable on white, for words

	body, strong, small, label, title, name, heading, secret, address style
}

// arrange lays the letter out. Facts give what is not a sentence: the dealer's branding and the customer's address.
func arrange(content Content, facts Facts) *sheet {
	primary := parseColour(facts.Dealer.PrimaryColour)
	accent := primary.readable()
	a := &arranger{
		sheet: newSheet(), content: content, primary: primary, accent: accent,
		body:    style{sans, 9.5, 13.5, ink},
		strong:  style{bold, 9.5, 13.5, ink},
		small:   style{sans, 8.5, 12, paleInk},
		label:   style{sans, 8.5, 13, paleInk},
		title:   style{bold, 18, 23, accent},
		name:    style{bold, 17, 22, accent},
		heading: style{bold, 10.5, 16, accent},
		secret:  style{mono, 15, 21, ink},
		address: style{mono, 8, 11, accent},
	}
	a.sheet.title, a.sheet.author, a.sheet.issuedOn = content.Subject, content.Signature, facts.IssuedOn

	a.letterhead(facts.Dealer.Logo)
	a.customerAddress(facts.Customer.AddressLines)
	a.opening()
	a.together(a.loginPanel)
	a.space(9)
	a.together(a.steps)
	a.space(5)
	a.together(a.benefits)
	a.space(6)
	a.notes()
	a.together(a.ending)
	a.footer()
	return a.sheet
}

func (a *arranger) space(height float64) { a.advance(min(height, max(0, pageEnd-a.y))) }

func (a *arranger) letterhead(logo []byte) {
	drawn, found := a.logo(logo)
	sender := []span{
		{text: a.content.SupportPhone, style: a.small},
		{text: a.content.SupportEmail, style: a.small, link: mailto(a.content.SupportEmail)},
		{text: a.content.WebsiteText, style: a.small, link: a.content.WebsiteURL},
	}
	if found {
		strong := style{bold, a.small.size, a.small.leading, ink}
		sender = append([]span{{text: a.content.Signature, style: strong}}, sender...)
	}
	a.sender(sender)
	senderEnd := a.y

	a.y = marginTop
	if found {
		a.current().pictures = append(a.current().pictures, drawn)
		a.advance(drawn.height)
	} else {
		a.paragraph(nameColumn, span{text: a.content.Signature, style: a.name})
	}
	if len(a.pages) == 1 {
		a.y = max(a.y, senderEnd)
	}
	a.space(9)
	top := a.advance(2)
	a.current().fills = append(a.current().fills, fill{box: box{marginLeft, top, textWidth, 2}, colour: a.primary})
	a.space(8)
	a.paragraph(ragged, span{text: a.content.Date, style: a.small})
	a.space(6)
}

// sender sets the dealer's details beside the logo. The letter says them again in its last sentence, so what would take
// more room than the logo is left to that.
func (a *arranger) sender(details []span) {
	for _, detail := range details {
		lines := wrap([]span{detail}, senderColumn.width)
		if float64(len(lines))*detail.style.leading > marginTop+logoHeight-a.y {
			continue
		}
		for _, line := range lines {
			a.line(senderColumn, line, []span{detail})
		}
	}
}

func (a *arranger) logo(raw []byte) (picture, bool) {
	normalized, err := normalizedOnce(raw)
	if err != nil {
		return picture{}, false
	}
	size, err := png.DecodeConfig(bytes.NewReader(normalized))
	if err != nil {
		return picture{}, false
	}
	width, height := float64(size.Width)/logoPixelsPerPoint, float64(size.Height)/logoPixelsPerPoint
	return picture{box{marginLeft, marginTop, width, height}, normalized}, true
}

func (a *arranger) customerAddress(lines []string) {
	if len(lines) == 0 {
		a.space(12)
		return
	}
	// Only a printed letter goes into an envelope.
	if len(a.pages) == 1 && a.content.Password != nil {
		a.y = max(a.y, windowTop)
	}
	for _, text := range lines {
		a.paragraph(nameColumn, span{text: text, style: style{sans, 10, 12.5, ink}})
	}
	a.space(16)
}

func (a *arranger) opening() {
	a.paragraph(fullWidth, span{text: a.content.Heading, style: a.title})
	a.space(8)
	a.paragraph(fullWidth, span{text: a.content.Greeting, style: a.body})
	a.space(5)
	a.paragraph(fullWidth, span{text: a.content.Intro, style: a.body})
	a.space(9)
}

func (a *arranger) loginPanel() {
	a.shaded(a.primary.mixed(white, 0.92), a.primary, func() {
		credentials := []credential{{a.content.LoginNameLabel, a.content.LoginName}}
		if password := a.content.Password; password != nil {
			credentials = append(credentials, credential{password.Label, password.Value})
		}
		a.credentials(credentials)
		if setup := a.content.Setup; setup != nil {
			a.space(6)
			a.button(setup.Label, setup.URL)
			a.space(4)
			a.paragraph(panelColumn, span{text: setup.Validity, style: a.label})
			a.paragraph(panelColumn, span{text: setup.URL, style: a.address, link: setup.URL})
		}
	})
}

// credential is what a customer types, with its label above it.
type credential struct{ label, value string }

// credentials sets them side by side when each fits on one line, else one under another.
func (a *arranger) credentials(credentials []credential) {
	share := panelColumn.width / float64(len(credentials))
	var labels, values []span
	fit := true
	for _, one := range credentials {
		label, value := span{text: one.label, style: a.label}, span{text: one.value, style: a.secret}
		labels, values = append(labels, label), append(values, value)
		fit = fit && len(wrap([]span{label}, share)) == 1 && len(wrap([]span{value}, share)) == 1
	}
	if fit {
		a.row(labels, share)
		a.row(values, share)
		return
	}
	for index := range credentials {
		a.paragraph(panelColumn, labels[index])
		a.paragraph(panelColumn, values[index])
	}
}

// row sets spans of one line each side by side.
func (a *arranger) row(cells []span, width float64) {
	top := a.advance(cells[0].style.leading)
	for index, cell := range cells {
		in := column{left: panelColumn.left + width*float64(index), width: width}
		a.current().place(in, letterforms([]span{cell}), []span{cell}, top)
	}
}

// button looks like one on a screen and, in ink, still says where it leads because the address follows it.
func (a *arranger) button(text, address string) {
	const padding, height = 14.0, 26.0
	words := []span{{text: text, style: style{bold, 10.5, height, white}, link: address}}
	width := wrap(words, panelColumn.width)[0].width() + 2*padding
	a.paragraph(column{left: panelColumn.left + padding, width: panelColumn.width}, words...)
	area := box{panelColumn.left, a.y - height, width, height}
	a.current().fills = append(a.current().fills, fill{box: area, colour: a.accent, radius: 4})
	a.current().links = append(a.current().links, link{area, address})
}

func (a *arranger) steps() {
	a.paragraph(fullWidth, span{text: a.content.StepsHeading, style: a.heading})
	a.space(2)
	for index, step := range a.content.Steps {
		a.item(fmt.Sprintf("%d.", index+1), a.linked(step))
	}
}

func (a *arranger) benefits() {
	a.paragraph(fullWidth, span{text: a.content.BenefitsHeading, style: a.heading})
	a.space(2)
	for _, benefit := range a.content.Benefits {
		a.item("•", []span{{text: benefit, style: a.body}})
	}
}

// item sets a list's marker in the margin of its text.
func (a *arranger) item(marker string, text []span) {
	mark := span{text: marker, style: style{bold, a.body.size, a.body.leading, a.accent}}
	for index, line := range wrap(text, listColumn.width) {
		a.line(listColumn, line, text)
		if index == 0 {
			markers := []span{mark}
			a.current().place(markerColumn, wrap(markers, markerColumn.width)[0], markers, a.y-a.body.leading)
		}
	}
	a.space(1)
}

func (a *arranger) notes() {
	if len(a.content.Notes) == 0 {
		return
	}
	a.together(func() {
		a.shaded(colour{246, 247, 249}, hairline, func() {
			for index, note := range a.content.Notes {
				if index > 0 {
					a.space(2)
				}
				a.paragraph(panelColumn, span{text: note, style: a.body})
			}
		})
	})
	a.space(8)
}

func (a *arranger) ending() {
	if a.content.Contact != "" {
		a.paragraph(fullWidth, a.linked(a.content.Contact)...)
		a.space(8)
	}
	a.paragraph(fullWidth, span{text: a.content.Closing, style: a.body})
	a.space(2)
	a.paragraph(fullWidth, span{text: a.content.Signature, style: a.strong})
}

// footer stands below the text area of every page, so it is placed, not set.
func (a *arranger) footer() {
	words := []span{{text: a.content.PoweredBy, style: style{sans, 7.5, 10, paleInk}}}
	for _, on := range a.pages {
		for _, line := range wrap(words, footerColumn.width) {
			on.place(footerColumn, line, words, footerTop)
		}
	}
}

// linked makes links of the website and the support address where a sentence mentions them.
func (a *arranger) linked(sentence string) []span {
	var spans []span
	rest := sentence
	for _, target := range []struct{ text, address string }{
		{a.content.WebsiteText, a.content.WebsiteURL},
		{a.content.SupportEmail, mailto(a.content.SupportEmail)},
	} {
		if target.text == "" {
			continue
		}
		if before, after, found := strings.Cut(rest, target.text); found {
			accented := a.body
			accented.colour = a.accent
			spans = append(spans, span{text: before, style: a.body}, span{text: target.text, style: accented, link: target.address})
			rest = after
		}
	}
	return append(spans, span{text: rest, style: a.body})
}

func mailto(address string) string {
	if address == "" {
		return ""
	}
	return "mailto:" + url.PathEscape(address)
}
