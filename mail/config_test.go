package mail_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/mail/mailtest"
)

func TestNew_ReportsEveryFaultAtOnceAndNoSecret(t *testing.T) {
	t.Parallel()
	_, err := mail.New(mail.Config{
		Port: 70000, TLS: "sometimes", Timeout: -1, Username: "latchkey",
		DKIM: &mail.DKIM{Domain: "dealer.example.com", Selector: "s1", PrivateKeyPEM: []byte("opensesame")},
	})
	require.Error(t, err)
	for _, part := range []string{"host", "port", "TLS policy", "time-out", "password", "DKIM private key"} {
		require.ErrorContains(t, err, part)
	}
	require.NotContains(t, err.Error(), "opensesame")
}

func TestNew_SendsNoPasswordInPlainTextToAnotherMachine(t *testing.T) {
	t.Parallel()
	config := mail.Config{Host: "mail.example.com", TLS: mail.TLSNone, Username: "latchkey", Password: "opensesame"}
	_, err := mail.New(config)
	require.ErrorContains(t, err, "without TLS")
	config.TLS = mail.TLSMandatory
	_, err = mail.New(config)
	require.NoError(t, err)
}

func TestParseTLSPolicy_KnowsFourNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]mail.TLSPolicy{
		"": mail.TLSMandatory, "mandatory": mail.TLSMandatory, "opportunistic": mail.TLSOpportunistic,
		"none": mail.TLSNone, "implicit": mail.TLSImplicit,
	} {
		got, err := mail.ParseTLSPolicy(name)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := mail.ParseTLSPolicy("Mandatory ")
	require.Error(t, err)
}

func TestSend_SignsTheSameWayOnEveryTry(t *testing.T) {
	t.Parallel()
	key, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	require.NoError(t, err)
	server := start(t, mailtest.Options{})
	config := plainTo(server)
	config.DKIM = &mail.DKIM{
		Domain: "dealer.example.com", Selector: "s1",
		PrivateKeyPEM: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	}
	signing := sender(t, config)
	for range 2 {
		_, err = signing.Send(t.Context(), letter())
		require.NoError(t, err)
	}
	received := server.Messages()
	require.Equal(t, string(received[0].Raw), string(received[1].Raw))
	signature := received[0].Header("DKIM-Signature")
	require.Contains(t, signature, "d=dealer.example.com")
	require.Contains(t, signature, "s=s1")
	require.Contains(t, signature, "Reply-To")
}
