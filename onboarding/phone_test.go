package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParsePhone_ReadsNumbersAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for _, phone := range []struct{ typed, country, want string }{
		{"+1 571 555 0100", "US", "+15715550100"},
		{"(571) 555-0100", "US", "+15715550100"},
		{"571.555.0100", "CA", "+15715550100"},
		{"1-800-FLOWERS", "US", "+18003569377"},
		{"787 555 0100", "US", "+17875550100"},
		{"+44 20 7946 0958", "US", "+442079460958"},
	} {
		number, fault := ParsePhone(phone.typed, phone.country)
		require.Zero(t, fault, phone.typed)
		require.Equal(t, phone.want, number)
	}
}

func TestParsePhone_RefusesWhatCannotBeCalled(t *testing.T) {
	t.Parallel()
	for typed, code := range map[string]string{
		"":                      "required",
		"555-0100":              "malformed",
		"911":                   "malformed",
		"12345":                 "malformed",
		"571 555 0100 x12":      "malformed",
		"571 555 0100 or 0101":  "malformed",
		"call me: 571 555 0100": "malformed",
		"571 555 0100\x00":      "malformed",
		"000 000 0000":          "malformed",
		"+999 555 0100":         "malformed",
		"571 555 0100 0000 0000 0000 0000 0000 0000": "malformed",
	} {
		_, fault := ParsePhone(typed, "US")
		require.Equal(t, code, fault.Code, "%q", typed)
	}
}

func FuzzParsePhone(f *testing.F) {
	f.Add("+1 571 555 0100", true)
	f.Add("0044 20 7946 0958", false)
	f.Fuzz(func(t *testing.T, typed string, canadian bool) {
		country := "US"
		if canadian {
			country = "CA"
		}
		number, fault := ParsePhone(typed, country)
		if fault.Found() {
			return
		}
		require.Regexp(t, `^\+[1-9][0-9]{6,14}$`, number)
		again, fault := ParsePhone(number, country)
		require.Zero(t, fault)
		require.Equal(t, number, again)
	})
}
