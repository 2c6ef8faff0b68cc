package letter

// Code names what went wrong, in the words that logs, Temporal and the runbook use.
type Code string

const (
	// CodeFactsIncomplete means a fact that the letter cannot do without is missing or is no web address.
	// Rendering again cannot help; the facts have to change.
	CodeFactsIncomplete Code = "letter_facts_incomplete"
	// CodeRenderFailed means the letter could not be drawn. It is a bug in this package, never a matter of the facts.
	CodeRenderFailed Code = "letter_render_failed"
	// CodeLogoUnreadable means the bytes are no PNG or JPEG picture.
	CodeLogoUnreadable Code = "logo_unreadable"
	// CodeLogoTooLarge means the picture has more pixels than [NormalizeLogo] accepts.
	CodeLogoTooLarge Code = "logo_too_large"
)

// Error is the only error type of this package. It carries a code and, for incomplete facts, the name of the field;
// never a value, because every value here is personal data or a secret.
type Error struct {
	Code  Code
	Field string
}

func (e *Error) Error() string {
	if e.Field == "" {
		return string(e.Code)
	}
	return string(e.Code) + ": " + e.Field
}
