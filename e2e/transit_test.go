package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// tlsFiles is a certificate for temporal.example.com that is its own authority, and its key.
type tlsFiles struct {
	cert, key string
	pair      tls.Certificate
	pool      *x509.CertPool
}

func newTLSFiles(t *testing.T) tlsFiles {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "temporal"}, DNSNames: []string{"temporal.example.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	files := tlsFiles{
		cert: filepath.Join(t.TempDir(), "cert.pem"), key: filepath.Join(t.TempDir(), "key.pem"),
		pair: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private, Leaf: leaf}, pool: x509.NewCertPool(),
	}
	files.pool.AddCert(leaf)
	require.NoError(t, os.WriteFile(files.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(files.key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}), 0o600))
	return files
}

// behindTLS puts TLS that wants a certificate of ours before a server that has none.
func behindTLS(t *testing.T, backend string, server, client tlsFiles) (address string) {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{server.pair}, ClientCAs: client.pool, ClientAuth: tls.RequireAndVerifyClientCert,
		NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12,
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			inner, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer inner.Close()
				outer, err := net.Dial("tcp", backend)
				if err != nil {
					return
				}
				defer outer.Close()
				go func() { _, _ = io.Copy(outer, inner) }()
				_, _ = io.Copy(inner, outer)
			}()
		}
	}()
	return listener.Addr().String()
}

func TestTemporal_IsReachedOverTLSWithOurOwnCertificate(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	server, ours, stranger := newTLSFiles(t), newTLSFiles(t), newTLSFiles(t)
	address := behindTLS(t, s.temporal.Address, server, ours)
	host, port, err := net.SplitHostPort(s.mails.Addr())
	require.NoError(t, err)
	check := func(flags ...string) (string, error) {
		built, err := binary()
		require.NoError(t, err)
		printed, err := exec.CommandContext(t.Context(), built, append([]string{
			"check", "--database-url", s.database.URL, "--temporal-address", address, "--carrier-url", s.carrier.URL(),
			"--smtp-host", host, "--smtp-port", port, "--smtp-tls", "none",
		}, flags...)...).CombinedOutput()
		return string(printed), err
	}
	named := []string{"--temporal-tls-server-name", "temporal.example.com"}
	with := func(ca string, own tlsFiles) []string {
		return append([]string{"--temporal-tls-ca", ca, "--temporal-tls-cert", own.cert, "--temporal-tls-key", own.key}, named...)
	}
	printed, err := check(with(server.cert, ours)...)
	require.NoError(t, err, printed)
	require.Regexp(t, `temporal +ok\n`, printed)
	for name, flags := range map[string][]string{
		"plain text":                      nil,
		"an authority that did not sign":  with(stranger.cert, ours),
		"another client's certificate":    with(server.cert, stranger),
		"a certificate of another name":   {"--temporal-tls-ca", server.cert, "--temporal-tls-cert", ours.cert, "--temporal-tls-key", ours.key},
		"a file that is no certificate":   with(ours.key, ours),
		"a certificate without its key":   {"--temporal-tls-ca", server.cert, "--temporal-tls-cert", ours.cert},
		"the system's authorities, alone": {"--temporal-tls", "--temporal-tls-server-name", "temporal.example.com"},
	} {
		printed, err := check(flags...)
		require.Error(t, err, name)
		require.Regexp(t, `temporal +FAULT`, printed, name)
	}
}
