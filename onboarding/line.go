package onboarding

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// lastPrintableRune is the end of the Basic Multilingual Plane: the letter's embedded
// fonts reach no further.
const lastPrintableRune = '\uFFFF'

// ParseLine reads one line of free text that may be printed on a letter: trimmed, in
// Unicode form NFC, with single spaces, at most max characters. An empty line is
// accepted.
//
// Codes: malformed for control characters, text directions and characters that cannot
// be printed, too_long.
func ParseLine(typed string, max int) (string, Fault) {
	if !utf8.ValidString(typed) {
		return "", lineForm
	}
	line := strings.TrimSpace(typed)
	if strings.ContainsFunc(line, unprintable) {
		return "", lineForm
	}
	line = strings.Join(strings.Fields(norm.NFC.String(line)), " ")
	if utf8.RuneCountInString(line) > max {
		return "", Fault{"too_long", fmt.Sprintf("Use at most %d characters.", max)}
	}
	return line, Fault{}
}

var lineForm = Fault{"malformed", "Use letters, digits, spaces and punctuation only: control characters and symbols such as emoji cannot be printed."}

// unprintable is true for what would be invisible, reorder its surroundings or have no
// glyph. A typed no-break space is an ordinary blank.
func unprintable(r rune) bool {
	if unicode.Is(unicode.Zs, r) {
		return false
	}
	return !unicode.IsPrint(r) || r > lastPrintableRune || r == utf8.RuneError
}
