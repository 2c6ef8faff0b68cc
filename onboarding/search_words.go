package onboarding

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	maxSearchWord  = 64
	maxSearchWords = 10
)

// SearchWords are the words that somebody typed to find a customer by, folded: lower case,
// without accents and punctuation, at most ten. A word may be only the beginning of one.
func SearchWords(typed string) []string {
	words := foldedWords(strings.Map(withoutApostrophes, typed))
	return words[:min(len(words), maxSearchWords)]
}

// SearchableWords are the words that a customer is found by, folded like SearchWords.
// Identifiers of the module are added by whoever knows them.
func SearchableWords(a Answers) []string {
	customer := a.Customer
	address := a.InstallationAddress()
	var words []string
	for _, text := range []string{
		customer.FirstName, customer.LastName, customer.CompanyName, a.Login.Name, customer.Operations.AlternateID,
		customer.Address.Street1, customer.Address.Street2, customer.Address.City, customer.Address.State, customer.Address.PostalCode,
		address.Street1, address.Street2, address.City, address.State, address.PostalCode, a.System.Module,
	} {
		words = append(words, spellings(text)...)
	}
	words = append(words, phoneWords(customer.Phone.Number)...)
	slices.Sort(words)
	return slices.Compact(words)
}

// spellings are the words of a text, with and without what may join them: O'Brien is found
// as obrien and as o brien, the alternate ID A-1001 as a1001 too.
func spellings(text string) []string {
	words := append(foldedWords(text), foldedWords(strings.Map(withoutApostrophes, text))...)
	if parts := strings.Fields(text); len(parts) == 1 {
		words = append(words, strings.Join(foldedWords(text), ""))
	}
	return slices.DeleteFunc(words, func(word string) bool { return word == "" })
}

// phoneWords are the ways in which people begin an American number, given in E.164.
func phoneWords(number string) []string {
	digits := strings.Map(onlyDigits, number)
	const country, national = 1, 10
	if len(digits) != country+national {
		return foldedWords(number)
	}
	local := digits[country:]
	return []string{digits, local, local[:3], local[3:], local[3:6], local[6:]}
}

func foldedWords(text string) []string {
	folded := strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(withoutDecomposition.Replace(text)))
	words := strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	for i, word := range words {
		words[i] = firstRunes(word, maxSearchWord)
	}
	return words
}

func firstRunes(word string, most int) string {
	if runes := []rune(word); len(runes) > most {
		return string(runes[:most])
	}
	return word
}

func withoutApostrophes(r rune) rune {
	if r == '\'' || r == '’' {
		return -1
	}
	return r
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}
