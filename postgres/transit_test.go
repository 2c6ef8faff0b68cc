package postgres_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/localstack"
	"github.com/latchkey/latchkey/migrations"
	"github.com/latchkey/latchkey/postgres"
)

func TestTransit_IsVerifiedWithVerifyFullAlone(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]bool{
		"": false, "disable": false, "allow": false, "prefer": false, "require": false, "verify-ca": false, "verify-full": true,
	} {
		host, verified := postgres.Transit("postgres://latchkey:word@db.example.com/latchkey?sslmode=" + mode)
		if mode == "" {
			host, verified = postgres.Transit("postgres://latchkey:word@db.example.com/latchkey")
		}
		require.Equal(t, "db.example.com", host, mode)
		require.Equal(t, want, verified, mode)
	}
	host, verified := postgres.Transit("postgres://%zz")
	require.Empty(t, host)
	require.False(t, verified)
}

// authority makes a certificate for 127.0.0.1 that is its own authority, as PEM.
func authority(t *testing.T) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "postgres"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

func TestOpen_ChecksTheServersCertificate(t *testing.T) {
	t.Parallel()
	server, err := localstack.StartPostgres(t.Context(), localstack.PostgresOptions{Dir: t.TempDir(), Durability: localstack.Disposable})
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop() })
	certificate, key := authority(t)
	trusted, other := filepath.Join(t.TempDir(), "ca.pem"), filepath.Join(t.TempDir(), "other.pem")
	require.NoError(t, os.WriteFile(trusted, certificate, 0o600))
	stranger, _ := authority(t)
	require.NoError(t, os.WriteFile(other, stranger, 0o600))

	conn := connect(t, server.URL)
	var data string
	require.NoError(t, conn.QueryRow(t.Context(), "SHOW data_directory").Scan(&data))
	for name, content := range map[string][]byte{"server.crt": certificate, "server.key": key} {
		path := filepath.Join(data, name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		owner, err := os.Stat(data)
		require.NoError(t, err)
		stat := owner.Sys().(*syscall.Stat_t)
		require.NoError(t, os.Chown(path, int(stat.Uid), int(stat.Gid)))
	}
	_, err = conn.Exec(t.Context(), "ALTER SYSTEM SET ssl = on")
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "SELECT pg_reload_conf()")
	require.NoError(t, err)
	require.NoError(t, migrations.Up(t.Context(), server.URL, nil))

	open := func(host, ca string) error {
		address, err := url.Parse(server.URL)
		require.NoError(t, err)
		address.Host = net.JoinHostPort(host, fmt.Sprint(server.Port))
		address.RawQuery = url.Values{"sslmode": {"verify-full"}, "sslrootcert": {ca}}.Encode()
		store, err := postgres.Open(t.Context(), address.String())
		if err == nil {
			store.Close()
		}
		return err
	}
	require.Eventually(t, func() bool { return open("127.0.0.1", trusted) == nil }, 20*time.Second, 100*time.Millisecond)
	require.Error(t, open("127.0.0.1", other), "another authority's")
	require.Error(t, open("localhost", trusted), "a name that the certificate has not")
}
