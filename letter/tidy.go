package letter

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// tidy puts a person's words on one line: white space becomes single spaces, letters and their accents are composed
// (a font has a glyph for "é", rarely for "e" plus accent), and controls go, the bidirectional ones too, because they can make a
// name read as another one.
func tidy(text string) string {
	cleaned := strings.Map(func(char rune) rune {
		switch {
		case unicode.IsSpace(char):
			return ' '
		case unicode.IsControl(char), unicode.Is(unicode.Bidi_Control, char):
			return -1
		}
		return char
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return norm.NFC.String(strings.Join(strings.Fields(cleaned), " "))
}

// FullName joins the names in the order their script is read: Han, Hangul and Kana put the family name first, unspaced.
func FullName(customer Customer) string {
	if isEastAsian(customer.FirstName) && isEastAsian(customer.LastName) {
		return customer.LastName + customer.FirstName
	}
	return strings.TrimSpace(customer.FirstName + " " + customer.LastName)
}

func isEastAsian(text string) bool {
	for _, char := range text {
		if !unicode.In(char, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) {
			return false
		}
	}
	return text != ""
}
