package onboarding

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseEmail_ReadsOneAddress(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"john.doe@example.com":                 "john.doe@example.com",
		" John.Doe@EXAMPLE.com ":               "John.Doe@example.com",
		"john+tag@mail.example.com":            "john+tag@mail.example.com",
		"o'neill@example.com":                  "o'neill@example.com",
		"jane@münchen.example":                 "jane@xn--mnchen-3ya.example",
		"jane@xn--mnchen-3ya.example":          "jane@xn--mnchen-3ya.example",
		strings.Repeat("a", 64) + "@x.example": strings.Repeat("a", 64) + "@x.example",
	} {
		email, fault := ParseEmail(typed)
		require.Zero(t, fault, typed)
		require.Equal(t, want, email)
	}
}

func TestParseEmail_RefusesWhatIsNotOneAddress(t *testing.T) {
	t.Parallel()
	for typed, code := range map[string]string{
		"":                                     "required",
		"john":                                 "malformed",
		"john@":                                "malformed",
		"@example.com":                         "malformed",
		"john@localhost":                       "malformed",
		"john@127.0.0.1":                       "malformed",
		"john@[127.0.0.1]":                     "malformed",
		"john@example..com":                    "malformed",
		"john@-example.com":                    "malformed",
		"john@exa_mple.com":                    "malformed",
		"john@example.com.":                    "malformed",
		"john..doe@example.com":                "malformed",
		".john@example.com":                    "malformed",
		"John Doe <john@example.com>":          "malformed",
		"<john@example.com>":                   "malformed",
		"john@example.com (John)":              "malformed",
		"john@example.com, x@example.com":      "malformed",
		"john@example.com;x@example.com":       "malformed",
		`"john doe"@example.com`:               "malformed",
		"john@doe@example.com":                 "malformed",
		"john@exa\xd1mple.com":                 "malformed",
		"jöhn@example.com":                     "malformed",
		"john\r\nBcc: x@example.com":           "malformed",
		"john\x00@example.com":                 "malformed",
		"john@exam\u202eple.com":               "malformed",
		strings.Repeat("a", 65) + "@x.example": "malformed",
		"john@" + strings.Repeat("a.", 125) + "example": "too_long",
		"john@" + strings.Repeat("a", 64) + ".example":  "malformed",
	} {
		_, fault := ParseEmail(typed)
		require.Equal(t, code, fault.Code, "%q", typed)
	}
}

func FuzzParseEmail(f *testing.F) {
	for _, seed := range []string{"john.doe@example.com", "a@xn--mnchen-3ya.example", "\"a b\"@x.example", "a@b.c\u0301", "=?utf-8?q?x?=@x.example"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		email, fault := ParseEmail(typed)
		if fault.Found() {
			return
		}
		again, fault := ParseEmail(email)
		require.Zero(t, fault)
		require.Equal(t, email, again)
		require.LessOrEqual(t, len(email), 254)
		require.NotContains(t, email, "\n")
	})
}
