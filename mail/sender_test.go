package mail_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/mail/mailtest"
)

// serverWords stands for whatever a mail server writes into its replies.
const serverWords = "sorry about jose.nunez"

// patience bounds what should come at once; a test that reaches it fails.
const patience = 20 * time.Second

func start(t *testing.T, options mailtest.Options) *mailtest.Server {
	t.Helper()
	server, err := mailtest.Start(options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server
}

func plainTo(server *mailtest.Server) mail.Config {
	return mail.Config{Host: server.Host(), Port: server.Port(), TLS: mail.TLSNone, HelloName: "latchkey.example.com", Timeout: patience}
}

func sender(t *testing.T, config mail.Config) *mail.Sender {
	t.Helper()
	s, err := mail.New(config)
	require.NoError(t, err)
	return s
}

func TestSend_DeliversTheBuiltBytes(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	message := letter()
	receipt, err := sender(t, plainTo(server)).Send(t.Context(), message)
	require.NoError(t, err)
	require.Contains(t, receipt.ServerText, "queued")

	received := server.Messages()
	require.Len(t, received, 1)
	got := received[0]
	require.Equal(t, "no-reply@dealer.example.com", got.From)
	require.Equal(t, []string{"jose.nunez@example.com"}, got.To)
	require.Equal(t, message.MessageID, got.MessageID)
	require.Equal(t, message.Subject, got.Subject)
	require.Equal(t, message.HTML, got.HTML)
	require.Equal(t, message.Text, strings.ReplaceAll(got.Text, "\r\n", "\n"))
	require.Equal(t, []mailtest.Attachment{
		{Name: "Welcome Letter.pdf", ContentType: "application/pdf", Bytes: message.Attachments[0].Bytes},
	}, got.Attachments)

	built, err := mail.Build(message)
	require.NoError(t, err)
	require.Equal(t, string(built), string(got.Raw))
}

func TestSend_NamesEveryRefusalByWhatItMeans(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name      string
		rule      mailtest.Rule
		code      string
		retryable bool
	}{
		{"closing at connect", mailtest.Rule{At: "connect", Code: 421}, mail.CodeServerUnavailable, true},
		{"refused at connect", mailtest.Rule{At: "connect", Code: 554}, mail.CodeServerUnavailable, true},
		{"dropped at connect", mailtest.Rule{At: "connect", Fault: mailtest.Drop}, mail.CodeServerUnavailable, true},
		{"sender refused", mailtest.Rule{At: "mail", Code: 550, Enhanced: "5.7.1"}, mail.CodeMessageRejected, false},
		{"sender for now", mailtest.Rule{At: "mail", Code: 451, Enhanced: "4.7.1"}, mail.CodeServerUnavailable, true},
		{"login wanted", mailtest.Rule{At: "mail", Code: 530, Enhanced: "5.7.0"}, mail.CodeAuthFailed, false},
		{"dropped at mail", mailtest.Rule{At: "mail", Fault: mailtest.Drop}, mail.CodeServerUnavailable, true},
		{"no such mailbox", mailtest.Rule{At: "rcpt", Code: 550, Enhanced: "5.1.1"}, mail.CodeRecipientRejected, false},
		{"mailbox refused", mailtest.Rule{At: "rcpt", Code: 554}, mail.CodeRecipientRejected, false},
		{"sender at rcpt", mailtest.Rule{At: "rcpt", Code: 553, Enhanced: "5.1.8"}, mail.CodeMessageRejected, false},
		{"greylisted", mailtest.Rule{At: "rcpt", Code: 451, Enhanced: "4.7.1"}, mail.CodeServerUnavailable, true},
		{"closing at rcpt", mailtest.Rule{At: "rcpt", Code: 421}, mail.CodeServerUnavailable, true},
		{"dropped at rcpt", mailtest.Rule{At: "rcpt", Fault: mailtest.Drop}, mail.CodeServerUnavailable, true},
		{"content for now", mailtest.Rule{At: "data", Code: 451}, mail.CodeServerUnavailable, true},
		{"mailbox after data", mailtest.Rule{At: "data", Code: 550}, mail.CodeRecipientRejected, false},
		{"unknown after data", mailtest.Rule{At: "data", Code: 550, Enhanced: "5.1.1"}, mail.CodeRecipientRejected, false},
		{"full after data", mailtest.Rule{At: "data", Code: 552, Enhanced: "5.2.2"}, mail.CodeRecipientRejected, false},
		{"spam after data", mailtest.Rule{At: "data", Code: 550, Enhanced: "5.7.1"}, mail.CodeMessageRejected, false},
		{"long for mailbox", mailtest.Rule{At: "data", Code: 552, Enhanced: "5.2.3"}, mail.CodeMessageRejected, false},
		{"failed after data", mailtest.Rule{At: "data", Code: 554}, mail.CodeMessageRejected, false},
		{"dropped after data", mailtest.Rule{At: "data", Fault: mailtest.Drop}, mail.CodeUnknownOutcome, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, mailtest.Options{})
			c.rule.Text = serverWords
			require.NoError(t, server.Script(c.rule))
			message := letter()

			_, err := sender(t, plainTo(server)).Send(t.Context(), message)
			fault := requireFault(t, err, c.code)
			require.Equal(t, c.retryable, fault.Retryable)
			require.Equal(t, c.rule.Code, fault.SMTPCode)
			if c.rule.Enhanced != "" {
				require.Equal(t, c.rule.Enhanced, fault.EnhancedCode)
			}
			requireNothingPersonal(t, err, message)
			require.Nil(t, errors.Unwrap(err), "a converter that walks causes would print the recipient")
			if c.rule.Code != 0 {
				require.Contains(t, fault.Detail(), serverWords)
			}
			require.Empty(t, server.Messages())

			_, err = sender(t, plainTo(server)).Send(t.Context(), message)
			require.NoError(t, err, "the fault was for one turn")
		})
	}
}

func TestSend_ReportsUnknownOutcomeWhenTheAnswerIsLost(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	require.NoError(t, server.Script(mailtest.Rule{At: "data", Fault: mailtest.AcceptThenDrop}))
	message := letter()

	_, err := sender(t, plainTo(server)).Send(t.Context(), message)
	fault := requireFault(t, err, mail.CodeUnknownOutcome)
	require.False(t, fault.Retryable)
	requireNothingPersonal(t, err, message)
	require.Len(t, server.Messages(), 1, "the letter did arrive")
}

func TestSend_StopsAtTheDeadline(t *testing.T) {
	t.Parallel()
	for point, code := range map[string]string{
		"connect": mail.CodeServerUnavailable,
		"mail":    mail.CodeServerUnavailable,
		"rcpt":    mail.CodeServerUnavailable,
		"data":    mail.CodeUnknownOutcome,
	} {
		t.Run(point+" by context", func(t *testing.T) {
			t.Parallel()
			server := start(t, mailtest.Options{})
			require.NoError(t, server.Script(mailtest.Rule{At: point, Fault: mailtest.Hang}))
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			_, err := sender(t, plainTo(server)).Send(ctx, letter())
			fault := requireFault(t, err, code)
			require.Contains(t, fault.Detail(), context.DeadlineExceeded.Error())
		})
		t.Run(point+" by configuration", func(t *testing.T) {
			t.Parallel()
			server := start(t, mailtest.Options{})
			require.NoError(t, server.Script(mailtest.Rule{At: point, Fault: mailtest.Hang}))
			config := plainTo(server)
			config.Timeout = 300 * time.Millisecond
			_, err := sender(t, config).Send(t.Context(), letter())
			requireFault(t, err, code)
		})
	}
}

func TestSend_SendsNothingWhenAlreadyCancelled(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := sender(t, plainTo(server)).Send(ctx, letter())
	requireFault(t, err, mail.CodeServerUnavailable)
	require.Empty(t, server.Messages())
}

func TestSend_IsUnavailableWithoutAServer(t *testing.T) {
	t.Parallel()
	server, err := mailtest.Start(mailtest.Options{})
	require.NoError(t, err)
	config := plainTo(server)
	require.NoError(t, server.Close())
	_, err = sender(t, config).Send(t.Context(), letter())
	require.True(t, requireFault(t, err, mail.CodeServerUnavailable).Retryable)
}

func TestSend_InsistsOnTLSWhenMandatory(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	config := plainTo(server)
	config.TLS = mail.TLSMandatory
	_, err := sender(t, config).Send(t.Context(), letter())
	fault := requireFault(t, err, mail.CodeServerUnavailable)
	require.Contains(t, fault.Detail(), "STARTTLS")
	require.Empty(t, server.Messages())
}

func TestSend_RefusesACertificateItCannotTrust(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{TLS: mailtest.TLSStartTLS})
	config := plainTo(server)
	config.TLS = mail.TLSMandatory
	_, err := sender(t, config).Send(t.Context(), letter())
	require.Contains(t, requireFault(t, err, mail.CodeServerUnavailable).Detail(), "certificate")
	require.Empty(t, server.Messages())
}

func TestSend_SpeaksTLSAndLogsIn(t *testing.T) {
	t.Parallel()
	for policy, mode := range map[mail.TLSPolicy]mailtest.TLSMode{
		mail.TLSMandatory:     mailtest.TLSStartTLS,
		mail.TLSOpportunistic: mailtest.TLSStartTLS,
		mail.TLSImplicit:      mailtest.TLSImplicit,
		mail.TLSNone:          mailtest.TLSOff,
	} {
		t.Run(string(policy), func(t *testing.T) {
			t.Parallel()
			server := start(t, mailtest.Options{TLS: mode, Username: "latchkey", Password: "opensesame"})
			config := plainTo(server)
			config.TLS, config.RootCAs = policy, server.RootCAs()

			anonymous := sender(t, config)
			require.NoError(t, anonymous.Check(t.Context()))
			_, err := anonymous.Send(t.Context(), letter())
			requireFault(t, err, mail.CodeAuthFailed)

			config.Username, config.Password = "latchkey", "opensesame"
			known := sender(t, config)
			require.NoError(t, known.Check(t.Context()))
			_, err = known.Send(t.Context(), letter())
			require.NoError(t, err)
			require.Len(t, server.Messages(), 1)

			config.Password = "opensesam"
			stranger := sender(t, config)
			require.Equal(t, 535, requireFault(t, stranger.Check(t.Context()), mail.CodeAuthFailed).SMTPCode)

			require.NoError(t, server.Script(mailtest.Rule{At: "auth", Code: 454, Enhanced: "4.7.0"}))
			require.True(t, requireFault(t, known.Check(t.Context()), mail.CodeServerUnavailable).Retryable)
			require.NoError(t, server.Script(mailtest.Rule{At: "auth", Fault: mailtest.Drop}))
			require.True(t, requireFault(t, known.Check(t.Context()), mail.CodeServerUnavailable).Retryable)
		})
	}
}

func TestSend_NeedsAServerThatTakesItsPassword(t *testing.T) {
	t.Parallel()
	server := start(t, mailtest.Options{})
	config := plainTo(server)
	config.Username, config.Password = "latchkey", "opensesame"
	_, err := sender(t, config).Send(t.Context(), letter())
	requireFault(t, err, mail.CodeAuthFailed)
	require.Empty(t, server.Messages())
}

// canned is a mail server that answers each line from a list and then falls silent; closed tells when the
// client hung up.
func canned(t *testing.T, answers ...string) (config mail.Config, closed <-chan struct{}) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = fmt.Fprint(conn, "220 ready\r\n")
		lines := bufio.NewScanner(conn)
		inContent := false
		for lines.Scan() {
			if inContent && lines.Text() != "." || len(answers) == 0 {
				continue
			}
			_, _ = fmt.Fprint(conn, answers[0]+"\r\n")
			inContent = strings.HasPrefix(answers[0], "354")
			answers = answers[1:]
		}
	}()
	address := listener.Addr().(*net.TCPAddr)
	return mail.Config{Host: "127.0.0.1", Port: address.Port, TLS: mail.TLSNone, Timeout: patience}, done
}

func requireClosed(t *testing.T, closed <-chan struct{}) {
	t.Helper()
	select {
	case <-closed:
	case <-time.After(patience):
		require.Fail(t, "the connection stayed open")
	}
}

func TestSend_LeavesNoConnectionOpen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		username, password string
		answers            []string
	}{
		"EHLO and HELO refused": {answers: []string{"554 no", "554 no"}},
		"AUTH not offered":      {"latchkey", "opensesame", []string{"250 hello"}},
		"MAIL refused":          {answers: []string{"250 hello", "550 no", "250 reset"}},
		"content refused":       {answers: []string{"250 hello", "250 ok", "250 ok", "354 go on", "554 no"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, closed := canned(t, c.answers...)
			config.Username, config.Password = c.username, c.password
			_, err := sender(t, config).Send(t.Context(), letter())
			require.Error(t, err)
			requireClosed(t, closed)
		})
	}
}

func TestSend_DoesNotLetAMissingGoodbyeHideAcceptance(t *testing.T) {
	t.Parallel()
	config, closed := canned(t, "250 hello", "250 ok", "250 ok", "354 go on", "250 2.0.0 Ok: queued as 4F2A")
	receipt, err := sender(t, config).Send(t.Context(), letter())
	require.NoError(t, err)
	require.Equal(t, "2.0.0 Ok: queued as 4F2A", receipt.ServerText)
	requireClosed(t, closed)
}
