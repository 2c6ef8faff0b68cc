package onboarding

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
)

//go:embed common_passwords.txt
var commonPasswords string

// common are the ten thousand passwords that are most often found in leaks, without the
// digits and signs before and after them.
var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.Lines(commonPasswords) {
		words[strings.TrimSpace(word)] = true
	}
	return words
})

// ownWords are tried first by whoever guesses passwords of this trade.
var ownWords = []string{
	"latchkey", "alarm", "alarms", "alarmdotcom", "alarmcom", "security", "installer", "technician", "dealer", "panel", "monitoring", "customer",
	"welcome", "temporary", "changeme", "newpassword", "mypassword",
}

// disguises are what people write in place of a letter.
var disguises = strings.NewReplacer("@", "a", "4", "a", "0", "o", "1", "l", "!", "i", "3", "e", "5", "s", "$", "s", "7", "t", "+", "t")

// isCommon reports whether a password is a word that is tried first, or one of ours or the
// login name, with a capital, digits, signs or disguised letters added: those are the first
// things that are tried after it.
func isCommon(password, loginName string) bool {
	lower := strings.ToLower(password)
	trailing := strings.TrimRightFunc(lower, notLetter)
	for _, core := range []string{trailing, strings.TrimLeftFunc(trailing, notLetter)} {
		word := disguises.Replace(core)
		ofTheirs := word != "" && word == disguises.Replace(strings.ToLower(loginName))
		if ofTheirs || common()[word] || slices.Contains(ownWords, word) {
			return true
		}
	}
	return false
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }
