package sealing

import "errors"

// ErrUnknownKey is for what was sealed under a key that is not in the ring.
var ErrUnknownKey = errors.New("sealed under a key that is not among those configured")

// ErrDamaged is for what was changed after it was sealed, or is something else's.
var ErrDamaged = errors.New("sealed content is damaged")

// Ring is the key that seals, if any, and all that open. It is safe for concurrent use.
type Ring struct {
	seals *key
	opens map[string]key
}

// NewRing makes a ring for one purpose. current seals and opens; it may be nil, for a ring
// that only opens. The others open alone: the keys before it, and the one to come, while
// not every program has it yet.
func NewRing(purpose string, current []byte, others ...[]byte) *Ring {
	ring := &Ring{opens: map[string]key{}}
	if len(current) > 0 {
		own := newKey(current, purpose)
		ring.seals = &own
		ring.opens[own.id] = own
	}
	for _, other := range others {
		known := newKey(other, purpose)
		ring.opens[known.id] = known
	}
	return ring
}

// Seals reports whether the ring has a key to seal with.
func (r *Ring) Seals() bool { return r.seals != nil }

// KeyID is the ID of the key that seals; empty when there is none.
func (r *Ring) KeyID() string {
	if r.seals == nil {
		return ""
	}
	return r.seals.id
}

// Seal encrypts content. about is what it belongs to: it must be the same to open it, and
// is not kept. Only for a ring that Seals.
func (r *Ring) Seal(content, about []byte) (keyID string, sealed []byte) {
	return r.seals.id, r.seals.aead.Seal(nil, nil, content, about)
}

// Open decrypts what was sealed. ErrUnknownKey or ErrDamaged when it cannot.
func (r *Ring) Open(keyID string, sealed, about []byte) ([]byte, error) {
	known, ok := r.opens[keyID]
	if !ok {
		return nil, ErrUnknownKey
	}
	content, err := known.aead.Open(nil, nil, sealed, about)
	if err != nil {
		return nil, ErrDamaged
	}
	return content, nil
}
