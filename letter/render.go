package letter

// Render draws the letter as a PDF on letter-size paper. It fails with [CodeFactsIncomplete] when a needed fact is
// missing and with [CodeRenderFailed] when the PDF library does; what it is given never makes it panic. Characters that
// no embedded font has are printed as a visible substitute.
func Render(facts Facts) (pdf []byte, err error) {
	// gofpdf panics where it meets input it was not made for. One letter must not take the worker down, and the panic's
	// text may hold what was being drawn, so only the code leaves.
	defer func() {
		if recover() != nil {
			pdf, err = nil, &Error{Code: CodeRenderFailed}
		}
	}()

	content, err := Compose(facts)
	if err != nil {
		return nil, err
	}
	return paint(arrange(content, facts.tidied()))
}
