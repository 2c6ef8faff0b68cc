package onboarding

import "fmt"

// EffectKey names one effect on the world: a step of an onboarding for one revision
// of its application. It is the idempotency key towards our own tables, the carrier
// and the mail server. It is never a Temporal run or activity ID: a Reset changes
// both, and the effect would be made twice.
type EffectKey struct {
	OnboardingID string
	Step         Step
	Revision     int
}

// String is the key's wire form, <onboarding id>:<step>:<revision>.
func (k EffectKey) String() string {
	return fmt.Sprintf("%s:%s:%d", k.OnboardingID, k.Step, k.Revision)
}
