package onboarding

// Registration is a module on the carrier's network.
type Registration struct {
	ID string
	// Key is what the carrier knows it by: the key of an earlier revision when a later
	// one found what that had registered.
	Key EffectKey
}
