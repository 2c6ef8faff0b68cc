package onboarding

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseName_ReadsNamesOfPeople(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"John":                  "John",
		"  Mary  Ann ":          "Mary Ann",
		"O’Neill":               "O'Neill",
		"Jean-Luc":              "Jean-Luc",
		"Smith, Jr.":            "Smith, Jr.",
		"Zoe\u0308":             "Zoë",
		"김민준":                   "김민준",
		"محمد":                  "محمد",
		"Нина":                  "Нина",
		"क्षितिज":               "क्षितिज",
		"Gal·la":                "Gal·la",
		"John\u00a03rd":         "John 3rd",
		strings.Repeat("é", 50): strings.Repeat("é", 50),
	} {
		name, fault := ParseName(typed)
		require.Zero(t, fault, typed)
		require.Equal(t, want, name)
	}
}

func TestParseName_RefusesWhatNobodyIsCalled(t *testing.T) {
	t.Parallel()
	for typed, code := range map[string]string{
		"":                      "required",
		" \t ":                  "required",
		"12345":                 "malformed",
		"---":                   "malformed",
		"John\nDoe":             "malformed",
		"John\x00":              "malformed",
		"John\u202eeoD":         "malformed",
		"John\u200b":            "malformed",
		"John😀":                 "malformed",
		"\U00010400":            "malformed",
		"<b>John</b>":           "malformed",
		"=cmd()":                "malformed",
		"\xff\xfe":              "malformed",
		"John\ufffd":            "malformed",
		strings.Repeat("é", 51): "too_long",
	} {
		_, fault := ParseName(typed)
		require.Equal(t, code, fault.Code, "%q", typed)
	}
}

func FuzzParseName(f *testing.F) {
	for _, seed := range []string{"John", "O’Neill", "\u0308", "a\u0327\u0301", "\u202e", "Å"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		name, fault := ParseName(typed)
		if fault.Found() {
			return
		}
		again, fault := ParseName(name)
		require.Zero(t, fault)
		require.Equal(t, name, again)
	})
}
