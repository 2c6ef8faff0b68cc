package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnprotected_IsWhatLeavesTheMachineInPlainText(t *testing.T) {
	t.Parallel()
	for name, said := range map[string]string{
		"database":           databaseSettings{URL: "postgres://u:p@db.example.com/latchkey?sslmode=require"}.unprotected(),
		"temporal":           temporalSettings{Address: "temporal.example.com:7233"}.unprotected(),
		"carrier":            carrierSettings{URL: "http://carrier.example.com"}.unprotected(),
		"mail":               mailSettings{Host: "mail.example.com", TLS: "opportunistic"}.unprotected(),
		"mail in plain text": mailSettings{Host: "mail.example.com", TLS: "none"}.unprotected(),
	} {
		require.NotEmpty(t, said, name)
	}
	for name, said := range map[string]string{
		"verified database": databaseSettings{URL: "postgres://u:p@db.example.com/latchkey?sslmode=verify-full"}.unprotected(),
		"local database":    databaseSettings{URL: "postgres://u:p@127.0.0.1/latchkey"}.unprotected(),
		"socket":            databaseSettings{URL: "postgres:///latchkey?host=/var/run/postgresql"}.unprotected(),
		"temporal with key": temporalSettings{Address: "ns.tmprl.cloud:7233", temporalTLSSettings: temporalTLSSettings{APIKey: "k"}}.unprotected(),
		"local temporal":    temporalSettings{Address: "localhost:7233"}.unprotected(),
		"carrier":           carrierSettings{URL: "https://carrier.example.com"}.unprotected(),
		"mail":              mailSettings{Host: "mail.example.com", TLS: "mandatory"}.unprotected(),
		"mail by default":   mailSettings{Host: "mail.example.com"}.unprotected(),
	} {
		require.Empty(t, said, name)
	}
}
