package onboarding

import "strings"

// fault makes a problem of a fault found at field; the zero Fault makes none.
func (c *checking) fault(field string, fault Fault) {
	if fault.Found() {
		c.problem(field, fault.Code, fault.Message)
	}
}

// choice reads a word of choices; empty is the first.
func (c *checking) choice(field, typed string, choices []Choice, message string) string {
	typed = strings.TrimSpace(typed)
	switch {
	case typed == "":
		return choices[0].Value
	case !offers(choices, typed):
		c.problem(field, "invalid_choice", message)
	}
	return typed
}

// line reads optional free text.
func (c *checking) line(field, typed string, max int) string {
	line, fault := ParseLine(typed, max)
	c.fault(field, fault)
	return line
}

// requiredLine reads free text that must be given; message asks for it.
func (c *checking) requiredLine(field, typed string, max int, message string) string {
	line, fault := ParseLine(typed, max)
	if !fault.Found() && line == "" {
		fault = Fault{"required", message}
	}
	c.fault(field, fault)
	return line
}
