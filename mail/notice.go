package mail

// NoticeFacts is a short message to a dealer about one thing, with at most one place to go from it: a
// commitment that needs a serial number, a panel that has or has not communicated.
type NoticeFacts struct {
	Envelope
	Brand      Brand
	Language   string // BCP 47, of the sentences
	Subject    string // also the heading
	Paragraphs []string
	LinkText   string
	LinkURL    string // empty leaves the link out; http or https, else the HTML part disarms it
	Footer     string // optional: why the reader gets this and how to stop it
}

// NoticeMessage writes the notice. It fails only if a template does, which no facts bring about.
func NoticeMessage(facts NoticeFacts) (Message, error) {
	return write("notice", facts.Envelope, facts.Brand, facts.Subject, facts)
}
