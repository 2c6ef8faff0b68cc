package onboarding

// Choice is one entry of a list in a form: the word an application carries and the
// label people read.
type Choice struct {
	Value string
	Label string
}

// offers reports whether value is one of choices.
func offers(choices []Choice, value string) bool {
	for _, choice := range choices {
		if choice.Value == value {
			return true
		}
	}
	return false
}
