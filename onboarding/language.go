package onboarding

import (
	"strings"

	"golang.org/x/text/language"
)

// Languages are the language preferences that a welcome letter exists in, the default first.
var Languages = []Choice{
	{"en", "English"},
	{"es", "Spanish"},
	{"fr", "French"},
}

// maxLanguageTag is the longest tag RFC 5646 (4.4.1) asks everybody to accept.
const maxLanguageTag = 35

// ParseLanguage reads a BCP 47 tag of a language we offer, with a region or without:
// "fr_ca" is fr-CA. Script, variants and extensions are left out; an empty tag is "en".
//
// Codes: invalid_choice.
func ParseLanguage(typed string) (string, Fault) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return Languages[0].Value, Fault{}
	}
	if len(typed) > maxLanguageTag {
		return "", languageChoice
	}
	tag, err := language.Parse(typed)
	if err != nil {
		return "", languageChoice
	}
	base, _, region := tag.Raw()
	if !offers(Languages, base.String()) {
		return "", languageChoice
	}
	if region == (language.Region{}) || region.String() == "ZZ" {
		return base.String(), Fault{}
	}
	return base.String() + "-" + region.String(), Fault{}
}

var languageChoice = Fault{"invalid_choice", "Choose a language preference from the list: English, Spanish or French."}
