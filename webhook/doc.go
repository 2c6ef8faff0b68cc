// Package webhook sends announcements to dealers' own systems over HTTP, signed as
// Standard Webhooks says, and never to an address inside the installation's own network.
package webhook
