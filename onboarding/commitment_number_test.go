package onboarding

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCommitmentNumber_IsReadBackHoweverItIsTyped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := CommitmentNumber([5]byte(rapid.SliceOfN(rapid.Byte(), 5, 5).Draw(t, "random")))
		bare := strings.ReplaceAll(number, "-", "")
		for _, typed := range []string{
			number, strings.ToLower(number), bare, " " + bare[1:] + " ", strings.ReplaceAll(number, "-", " "),
			strings.ReplaceAll(number, "-", "\u2013"), strings.NewReplacer("0", "o", "1", "l").Replace(number),
		} {
			read, fault := ParseCommitmentNumber(typed)
			require.Equal(t, Fault{}, fault, "%q", typed)
			require.Equal(t, number, read, "%q", typed)
		}
	})
}

func TestCommitmentNumber_HasNoLookAlikes(t *testing.T) {
	t.Parallel()
	require.Equal(t, "C-0000-0000", CommitmentNumber([5]byte{}))
	require.Equal(t, "C-ZZZZ-ZZZZ", CommitmentNumber([5]byte{255, 255, 255, 255, 255}))
	require.NotContains(t, commitmentAlphabet, "I")
	require.NotContains(t, commitmentAlphabet, "L")
	require.NotContains(t, commitmentAlphabet, "O")
}

func TestParseCommitmentNumber_RefusesWhatIsNone(t *testing.T) {
	t.Parallel()
	for typed, code := range map[string]string{
		"": "required", " \t": "required", "C-7Q2M-4KX": "malformed", "C-7Q2M-4KXDD": "malformed", "D-7Q2M-4KXD": "malformed",
		"C-7Q2M-4KX\x00": "malformed", "C-7Q2M-4KXÜ": "malformed", "C-7Q2M-4KXU": "malformed", "'; DROP TABLE commitments; --": "malformed",
		"\u202eC-7Q2M-4KXD": "malformed", strings.Repeat("C-7Q2M-4KXD", 1000): "malformed",
	} {
		_, fault := ParseCommitmentNumber(typed)
		require.Equal(t, code, fault.Code, "%q", typed)
	}
}
