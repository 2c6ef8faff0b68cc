package onboarding

// Conflict is a fact of the world that forbids an effect although the application was
// in order when it was checked: somebody else was faster. It is told by a constraint
// of the database, never by looking first.
type Conflict struct {
	// Field points into the application, like Problem.Field.
	Field  string
	Reason Reason
}

// Error gives the code alone; a conflict never repeats what was typed.
func (c *Conflict) Error() string { return string(c.Reason) }

// Problem turns the conflict into the problem that the same fact gives at submission.
func (c *Conflict) Problem() Problem {
	return Problem{Field: c.Field, Code: string(c.Reason), Message: c.Reason.Message()}
}
