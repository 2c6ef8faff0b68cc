package sealing_test

import (
	"bytes"
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/sealing"
)

var (
	first  = bytes.Repeat([]byte("1"), 32)
	second = bytes.Repeat([]byte("2"), 32)
)

func TestRing_OpensWhatItSealed(t *testing.T) {
	t.Parallel()
	ring := sealing.NewRing("tests", first)
	for _, content := range [][]byte{nil, []byte("a"), bytes.Repeat([]byte("long "), 100_000)} {
		id, sealed := ring.Seal(content, []byte("mine"))
		require.Equal(t, ring.KeyID(), id)
		opened, err := ring.Open(id, sealed, []byte("mine"))
		require.NoError(t, err)
		require.Equal(t, string(content), string(opened))
	}
}

func TestRing_SealsNothingTwiceAlike(t *testing.T) {
	t.Parallel()
	ring := sealing.NewRing("tests", first)
	_, once := ring.Seal([]byte("content"), nil)
	_, again := ring.Seal([]byte("content"), nil)
	require.NotEqual(t, once, again)
	require.NotContains(t, string(once), "content")
}

func TestRing_OpensWhatOlderKeysSealed(t *testing.T) {
	t.Parallel()
	id, sealed := sealing.NewRing("tests", first).Seal([]byte("content"), nil)
	for name, ring := range map[string]*sealing.Ring{
		"rotated": sealing.NewRing("tests", second, first), "no key of its own": sealing.NewRing("tests", nil, first),
	} {
		opened, err := ring.Open(id, sealed, nil)
		require.NoError(t, err, name)
		require.Equal(t, "content", string(opened), name)
	}
	_, err := sealing.NewRing("tests", second).Open(id, sealed, nil)
	require.ErrorIs(t, err, sealing.ErrUnknownKey)
}

func TestRing_OpensNothingThatIsNotAsItWasSealed(t *testing.T) {
	t.Parallel()
	ring := sealing.NewRing("tests", first)
	id, sealed := ring.Seal([]byte("content"), []byte("mine"))
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"changed":        func() ([]byte, error) { return ring.Open(id, changed, []byte("mine")) },
		"cut short":      func() ([]byte, error) { return ring.Open(id, sealed[:5], []byte("mine")) },
		"empty":          func() ([]byte, error) { return ring.Open(id, nil, []byte("mine")) },
		"something else": func() ([]byte, error) { return ring.Open(id, sealed, []byte("another's")) },
	} {
		_, err := open()
		require.ErrorIs(t, err, sealing.ErrDamaged, name)
	}
}

func TestRing_OfAnotherPurposeHasOtherKeys(t *testing.T) {
	t.Parallel()
	id, sealed := sealing.NewRing("tests", first).Seal([]byte("content"), nil)
	_, err := sealing.NewRing("others", first).Open(id, sealed, nil)
	require.ErrorIs(t, err, sealing.ErrUnknownKey)
}

func TestRing_WithoutAKeySealsNothing(t *testing.T) {
	t.Parallel()
	ring := sealing.NewRing("tests", nil, first)
	require.False(t, ring.Seals())
	require.Empty(t, ring.KeyID())
	require.True(t, sealing.NewRing("tests", first).Seals())
}

func TestParseKey_SaysHowToMakeOne(t *testing.T) {
	t.Parallel()
	key, err := sealing.ParseKey(base64.StdEncoding.EncodeToString(first))
	require.NoError(t, err)
	require.Equal(t, first, key)
	for _, wrong := range []string{"", "short", "not base64!", base64.StdEncoding.EncodeToString(first[:31]), "\x00"} {
		_, err := sealing.ParseKey(wrong)
		require.ErrorContains(t, err, "openssl rand -base64 32", wrong)
	}
}
