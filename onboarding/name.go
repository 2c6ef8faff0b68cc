package onboarding

import (
	"strings"
	"unicode"
)

const maxNameLength = 50

// ParseName reads a first or last name: letters of any script with their marks,
// digits, spaces, apostrophes, hyphens, full stops and commas, at least one letter,
// at most 50 characters. The typographic apostrophe of phone keyboards becomes the plain one.
//
// Codes: required, malformed, too_long.
func ParseName(typed string) (string, Fault) {
	name, fault := ParseLine(typed, maxNameLength)
	switch {
	case fault.Code == lineForm.Code:
		return "", nameForm
	case fault.Found():
		return "", fault
	case name == "":
		return "", Fault{"required", "Enter the customer's first and last name."}
	}
	name = strings.ReplaceAll(name, "’", "'")
	if strings.ContainsFunc(name, notOfAName) || !strings.ContainsFunc(name, unicode.IsLetter) {
		return "", nameForm
	}
	return name, Fault{}
}

var nameForm = Fault{"malformed", "Use letters, spaces, apostrophes, hyphens, full stops and commas only."}

func notOfAName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" '-.,·", r)
}
