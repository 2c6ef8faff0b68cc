package onboarding

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckPassword_WantsTenCharactersOfThreeKinds(t *testing.T) {
	t.Parallel()
	for typed, code := range map[string]string{
		"":                               "required",
		"abcdefg1!":                      "too_short",
		"abcdefgh1!":                     "",
		"passwörter1€":                   "",
		"мойпароль1!":                    "",
		"with blanks 1!":                 "",
		"abcdefghij":                     "too_weak",
		"abcdefghi1":                     "too_weak",
		"1234567890!":                    "too_weak",
		"abcdefghi!":                     "too_weak",
		"abcdefghi 1":                    "too_weak",
		"abcdefgh1!\x00":                 "malformed",
		"abcdefgh1!\xff":                 "malformed",
		strings.Repeat("a", 126) + "1!":  "",
		strings.Repeat("a", 127) + "1!":  "too_long",
		strings.Repeat("a", 9999) + "1!": "too_long",
	} {
		fault := CheckPassword(typed)
		require.Equal(t, code, fault.Code, "%.20q", typed)
		require.Equal(t, code != "", fault.Message != "")
	}
}
