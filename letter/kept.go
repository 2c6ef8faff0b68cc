package letter

import (
	"crypto/sha256"
	"sync"
)

// kept has the last few results of a function that always gives the same one for the same key. The zero value is empty.
type kept[K comparable, V any] struct {
	mu      sync.Mutex
	results map[K]V
}

// mostKept bounds the memory: some 20 kB each.
const mostKept = 200

func (k *kept[K, V]) of(key K) (result V, known bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	result, known = k.results[key]
	return result, known
}

func (k *kept[K, V]) keep(key K, result V) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.results == nil || len(k.results) >= mostKept {
		k.results = map[K]V{}
	}
	k.results[key] = result
}

var (
	// partsMade are by their names and characters: a dealer's letters in one language share most of their fonts.
	partsMade kept[string, madePart]
	// logosNormalized are by the hash of what was uploaded: scaling a logo takes longer than all the rest of a letter.
	logosNormalized kept[[sha256.Size]byte, []byte]
)

// normalizedOnce is NormalizeLogo for the same few logos over and over. What cannot be read is looked at each time.
func normalizedOnce(raw []byte) ([]byte, error) {
	key := sha256.Sum256(raw)
	if normalized, known := logosNormalized.of(key); known {
		return normalized, nil
	}
	normalized, err := NormalizeLogo(raw)
	if err == nil {
		logosNormalized.keep(key, normalized)
	}
	return normalized, err
}
