package onboarding

import "time"

// PanelEvent is a signed message from the panel network.
type PanelEvent struct {
	EventID string
	// Module is the identifier as the network sent it, canonicalised.
	Module string
	Kind   string
	At     time.Time
}
