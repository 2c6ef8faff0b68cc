package mailtest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/latchkey/latchkey/mail/mailtest"
)

const patience = 20 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const source = "From: Sample Dealer <no-reply@dealer.example.com>\r\n" +
	"To: John Doe <john.doe@example.com>\r\n" +
	"Subject: =?utf-8?q?Welcome_Jos=C3=A9?=\r\n" +
	"Message-ID: <welcome.1@dealer.example.com>\r\n" +
	"MIME-Version: 1.0\r\n" +
	"Content-Type: multipart/mixed; boundary=x\r\n\r\n" +
	"--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nDear Jos=C3=A9\r\n" +
	"--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<script>top.x=1</script><img src=\"cid:logo\"><a href=\"https://portal.example.com/\">in</a>\r\n" +
	"--x\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\nContent-Transfer-Encoding: base64\r\n\r\nUE5H\r\n" +
	"--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"letter.pdf\"\r\n" +
	"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQ=\r\n" +
	"--x--\r\n"

func start(t *testing.T, options mailtest.Options) *mailtest.Server {
	t.Helper()
	options.HTTPAddr = "127.0.0.1:0"
	server, err := mailtest.Start(options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server
}

func deliver(server *mailtest.Server, raw string) error {
	client, err := smtp.Dial(server.Addr())
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	return client.SendMail("no-reply@dealer.example.com", []string{"john.doe@example.com"}, strings.NewReader(raw))
}

type answer struct {
	status int
	header http.Header
	body   string
}

func do(t *testing.T, method, url, body string, origin ...string) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	require.NoError(t, err)
	for _, o := range origin {
		request.Header.Set("Origin", o)
	}
	// A connection of its own, so that none is left open behind the test.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return answer{response.StatusCode, response.Header, string(content)}
}

func TestAPI_ListsMailsWithTheirSource(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	require.JSONEq(t, `[]`, do(t, "GET", server.URL()+"/api/messages", "").body)
	require.NoError(t, deliver(server, source))

	var mails []map[string]any
	list := do(t, "GET", server.URL()+"/api/messages", "")
	require.Equal(t, "application/json", list.header.Get("Content-Type"))
	require.NoError(t, json.Unmarshal([]byte(list.body), &mails))
	require.Len(t, mails, 1)
	mail := mails[0]
	require.Equal(t, "no-reply@dealer.example.com", mail["from"])
	require.Equal(t, []any{"john.doe@example.com"}, mail["to"])
	require.Equal(t, "Welcome José", mail["subject"])
	require.Equal(t, "welcome.1@dealer.example.com", mail["message_id"])
	require.Equal(t, "Dear José", mail["text"])
	require.Contains(t, mail["html"], "portal.example.com")
	require.Contains(t, mail["raw"], "Subject: =?utf-8?q?Welcome_Jos=C3=A9?=")
	at, err := time.Parse(time.RFC3339, mail["received_at"].(string))
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), at, patience)
	require.Equal(t, []any{
		map[string]any{"name": "", "content_type": "image/png", "size": 3.0},
		map[string]any{"name": "letter.pdf", "content_type": "application/pdf", "size": 8.0},
	}, mail["attachments"])

	var one map[string]any
	id := mail["id"].(string)
	require.NoError(t, json.Unmarshal([]byte(do(t, "GET", server.URL()+"/api/messages/"+id, "").body), &one))
	require.Equal(t, "JVBERi0xLjQ=", one["attachments"].([]any)[1].(map[string]any)["content_base64"])
	file := do(t, "GET", server.URL()+"/messages/"+id+"/attachments/1", "")
	require.Equal(t, "%PDF-1.4", file.body)
	require.Equal(t, "application/pdf", file.header.Get("Content-Type"))
	require.Equal(t, "attachment; filename=letter.pdf", file.header.Get("Content-Disposition"))

	require.Equal(t, http.StatusNotFound, do(t, "GET", server.URL()+"/api/messages/none", "").status)
	require.Equal(t, http.StatusNotFound, do(t, "GET", server.URL()+"/messages/"+id+"/attachments/2", "").status)
	require.Equal(t, http.StatusNoContent, do(t, "DELETE", server.URL()+"/api/messages", "").status)
	require.JSONEq(t, `[]`, do(t, "GET", server.URL()+"/api/messages", "").body)
}

func TestPages_KeepAHostileMailInert(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	hostile := strings.Replace(source, "=?utf-8?q?Welcome_Jos=C3=A9?=", `<script>alert(1)</script>"><img src=x onerror=alert(1)>`, 1)
	require.NoError(t, deliver(server, hostile))
	id := server.Messages()[0].ID

	for _, path := range []string{"/", "/messages/" + id} {
		page := do(t, "GET", server.URL()+path, "")
		require.Equal(t, http.StatusOK, page.status)
		require.NotContains(t, page.body, "<script")
		require.NotContains(t, page.body, "<img")
		require.Contains(t, page.body, "&lt;script&gt;alert(1)&lt;/script&gt;")
		require.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")
		require.NotContains(t, page.header.Get("Content-Security-Policy"), "unsafe")
	}
	require.Contains(t, do(t, "GET", server.URL()+"/messages/"+id, "").body, `sandbox="allow-popups allow-popups-to-escape-sandbox"`)

	inner := do(t, "GET", server.URL()+"/messages/"+id+"/html", "")
	require.Contains(t, inner.header.Get("Content-Security-Policy"), "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
	require.Contains(t, inner.body, `<img src="data:image/png;base64,UE5H">`, "the logo comes from within the mail")
	require.Contains(t, inner.body, `<a href="https://portal.example.com/">`)

	require.Equal(t, "text/plain; charset=utf-8", do(t, "GET", server.URL()+"/messages/"+id+"/raw", "").header.Get("Content-Type"))
	style := do(t, "GET", server.URL()+"/style.css", "")
	require.Contains(t, style.header.Get("Content-Type"), "text/css")
}

func TestPages_TakeNoOrdersFromOtherSites(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	require.NoError(t, deliver(server, source))
	require.Equal(t, http.StatusForbidden, do(t, "POST", server.URL()+"/clear", "", "https://evil.example.com").status)
	require.Equal(t, http.StatusForbidden, do(t, "PUT", server.URL()+"/script", "[]", "https://evil.example.com").status)
	require.Len(t, server.Messages(), 1)
	do(t, "POST", server.URL()+"/clear", "", server.URL())
	require.Empty(t, server.Messages())
}

func TestScript_IsTakenOverHTTP(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	script := `[{"at":"rcpt","times":2,"code":550,"enhanced":"5.1.1","text":"no such user"},{"at":"data","fault":"accept_then_drop"}]`
	require.Equal(t, http.StatusNoContent, do(t, "PUT", server.URL()+"/script", script).status)

	for range 2 {
		var refused *smtp.SMTPError
		require.ErrorAs(t, deliver(server, source), &refused)
		require.Equal(t, &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}, refused)
	}
	require.JSONEq(t, `[{"at":"data","times":1,"fault":"accept_then_drop"}]`, do(t, "GET", server.URL()+"/script", "").body)
	require.Error(t, deliver(server, source))
	require.Len(t, server.Messages(), 1, "accepted before the connection dropped")
	require.JSONEq(t, `[]`, do(t, "GET", server.URL()+"/script", "").body)
	require.NoError(t, deliver(server, source))
}

func TestScript_RepeatsUntilReplaced(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	require.NoError(t, server.Script(mailtest.Rule{At: "mail", Times: -1, Code: 451}))
	for range 5 {
		require.Error(t, deliver(server, source))
	}
	require.NoError(t, server.Script())
	require.NoError(t, deliver(server, source))
}

func TestScript_RefusesWhatItWouldNotPlay(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	for body, status := range map[string]int{
		`{"at":"rcpt"}`:                                   http.StatusBadRequest,
		`[{"at":"rcpt","codes":550}]`:                     http.StatusBadRequest,
		`[{"at":"helo","code":550}]`:                      http.StatusUnprocessableEntity,
		`[{"at":"rcpt"}]`:                                 http.StatusUnprocessableEntity,
		`[{"at":"rcpt","code":250}]`:                      http.StatusUnprocessableEntity,
		`[{"at":"rcpt","code":550,"fault":"hang"}]`:       http.StatusUnprocessableEntity,
		`[{"at":"rcpt","fault":"explode"}]`:               http.StatusUnprocessableEntity,
		`[{"at":"rcpt","fault":"accept_then_drop"}]`:      http.StatusUnprocessableEntity,
		`[{"at":"rcpt","code":550,"enhanced":"five"}]`:    http.StatusUnprocessableEntity,
		`[{"at":"rcpt","code":550,"text":"a\r\n250 ok"}]`: http.StatusUnprocessableEntity,
	} {
		require.Equal(t, status, do(t, "PUT", server.URL()+"/script", body).status, body)
	}
	require.NoError(t, deliver(server, source))
}

func TestWaitFor_ReturnsWhatArrivesMeanwhile(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	sent := make(chan error, 1)
	go func() { sent <- deliver(server, source) }()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	mail, err := server.WaitFor(ctx, func(r mailtest.Received) bool { return r.MessageID == "welcome.1@dealer.example.com" })
	require.NoError(t, err)
	require.Equal(t, []string{"john.doe@example.com"}, mail.To)
	require.NoError(t, <-sent)
}

func TestWaitFor_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	_, err := server.WaitFor(ctx, func(mailtest.Received) bool { return false })
	require.ErrorIs(t, err, context.Canceled)
}

func TestStart_KeepsMailsOverARestart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mail")
	first, err := mailtest.Start(mailtest.Options{Dir: dir})
	require.NoError(t, err)
	require.NoError(t, deliver(first, source))
	require.NoError(t, deliver(first, source))
	before := first.Messages()
	require.NoError(t, first.Close())
	// What a kill in the middle of storing leaves: a source without its envelope.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "00000003.eml"), []byte("half"), 0o600))

	second := start(t, mailtest.Options{Dir: dir})
	require.Equal(t, before, second.Messages())
	require.NoError(t, deliver(second, source))
	require.Equal(t, "00000003", second.Messages()[2].ID)
	kept, err := os.ReadFile(filepath.Join(dir, "00000003.eml"))
	require.NoError(t, err)
	require.Equal(t, second.Messages()[2].Raw, kept)

	require.Equal(t, http.StatusNoContent, do(t, "DELETE", second.URL()+"/api/messages", "").status)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestReceived_ReadsAnyMail(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	for _, raw := range []string{
		"no header at all\r\n",
		"Subject: plain\r\n\r\nhello\r\n",
		"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nbroken\r\n",
		"Content-Type: ;;;\r\n\r\nbody\r\n",
		"Content-Transfer-Encoding: base64\r\n\r\n!!!!\r\n",
	} {
		require.NoError(t, deliver(server, raw))
	}
	mails := server.Messages()
	require.Len(t, mails, 5)
	require.Equal(t, "plain", mails[1].Header("subject"))
	require.Equal(t, "hello\r\n", mails[1].Text)
	for _, mail := range mails {
		require.NotEmpty(t, mail.Raw)
	}
}

func TestClose_ReleasesWhatHangs(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"connect", "mail", "rcpt", "data"} {
		server, err := mailtest.Start(mailtest.Options{})
		require.NoError(t, err)
		require.NoError(t, server.Script(mailtest.Rule{At: point, Fault: mailtest.Hang}))
		sent := make(chan error, 1)
		go func() { sent <- deliver(server, source) }()
		// Once taken, the rule is playing.
		require.Eventually(t, func() bool { return len(server.Rules()) == 0 }, patience, time.Millisecond)
		require.NoError(t, server.Close())
		require.NoError(t, server.Close(), "a second time")
		require.Error(t, <-sent)
	}
}

func TestStart_ReportsAnAddressInUse(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	_, err := mailtest.Start(mailtest.Options{SMTPAddr: server.Addr()})
	require.ErrorContains(t, err, "address already in use")
	_, err = mailtest.Start(mailtest.Options{HTTPAddr: strings.TrimPrefix(server.URL(), "http://")})
	require.ErrorContains(t, err, "address already in use")
}
