package onboarding

import (
	"hash/fnv"
	"math/bits"
)

// dice throw the same numbers for the same words, on every machine and in every release:
// what looks like chance in a simulation is no chance.
type dice struct{ state uint64 }

func diceOf(words ...string) *dice {
	hash := fnv.New64a()
	for _, word := range words {
		_, _ = hash.Write([]byte(word)) // a hash takes everything
		_, _ = hash.Write([]byte{0})
	}
	return &dice{hash.Sum64()}
}

// next is SplitMix64, whose numbers are even after any seed.
func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// between throws a number from low to high, both included.
func (d *dice) between(low, high int) int {
	part, _ := bits.Mul64(d.next(), uint64(high-low+1))
	return low + int(part)
}

// oneIn is true once in n throws.
func (d *dice) oneIn(n int) bool { return d.between(1, n) == 1 }
