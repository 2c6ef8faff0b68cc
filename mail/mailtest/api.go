package mailtest

import (
	"encoding/json"
	"net/http"
	"time"
)

// mailDocument is a mail in the JSON API.
type mailDocument struct {
	ID          string               `json:"id"`
	From        string               `json:"from"`
	To          []string             `json:"to"`
	Subject     string               `json:"subject"`
	MessageID   string               `json:"message_id"`
	ReceivedAt  time.Time            `json:"received_at"`
	Raw         string               `json:"raw"`
	Text        string               `json:"text"`
	HTML        string               `json:"html"`
	Attachments []attachmentDocument `json:"attachments"`
}

type attachmentDocument struct {
	Name        string `json:"name"`
	ContentType string `json:"content_type"`
	Size        int    `json:"size"`
	// Content is in the answer for one mail only; a list has it inside raw already.
	Content []byte `json:"content_base64,omitempty"`
}

func document(mail Received) mailDocument {
	files := make([]attachmentDocument, 0, len(mail.Attachments))
	for _, file := range mail.Attachments {
		files = append(files, attachmentDocument{Name: file.Name, ContentType: file.ContentType, Size: len(file.Bytes)})
	}
	return mailDocument{
		ID:          mail.ID,
		From:        mail.From,
		To:          mail.To,
		Subject:     mail.Subject,
		MessageID:   mail.MessageID,
		ReceivedAt:  mail.ReceivedAt,
		Raw:         string(mail.Raw),
		Text:        mail.Text,
		HTML:        mail.HTML,
		Attachments: files,
	}
}

// listJSON answers with every mail, oldest first.
func (s *Server) listJSON(w http.ResponseWriter, _ *http.Request) {
	mails := s.Messages()
	documents := make([]mailDocument, 0, len(mails))
	for _, mail := range mails {
		documents = append(documents, document(mail))
	}
	answer(w, documents)
}

func (s *Server) mailJSON(w http.ResponseWriter, r *http.Request) {
	mail, found := s.find(w, r)
	if !found {
		return
	}
	one := document(mail)
	for i, file := range mail.Attachments {
		one.Attachments[i].Content = file.Bytes
	}
	answer(w, one)
}

func (s *Server) clearJSON(w http.ResponseWriter, _ *http.Request) {
	if err := s.mailbox.clear(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// scriptJSON answers with the rules that have turns left.
func (s *Server) scriptJSON(w http.ResponseWriter, _ *http.Request) {
	rules := s.Rules()
	if rules == nil {
		rules = []Rule{}
	}
	answer(w, rules)
}

// maxScriptBytes is far more than any script needs.
const maxScriptBytes = 1 << 20

func (s *Server) putScript(w http.ResponseWriter, r *http.Request) {
	var rules []Rule
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxScriptBytes))
	// A misspelt fault that is silently ignored makes a test pass for the wrong reason.
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&rules); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := s.Script(rules...); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func answer(w http.ResponseWriter, document any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(document)
}
