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
		fault := CheckPassword(typed, "johndoe")
		require.Equal(t, code, fault.Code, "%.20q", typed)
		require.Equal(t, code != "", fault.Message != "")
	}
}

func TestCheckPassword_RefusesWhatIsGuessedFirst(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{
		"Password1!", "p@ssw0rd2027!", "123password!", "Qwertyuiop1!", "$unshine2027!", "Football#2027", "Latchkey2027!", "W3lcome!2027",
		"JohnDoe2027!", "1johndoe!!",
	} {
		require.Equal(t, "too_common", CheckPassword(typed, "johndoe").Code, typed)
	}
	for _, typed := range []string{"my own 1 password!", "johndoe and 1 fish!", "пароль-пароль1!", "Printed4you#", "#%+=?@12345a"} {
		require.Empty(t, CheckPassword(typed, "johndoe").Code, typed)
	}
	require.Empty(t, CheckPassword("#%+=?@12345ä", "").Code, "no login name is no word of it")
}
