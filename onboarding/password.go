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

// CheckPassword holds a password that a person chose against the rule. Blanks count:
// nothing is trimmed.
//
// Codes: required, too_short, too_weak, too_long, malformed.
func CheckPassword(typed string) Fault {
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
	}
	return Fault{}
}

func special(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r) }
