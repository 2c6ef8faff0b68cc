package onboarding

import "strings"

// commitmentAlphabet has no letter that is read as a digit (Crockford's base 32): I, L, O
// and U are missing.
const commitmentAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	commitmentPrefix  = "C"
	commitmentSymbols = 8
)

// CommitmentNumber writes 40 random bits as a Commitment ID, "C-7Q2M-4KXD".
func CommitmentNumber(random [5]byte) string {
	bits := uint64(0)
	for _, b := range random {
		bits = bits<<8 | uint64(b)
	}
	symbols := make([]byte, commitmentSymbols)
	for i := range symbols {
		symbols[commitmentSymbols-1-i] = commitmentAlphabet[bits&31]
		bits >>= 5
	}
	return spelledNumber(string(symbols))
}

func spelledNumber(symbols string) string {
	const half = commitmentSymbols / 2
	return commitmentPrefix + "-" + symbols[:half] + "-" + symbols[half:]
}

// mistakable are the letters that people type for the digits that were printed.
var mistakable = strings.NewReplacer("O", "0", "I", "1", "L", "1")

// ParseCommitmentNumber reads a Commitment ID as people type it: in lower case, with or
// without dashes, blanks and the leading C, with O for 0 and I or L for 1.
//
// Codes: required, malformed.
func ParseCommitmentNumber(typed string) (string, Fault) {
	if strings.TrimSpace(typed) == "" {
		return "", Fault{"required", "Enter the Commitment ID."}
	}
	if len(typed) > maxTypedIdentifier {
		return "", commitmentNumberForm
	}
	symbols := strings.ToUpper(withoutSeparators(typed))
	if len(symbols) == len(commitmentPrefix)+commitmentSymbols || separated(typed) {
		symbols = strings.TrimPrefix(symbols, commitmentPrefix)
	}
	symbols = mistakable.Replace(symbols)
	if len(symbols) != commitmentSymbols || strings.Trim(symbols, commitmentAlphabet) != "" {
		return "", commitmentNumberForm
	}
	return spelledNumber(symbols), Fault{}
}

// separated reports whether the leading C stands apart: it is no symbol of the number then.
func separated(typed string) bool {
	rest, found := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(typed)), commitmentPrefix)
	return found && withoutSeparators(firstRunes(rest, 1)) == ""
}

var commitmentNumberForm = Fault{"malformed", "A Commitment ID is C followed by eight letters and digits, such as C-7Q2M-4KXD. Compare it with the one you were given."}
