package main

import (
	"net"
	"net/url"

	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/postgres"
)

// Each says what to set when a connection leaves this machine in plain text, or without
// looking at the other side's certificate; nothing when it is protected.

func (s databaseSettings) unprotected() string {
	host, verified := postgres.Transit(s.URL)
	if verified || isLocal(host) {
		return ""
	}
	return "set sslmode=verify-full and sslrootcert in --database-url"
}

func (s temporalSettings) unprotected() string {
	host, _, err := net.SplitHostPort(s.Address)
	if err != nil || isLocal(host) || s.wanted() {
		return ""
	}
	return "set --temporal-tls"
}

func (s carrierSettings) unprotected() string {
	base, err := url.Parse(s.URL)
	if err != nil || base.Scheme == "https" || isLocal(base.Hostname()) {
		return ""
	}
	return "use https in --carrier-url"
}

func (s mailSettings) unprotected() string {
	policy, err := mail.ParseTLSPolicy(s.TLS)
	if err != nil || isLocal(s.Host) || policy == mail.TLSMandatory || policy == mail.TLSImplicit {
		return ""
	}
	return "set --smtp-tls to mandatory or implicit"
}

// isLocal reports whether a host is this machine: a socket's path, or the loopback.
func isLocal(host string) bool {
	if host == "" || host[0] == '/' || host == "localhost" {
		return true
	}
	address := net.ParseIP(host)
	return address != nil && address.IsLoopback()
}
