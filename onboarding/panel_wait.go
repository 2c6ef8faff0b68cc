package onboarding

import "time"

// PanelWait asks that a panel's first communication be waited for: that of an account's
// first module, or of the one that a swap gave it.
type PanelWait struct {
	OnboardingID string
	SwapID       string // empty for an account's first module
	AccountID    string
	DealerID     string
	// RemindAt is from when a silent panel is worth a reminder to the dealer.
	RemindAt time.Time
}
