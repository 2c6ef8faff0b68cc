package carriertest

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{"last4": last4}).Parse(pageText))

// shownCalls is how many of the latest calls the page lists; GET /calls has the rest.
const shownCalls = 100

func (s *Simulator) servePage(w http.ResponseWriter, _ *http.Request) {
	calls := s.journal.all()
	slices.Reverse(calls)
	var text bytes.Buffer
	err := page.Execute(&text, struct {
		Registrations []Registered
		Script        []Row
		Calls         []Received
	}{s.registry.all(), s.script.rest(), calls[:min(len(calls), shownCalls)]})
	if err != nil {
		refuse(http.StatusInternalServerError, "page_broken", err.Error()).write(w)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	// The client may have left; that is not ours to report.
	_, _ = w.Write(text.Bytes())
}
