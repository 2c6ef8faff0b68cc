package portal

import (
	"strings"

	"github.com/latchkey/latchkey/onboarding"
)

// form builds the fields of a page. A field's name is the JSON pointer that problems use,
// so every problem finds its field.
type form struct {
	problems onboarding.Problems
	// fields are those built so far, in the order of the page.
	fields []field
	// anchors are the elements that problems link to, by pointer.
	anchors map[string]string
}

func newForm(problems onboarding.Problems) *form {
	return &form{problems: problems, anchors: map[string]string{}}
}

// field is one question of a form, with what was typed and what is wrong with it.
type field struct {
	ID    string
	Name  string
	Label string
	Hint  string
	// Value is what was typed or chosen; of a tick box, what it sends.
	Value    string
	Ticked   bool
	Error    string
	Required bool
	Options  []option
	// How the browser helps.
	Type         string
	Autocomplete string
	InputMode    string
	List         string
	// Width is how much of it a person will fill: a size of the stylesheet, or empty.
	Width string
}

// option is an entry of a list or a group of radio buttons.
type option struct {
	Value  string
	Label  string
	Help   string
	Group  string
	Chosen bool
}

// optionGroup is a run of options under one heading.
type optionGroup struct {
	Label   string
	Options []option
}

// Groups are the options by heading, in their order; one group without a heading when
// there are none.
func (f field) Groups() []optionGroup {
	var groups []optionGroup
	for _, o := range f.Options {
		if len(groups) == 0 || groups[len(groups)-1].Label != o.Group {
			groups = append(groups, optionGroup{Label: o.Group})
		}
		last := &groups[len(groups)-1]
		last.Options = append(last.Options, o)
	}
	return groups
}

// Short says that the options are a few words without an explanation.
func (f field) Short() bool {
	for _, o := range f.Options {
		if o.Help != "" || len(o.Label) > 10 {
			return false
		}
	}
	return true
}

// DescribedBy names the elements that explain the field to a screen reader.
func (f field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// shown is the field's value as a person reads it.
func (f field) shown() string {
	if f.Type == "checkboxes" {
		return f.chosen()
	}
	for _, o := range f.Options {
		switch {
		case o.Value != f.Value:
		case strings.HasPrefix(o.Label, "("): // asks to choose
			return ""
		default:
			return o.Label
		}
	}
	switch {
	case f.Type != "checkbox":
		return f.Value
	case f.Ticked:
		return "Yes"
	default:
		return "No"
	}
}

// chosen are the ticked ones of a group, in one line.
func (f field) chosen() string {
	var labels []string
	for _, o := range f.Options {
		if o.Chosen {
			labels = append(labels, o.Label)
		}
	}
	if len(labels) == 0 {
		return "None"
	}
	return strings.Join(labels, ", ")
}

// idOf is the element of a field; a JSON pointer has characters that an ID must not have.
func idOf(pointer string) string {
	return strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", "-")
}

func (f *form) add(made field, options ...fieldOption) field {
	made.ID = idOf(made.Name)
	made.Error = f.errorAt(made.Name)
	for _, change := range options {
		change(&made)
	}
	f.fields = append(f.fields, made)
	f.anchor(made.Name, made.ID)
	return made
}

// anchor makes the problems at pointer and below link to an element.
func (f *form) anchor(pointer, id string) { f.anchors[pointer] = id }

// errorAt is what is wrong at a pointer or below it.
func (f *form) errorAt(pointer string) string {
	var messages []string
	for _, problem := range f.problems {
		if problem.Field == pointer || strings.HasPrefix(problem.Field, pointer+"/") {
			messages = append(messages, problem.Message)
		}
	}
	return strings.Join(messages, " ")
}

// fieldOption changes a field while it is built.
type fieldOption func(*field)

func required(f *field) { f.Required = true }

func hint(text string) fieldOption { return func(f *field) { f.Hint = text } }

func width(size string) fieldOption { return func(f *field) { f.Width = size } }

func kind(inputType string) fieldOption { return func(f *field) { f.Type = inputType } }

func keyboard(mode string) fieldOption { return func(f *field) { f.InputMode = mode } }

func fills(what string) fieldOption { return func(f *field) { f.Autocomplete = what } }

func list(id string) fieldOption { return func(f *field) { f.List = id } }

// text is a field of one line.
func (f *form) text(pointer, label, value string, options ...fieldOption) field {
	return f.add(field{Name: pointer, Label: label, Value: value, Type: "text", Autocomplete: "off"}, options...)
}

// password is a field whose content is never sent back.
func (f *form) password(pointer, label, autocomplete string, options ...fieldOption) field {
	return f.add(field{Name: pointer, Label: label, Type: "password", Autocomplete: autocomplete}, options...)
}

// choice is a list or a group of radio buttons; value is the chosen one.
func (f *form) choice(pointer, label, value string, choices []option, options ...fieldOption) field {
	made := field{Name: pointer, Label: label, Value: value, Options: make([]option, len(choices))}
	for i, o := range choices {
		o.Chosen = o.Value == value
		made.Options[i] = o
	}
	return f.add(made, options...)
}

// tick is a box that sends yes when it is ticked.
func (f *form) tick(pointer, label string, ticked bool, options ...fieldOption) field {
	return f.add(field{Name: pointer, Label: label, Value: "yes", Ticked: ticked, Type: "checkbox"}, options...)
}

// ticks is a group of tick boxes of which any may be chosen; choices say which are.
func (f *form) ticks(pointer, label string, choices []option, options ...fieldOption) field {
	return f.add(field{Name: pointer, Label: label, Type: "checkboxes", Options: choices}, options...)
}

// summaryLine is one problem on top of a page.
type summaryLine struct {
	// Href is empty for a problem of no field on this page.
	Href    string
	Message string
}

// summary lists every problem with a link to its field. It is asked for when all fields
// are built.
func (f *form) summary() []summaryLine {
	var lines []summaryLine
	for _, problem := range f.problems {
		line := summaryLine{Message: problem.Message}
		if id, ok := f.anchorOf(problem.Field); ok {
			line.Href = "#" + id
		}
		lines = append(lines, line)
	}
	return lines
}

// anchorOf is the nearest element at a pointer or above it.
func (f *form) anchorOf(pointer string) (string, bool) {
	for pointer != "" {
		if id, ok := f.anchors[pointer]; ok {
			return id, true
		}
		pointer = pointer[:max(strings.LastIndex(pointer, "/"), 0)]
	}
	return "", false
}

// choicesOf turns the domain's choices into options.
func choicesOf(choices []onboarding.Choice) []option {
	options := make([]option, len(choices))
	for i, choice := range choices {
		options[i] = option{Value: choice.Value, Label: choice.Label}
	}
	return options
}

// namedOf turns what a dealer has into options.
func namedOf(things []onboarding.NamedID) []option {
	options := make([]option, len(things))
	for i, thing := range things {
		options[i] = option{Value: thing.ID, Label: thing.Name}
	}
	return options
}

// withNone puts an entry before the others that leaves the question open.
func withNone(label string, options []option) []option {
	return append([]option{{Label: label}}, options...)
}
