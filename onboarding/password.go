package onboarding

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	minPasswordLength = 10
	maxPasswordLength = 128
)

// PasswordRule is what people are told before choosing a password.
const PasswordRule = "Use at least 10 characters with a letter, a number and a special character."

// CheckPassword holds a password that a person chose against the rule, and against what is
// guessed first: common ones and their own login name. Blanks count: nothing is trimmed.
//
// Codes: required, too_short, too_weak, too_common, too_long, malformed.
func CheckPassword(typed, loginName string) Fault {
	length := utf8.RuneCountInString(typed)
	switch {
	case typed == "":
		return Fault{"required", "Choose a password."}
	case !utf8.ValidString(typed) || strings.ContainsFunc(typed, unicode.IsControl):
		return Fault{"malformed", "Use characters that can be typed: this password has others."}
	case length < minPasswordLength:
		return Fault{"too_short", PasswordRule}
	case length > maxPasswordLength:
		return Fault{"too_long", fmt.Sprintf("Use at most %d characters.", maxPasswordLength)}
	case !strings.ContainsFunc(typed, unicode.IsLetter), !strings.ContainsFunc(typed, unicode.IsNumber), !strings.ContainsFunc(typed, special):
		return Fault{"too_weak", PasswordRule}
	case isCommon(typed, loginName):
		return Fault{"too_common", "Many people use a password like this, so it is guessed first. Choose another, such as a few words that do not belong together with a number and a sign."}
	}
	return Fault{}
}

func special(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r) }
