package onboarding

// Problem is an answer that breaks a rule. It is data for the person who typed the
// answer, never an error of the program.
//
// Field is a JSON pointer into the application (RFC 6901), Code a stable snake_case
// word, Message a full sentence that says what to do, in the seed's own words where
// it has them. A message never repeats what was typed: problems are stored, logged
// and carried by Temporal, and what was typed may be personal.
type Problem struct {
	Field   string
	Code    string
	Message string
}

// Problems is every problem of an application at once, in the order of its sections.
type Problems []Problem

// Has reports whether a problem with this code exists at this field.
func (p Problems) Has(field, code string) bool {
	for _, problem := range p {
		if problem.Field == field && problem.Code == code {
			return true
		}
	}
	return false
}
