package onboarding

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseAccountNumber_FollowsTheProtocol(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		protocol, typed, want, code, says string
	}{
		{ProtocolContactID, "1234", "1234", "", ""},
		{ProtocolContactID, " b1cf ", "B1CF", "", ""},
		{ProtocolContactID, "0000", "0000", "", ""},
		{ProtocolContactID, "12A4", "", "malformed", "no letter A"},
		{ProtocolContactID, "aaaa", "", "malformed", "no letter A"},
		{ProtocolContactID, "123", "", "malformed", "four characters"},
		{ProtocolContactID, "12345", "", "malformed", "four characters"},
		{ProtocolContactID, "A2345", "", "malformed", "four characters"},
		{ProtocolContactID, "12G4", "", "malformed", "four characters"},
		{ProtocolContactID, "1234\n5", "", "malformed", "four characters"},
		{ProtocolSIA, "1", "1", "", ""},
		{ProtocolSIA, "012345", "012345", "", ""},
		{ProtocolSIA, "1234567", "", "malformed", "one to six digits"},
		{ProtocolSIA, "12A4", "", "malformed", "one to six digits"},
		{ProtocolSIA, "١٢٣٤", "", "malformed", "one to six digits"},
		{ProtocolDC09, "abc", "ABC", "", ""},
		{ProtocolDC09, strings.Repeat("f", 16), strings.Repeat("F", 16), "", ""},
		{ProtocolDC09, "12", "", "malformed", "3 to 16"},
		{ProtocolDC09, strings.Repeat("f", 17), "", "malformed", "3 to 16"},
		{ProtocolDC09, "12-4", "", "malformed", "3 to 16"},
		{ProtocolDC09, " ", "", "required", "account number"},
		{"telex", "1234", "", "unknown_protocol", "another receiver"},
	} {
		number, fault := ParseAccountNumber(test.typed, test.protocol)
		require.Equal(t, test.code, fault.Code, "%s %q", test.protocol, test.typed)
		require.Contains(t, fault.Message, test.says)
		require.Equal(t, test.want, number)
	}
}

func FuzzParseAccountNumber(f *testing.F) {
	for _, protocol := range Protocols {
		for _, typed := range []string{"1234", "b1cf", "12A4", "", "\x00", "ſ123"} {
			f.Add(typed, protocol.Value)
		}
	}
	f.Fuzz(func(t *testing.T, typed, protocol string) {
		number, fault := ParseAccountNumber(typed, protocol)
		if fault.Found() {
			require.Empty(t, number)
			return
		}
		require.Equal(t, CanonicalAccountNumber(typed), number, "what is looked up is what is stored")
		again, fault := ParseAccountNumber(number, protocol)
		require.Equal(t, Fault{}, fault)
		require.Equal(t, number, again)
	})
}
