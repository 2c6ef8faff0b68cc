package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"strings"

	"go.temporal.io/sdk/client"
)

// temporalTLSSettings protect the way to Temporal. Naming an authority, a certificate, a
// server name or an API key means TLS as well: none of them says anything without it.
type temporalTLSSettings struct {
	TLS        bool   `name:"temporal-tls" env:"LATCHKEY_TEMPORAL_TLS" help:"Talk TLS to Temporal and check its certificate."`
	CA         string `name:"temporal-tls-ca" env:"LATCHKEY_TEMPORAL_TLS_CA" help:"File with the authorities, PEM, that Temporal's certificate is from; the system's when left out."`
	Cert       string `name:"temporal-tls-cert" env:"LATCHKEY_TEMPORAL_TLS_CERT" help:"File with our own certificate, PEM, when Temporal wants one."`
	Key        string `name:"temporal-tls-key" env:"LATCHKEY_TEMPORAL_TLS_KEY" help:"File with its key, PEM."`
	ServerName string `name:"temporal-tls-server-name" env:"LATCHKEY_TEMPORAL_TLS_SERVER_NAME" help:"Name in Temporal's certificate when it is not that of the address."`
	APIKey     string `name:"temporal-api-key" env:"LATCHKEY_TEMPORAL_API_KEY" help:"API key, as Temporal Cloud gives them; a value or @file."`
}

func (s temporalTLSSettings) wanted() bool {
	return s.TLS || s.CA+s.Cert+s.Key+s.ServerName+s.APIKey != ""
}

// protect adds what is set to the options of a client.
func (s temporalTLSSettings) protect(options *client.Options) error {
	if !s.wanted() {
		return nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: s.ServerName}
	if s.CA != "" {
		authorities, err := os.ReadFile(s.CA)
		if err != nil {
			return errors.New("--temporal-tls-ca cannot be read; name a PEM file")
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(authorities) {
			return errors.New("--temporal-tls-ca holds no certificate; name a PEM file")
		}
	}
	if s.Cert+s.Key != "" {
		own, err := tls.LoadX509KeyPair(s.Cert, s.Key)
		if err != nil {
			return errors.New("--temporal-tls-cert and --temporal-tls-key are no certificate and its key; name two PEM files")
		}
		config.Certificates = []tls.Certificate{own}
	}
	options.ConnectionOptions.TLS = config
	key, err := readSecret(s.APIKey)
	if err != nil {
		return err
	}
	if key = strings.TrimSpace(key); key != "" {
		options.Credentials = client.NewAPIKeyStaticCredentials(key)
	}
	return nil
}
