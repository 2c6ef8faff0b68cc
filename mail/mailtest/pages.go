package mailtest

import (
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

//go:embed pages
var pageFiles embed.FS

var pageTemplates = template.Must(template.ParseFS(pageFiles, "pages/*.html.tmpl"))

// newestShown bounds the list on the page; the JSON API has them all.
const newestShown = 200

const (
	// pagePolicy lets a page use this server's style sheet and frame this server's mails, nothing more.
	pagePolicy = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	// mailPolicy holds a mail's own HTML: no script, no form, nothing fetched; a link opens a tab of its own.
	mailPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)

func (s *Server) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showList)
	mux.HandleFunc("GET /style.css", showStyle)
	mux.HandleFunc("GET /messages/{id}", s.showMail)
	mux.HandleFunc("GET /messages/{id}/html", s.showHTML)
	mux.HandleFunc("GET /messages/{id}/raw", s.showRaw)
	mux.HandleFunc("GET /messages/{id}/attachments/{n}", s.download)
	mux.HandleFunc("POST /clear", s.clearFromPage)

	mux.HandleFunc("GET /api/messages", s.listJSON)
	mux.HandleFunc("GET /api/messages/{id}", s.mailJSON)
	mux.HandleFunc("DELETE /api/messages", s.clearJSON)
	mux.HandleFunc("GET /script", s.scriptJSON)
	mux.HandleFunc("PUT /script", s.putScript)

	// No page of another origin may clear the mails or change the script.
	return http.NewCrossOriginProtection().Handler(hardened(mux))
}

func hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", pagePolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func (s *Server) showList(w http.ResponseWriter, _ *http.Request) {
	mails := s.Messages()
	total := len(mails)
	slices.Reverse(mails)
	render(w, "list.html.tmpl", struct {
		Mails []Received
		Total int
	}{mails[:min(total, newestShown)], total})
}

func (s *Server) showMail(w http.ResponseWriter, r *http.Request) {
	if mail, found := s.find(w, r); found {
		render(w, "mail.html.tmpl", mail)
	}
}

// render buffers nothing: the templates cannot fail on a Received, and a broken connection has no reader.
func render(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = pageTemplates.ExecuteTemplate(w, name, data)
}

func showStyle(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, pageFiles, "pages/style.css")
}

func (s *Server) showHTML(w http.ResponseWriter, r *http.Request) {
	mail, found := s.find(w, r)
	if !found {
		return
	}
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// The base sends every link to a new tab, since no site lets itself be shown in this frame.
	_, _ = io.WriteString(w, `<base target="_blank">`+withImages(mail))
}

// withImages puts the mail's inline images into its HTML, where a browser knows no "cid:".
func withImages(mail Received) string {
	html := mail.HTML
	for _, file := range mail.Attachments {
		if file.ContentID != "" && strings.HasPrefix(file.ContentType, "image/") {
			data := "data:" + file.ContentType + ";base64," + base64.StdEncoding.EncodeToString(file.Bytes)
			html = strings.ReplaceAll(html, "cid:"+file.ContentID, data)
		}
	}
	return html
}

func (s *Server) showRaw(w http.ResponseWriter, r *http.Request) {
	if mail, found := s.find(w, r); found {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(mail.Raw)
	}
}

func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	mail, found := s.find(w, r)
	if !found {
		return
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(mail.Attachments) {
		http.NotFound(w, r)
		return
	}
	file := mail.Attachments[n]
	w.Header().Set("Content-Type", file.ContentType)
	// Always a download: shown in place, an HTML attachment would run as this page.
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	_, _ = w.Write(file.Bytes)
}

func (s *Server) clearFromPage(w http.ResponseWriter, r *http.Request) {
	if err := s.mailbox.clear(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *Server) find(w http.ResponseWriter, r *http.Request) (Received, bool) {
	mail, found := s.mailbox.byID(r.PathValue("id"))
	if !found {
		http.Error(w, "no such mail", http.StatusNotFound)
	}
	return mail, found
}
