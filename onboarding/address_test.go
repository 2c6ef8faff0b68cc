package onboarding

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParsePostalCode_ReadsTheFormsOfBothCountries(t *testing.T) {
	t.Parallel()
	for _, code := range []struct{ country, typed, want string }{
		{"US", " 22102 ", "22102"},
		{"US", "22102-1234", "22102-1234"},
		{"US", "221021234", "22102-1234"},
		{"CA", "m5v3l9", "M5V 3L9"},
		{"CA", "M5V 3L9", "M5V 3L9"},
		{"CA", "M5V-3L9", "M5V 3L9"},
	} {
		read, fault := ParsePostalCode(code.country, code.typed)
		require.Zero(t, fault, code.typed)
		require.Equal(t, code.want, read)
	}
}

func TestParsePostalCode_RefusesOtherForms(t *testing.T) {
	t.Parallel()
	for _, code := range []struct{ country, typed, want string }{
		{"US", "", "required"},
		{"US", "2210", "malformed"},
		{"US", "221022", "malformed"},
		{"US", "M5V 3L9", "malformed"},
		{"US", "２２１０２", "malformed"},
		{"CA", "", "required"},
		{"CA", "22102", "malformed"},
		{"CA", "D5V 3L9", "malformed"},
		{"CA", "W5V 3L9", "malformed"},
		{"CA", "M5O 3L9", "malformed"},
		{"CA", "M5V  3L9", "malformed"},
	} {
		_, fault := ParsePostalCode(code.country, code.typed)
		require.Equal(t, code.want, fault.Code, "%q", code.typed)
	}
}

func TestParseState_TakesAbbreviationsAndNames(t *testing.T) {
	t.Parallel()
	usa, fault := ParseCountry("")
	require.Zero(t, fault)
	canada, fault := ParseCountry("CA")
	require.Zero(t, fault)

	for typed, want := range map[string]string{"VA": "VA", "va": "VA", "District of Columbia": "DC", "PR": "PR", "AE": "AE"} {
		state, fault := ParseState(usa, typed)
		require.Zero(t, fault, typed)
		require.Equal(t, want, state)
	}
	_, fault = ParseState(canada, "VA")
	require.Equal(t, "invalid_choice", fault.Code)
	_, fault = ParseState(canada, "")
	require.Equal(t, Fault{"required", "Choose the province."}, fault)
}

func FuzzParsePostalCode(f *testing.F) {
	f.Add("US", "22102-1234")
	f.Add("CA", "m5v3l9")
	f.Fuzz(func(t *testing.T, country, typed string) {
		code, fault := ParsePostalCode(country, typed)
		if fault.Found() {
			return
		}
		again, fault := ParsePostalCode(country, code)
		require.Zero(t, fault)
		require.Equal(t, code, again)
	})
}
