package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseLanguage_CanonicalisesTagsOfTheLanguagesWeOffer(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "en", " ": "en", "en": "en", "EN": "en", "en_us": "en-US", "es-mx": "es-MX", "es-419": "es-419",
		"fr": "fr", "FR-ca": "fr-CA", "fr-Latn-CA": "fr-CA", "en-u-ca-buddhist": "en",
	} {
		tag, fault := ParseLanguage(typed)
		require.Zero(t, fault, typed)
		require.Equal(t, want, tag)
	}
	for _, typed := range []string{"de", "pt-BR", "und", "und-US", "x-private", "english", "e\x00n", "en-", "en-US-u-co-phonebk-x-very-long-private-tag"} {
		_, fault := ParseLanguage(typed)
		require.Equal(t, "invalid_choice", fault.Code, typed)
	}
}

func FuzzParseLanguage(f *testing.F) {
	f.Add("fr-CA")
	f.Add("en-u-rg-gbzzzz")
	f.Fuzz(func(t *testing.T, typed string) {
		tag, fault := ParseLanguage(typed)
		if fault.Found() {
			return
		}
		again, fault := ParseLanguage(tag)
		require.Zero(t, fault)
		require.Equal(t, tag, again)
	})
}
