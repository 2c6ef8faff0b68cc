package onboarding

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseModuleIdentifier_ReadsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]ModuleIdentifier{
		"4100000017":                  {ModuleSerial, "4100000017"},
		"  41 0000-0017 ":             {ModuleSerial, "4100000017"},
		"SN 4100000017":               {ModuleSerial, "4100000017"},
		"sn: 4100000017":              {ModuleSerial, "4100000017"},
		"0000000000":                  {ModuleSerial, "0000000000"},
		"113174100000017":             {ModuleSerial, "4100000017"},
		"11317-4100000017":            {ModuleSerial, "4100000017"},
		"12345-4100000017.01":         {ModuleSerial, "4100000017"},
		"4100000017.01":               {ModuleSerial, "4100000017"},
		"490154203237518":             {ModuleIMEI, "490154203237518"},
		"49-015420-323751-8":          {ModuleIMEI, "490154203237518"},
		"IMEI: 490154203237518":       {ModuleIMEI, "490154203237518"},
		"4901542032375101":            {ModuleIMEI, "490154203237518"}, // IMEISV
		"a10000009296f2":              {ModuleMEID, "A10000009296F2"},
		"A0 000000 00000 0":           {ModuleMEID, "A0000000000000"},
		"4100000017\u00a0":            {ModuleSerial, "4100000017"},
		"41\u20110000\u20130017":      {ModuleSerial, "4100000017"},
		"FF FFFF FFFF FFFF":           {ModuleMEID, "FFFFFFFFFFFFFF"},
		"MEID A1-0000009296F2":        {ModuleMEID, "A10000009296F2"},
		"11317 4100 0000 17 ":         {ModuleSerial, "4100000017"},
		strings.Repeat("9", 10) + " ": {ModuleSerial, "9999999999"},
	} {
		identifier, fault := ParseModuleIdentifier(typed)
		require.Equal(t, Fault{}, fault, typed)
		require.Equal(t, want, identifier, typed)
	}
}

// One in ten full serial numbers passes the check of an IMEI by chance.
func TestParseModuleIdentifier_PrefersTheSerialPrefixToTheCheckDigit(t *testing.T) {
	t.Parallel()
	body := "11317410000001"
	passing := body + string(luhnDigit(body))
	identifier, fault := ParseModuleIdentifier(passing)
	require.False(t, fault.Found())
	require.Equal(t, ModuleSerial, identifier.Kind())
	require.Equal(t, passing[5:], identifier.String())
}

func TestParseModuleIdentifier_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]struct{ code, says string }{
		"":                       {"required", "serial number or IMEI"},
		" \t\n":                  {"required", "serial number or IMEI"},
		"490154203237517":        {"bad_check_digit", "check digit"},
		"410000001":              {"malformed", "too short"},
		"41000000170":            {"malformed", "wrong length"},
		"11317410000001701":      {"malformed", "too long"},
		"1131741000000170":       {"malformed", "wrong length"}, // would read as a serial number the second time
		"8901260000000000000":    {"malformed", "ICCID"},
		"9F000000000000":         {"malformed", "A0 or above"},
		"A100000092":             {"malformed", "14 characters"},
		"A10000009296F2A":        {"malformed", "14 characters"},
		"G10000009296F2":         {"malformed", "last 10 digits"},
		"hello":                  {"malformed", "last 10 digits"},
		"4100000017\x00":         {"malformed", "last 10 digits"},
		"\u202e4100000017":       {"malformed", "last 10 digits"},
		"٤١٠٠٠٠٠٠١٧":             {"malformed", "last 10 digits"},
		"4100000017.1":           {"malformed", "last 10 digits"},
		"4100000017..1":          {"malformed", "last 10 digits"},
		"41000000170.11":         {"malformed", "last 10 digits"},
		strings.Repeat("1", 1e5): {"malformed", "last 10 digits"},
		"\xff\xfe":               {"malformed", "last 10 digits"},
	} {
		identifier, fault := ParseModuleIdentifier(typed)
		require.Equal(t, want.code, fault.Code, "%.40q", typed)
		require.Contains(t, fault.Message, want.says, "%.40q", typed)
		require.Equal(t, ModuleIdentifier{}, identifier)
	}
}

func TestModuleIdentifier_ShowsItsLastFourOnly(t *testing.T) {
	t.Parallel()
	identifier, _ := ParseModuleIdentifier("4100000017")
	require.Equal(t, "0017", identifier.Last4())
	require.Empty(t, ModuleIdentifier{}.Last4())
}

func TestParseModuleIdentifier_FindsEveryMistypedDigitOfAnIMEI(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[2-9][0-9]{13}`).Draw(t, "body")
		imei := []byte(body + string(luhnDigit(body)))
		_, fault := ParseModuleIdentifier(string(imei))
		require.False(t, fault.Found())

		at := rapid.IntRange(1, len(imei)-1).Draw(t, "at")
		imei[at] = '0' + (imei[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		_, fault = ParseModuleIdentifier(string(imei))
		require.Equal(t, "bad_check_digit", fault.Code)
	})
}

func FuzzParseModuleIdentifier(f *testing.F) {
	for _, typed := range []string{"4100000017", "113174100000017", "12345-4100000017.01", "490154203237518", "4901542032375101", "A10000009296F2", "1131741000000170", "SN:1", "\x00"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		identifier, fault := ParseModuleIdentifier(typed)
		if fault.Found() {
			require.NotEmpty(t, fault.Message)
			require.Equal(t, ModuleIdentifier{}, identifier)
			return
		}
		again, fault := ParseModuleIdentifier(identifier.String())
		require.Equal(t, Fault{}, fault)
		require.Equal(t, identifier, again)
	})
}
