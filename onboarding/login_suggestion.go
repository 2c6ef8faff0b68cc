package onboarding

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The numbers that follow a suggestion, JohnDoe2 to JohnDoe50.
const (
	firstLoginNumber = 2
	lastLoginNumber  = 50
)

// SuggestLogins lists login names for a customer, best first: from the name (JohnDoe,
// JDoe, JohnD), the e-mail's user part, and the best of them with numbers. Names of
// other scripts fall back to the e-mail, then to "customer". Every suggestion is a
// well-formed login name, and the same customer always gets the same list.
func SuggestLogins(first, last, email string) []string {
	first, last = loginWords(first), loginWords(last)
	user, _, _ := strings.Cut(email, "@")
	user = loginLetters(user)

	var candidates []string
	switch {
	case first != "" && last != "":
		candidates = []string{first + last, first[:1] + last, first + last[:1], user}
	default:
		candidates = []string{first + last, user, "customer"}
	}

	var suggestions []string
	seen := map[string]bool{"": true}
	suggest := func(name string) {
		if key := LoginKey(name); !seen[key] {
			seen[key] = true
			suggestions = append(suggestions, name)
		}
	}
	for _, candidate := range candidates {
		suggest(shortened(candidate, maxLoginLength))
	}
	best := shortened(suggestions[0], maxLoginLength-len(strconv.Itoa(lastLoginNumber)))
	for number := firstLoginNumber; number <= lastLoginNumber; number++ {
		suggest(best + strconv.Itoa(number))
	}
	return suggestions
}

// loginWords joins the words of a name, each begun with a capital: "mary ann" is MaryAnn.
func loginWords(name string) string {
	var joined strings.Builder
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == ' ' || r == '-' }) {
		letters := loginLetters(word)
		if letters != "" {
			joined.WriteString(strings.ToUpper(letters[:1]) + letters[1:])
		}
	}
	return joined.String()
}

// withoutDecomposition are the Latin letters that Unicode does not take apart.
var withoutDecomposition = strings.NewReplacer(
	"ß", "ss", "ẞ", "SS", "æ", "ae", "Æ", "Ae", "œ", "oe", "Œ", "Oe", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L",
	"đ", "d", "Đ", "D", "ð", "d", "Ð", "D", "þ", "th", "Þ", "Th", "ı", "i", "ħ", "h", "Ħ", "H",
)

// loginLetters keeps what a login name may have, accents taken off: "Zoë" is Zoe.
func loginLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) || notAlphanumeric(r) {
			return -1
		}
		return r
	}, norm.NFD.String(withoutDecomposition.Replace(norm.NFC.String(s))))
}

func shortened(name string, max int) string { return name[:min(len(name), max)] }
