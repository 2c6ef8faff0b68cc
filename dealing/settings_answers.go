package dealing

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/latchkey/latchkey/onboarding"
)

// answerReader reads the answers of one form and collects everything that is wrong.
type answerReader struct {
	// at stands before the name of every field, for a form that is a part of another.
	at       string
	problems onboarding.Problems
}

func (r *answerReader) note(field string, fault onboarding.Fault) {
	if fault.Found() {
		r.problems = append(r.problems, onboarding.Problem{Field: r.at + field, Code: fault.Code, Message: fault.Message})
	}
}

// err is *Invalid when something was wrong.
func (r *answerReader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return &Invalid{r.problems}
}

// line reads a text that may be left out.
func (r *answerReader) line(field, typed string, most int) string {
	line, fault := onboarding.ParseLine(typed, most)
	r.note(field, fault)
	return line
}

// needed reads a text that must be there; asking is the sentence for whoever left it out.
func (r *answerReader) needed(field, typed string, most int, asking string) string {
	line, fault := onboarding.ParseLine(typed, most)
	if !fault.Found() && line == "" {
		fault = onboarding.Fault{Code: "required", Message: asking}
	}
	r.note(field, fault)
	return line
}

// maxThingName is how long the name of a station, a receiver or a template may be.
const maxThingName = 60

func (r *answerReader) name(typed string) string {
	return r.needed("/name", typed, maxThingName, "Enter a name.")
}

// email reads an address that may be left out.
func (r *answerReader) email(field, typed string) string {
	if strings.TrimSpace(typed) == "" {
		return ""
	}
	email, fault := onboarding.ParseEmail(typed)
	r.note(field, fault)
	return email
}

// phone reads a number that may be left out. It stays as it was written: it is for people.
func (r *answerReader) phone(field, typed string) string {
	if strings.TrimSpace(typed) == "" {
		return ""
	}
	if _, fault := onboarding.ParsePhone(typed, "US"); fault.Found() {
		r.note(field, fault)
		return ""
	}
	return r.line(field, typed, 40)
}

// choice reads one of choices.
func (r *answerReader) choice(field, typed string, choices []onboarding.Choice) string {
	for _, choice := range choices {
		if choice.Value == typed {
			return typed
		}
	}
	words := make([]string, len(choices))
	for i, choice := range choices {
		words[i] = choice.Value
	}
	r.note(field, onboarding.Fault{Code: "invalid_choice", Message: fmt.Sprintf("Choose one of: %s.", strings.Join(words, ", "))})
	return ""
}

// web reads the address of a web site that may be left out.
func (r *answerReader) web(field, typed string) string {
	line := r.line(field, typed, 200)
	if line == "" {
		return ""
	}
	parsed, err := url.Parse(line)
	if err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Hostname() == "" || parsed.User != nil || strings.ContainsAny(line, " \\\"<>") {
		r.note(field, onboarding.Fault{Code: "malformed", Message: "Enter the whole address of the web site, such as https://www.example.com."})
		return ""
	}
	return line
}

var colourForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// colour reads a colour that may be left out.
func (r *answerReader) colour(field, typed string) string {
	colour := strings.TrimSpace(typed)
	if colour != "" && !colourForm.MatchString(colour) {
		r.note(field, onboarding.Fault{Code: "malformed", Message: "Enter the colour as # and six digits 0-9 or letters A-F, such as #1F6FEB."})
		return ""
	}
	return strings.ToLower(colour)
}
