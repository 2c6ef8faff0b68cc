package onboarding

import "strings"

// maxLoginLength is the seed's "less than 100".
const maxLoginLength = 99

// LoginTakenMessage is the seed's message for a login name that somebody has.
const LoginTakenMessage = "Invalid Login Name: Login already in use. Please enter another login."

const loginForm = "Login names must be less than 100 alphanumeric characters, and cannot already be taken by another user."

// ParseLoginName reads a desired login name: at most 99 ASCII letters and digits. Its
// case is kept for people to read; two names that differ in case alone are the same.
//
// Codes: required, malformed, too_long.
func ParseLoginName(typed string) (string, Fault) {
	name := strings.TrimSpace(typed)
	switch {
	case name == "":
		return "", Fault{"required", "Enter a login name."}
	case strings.ContainsFunc(name, notAlphanumeric):
		return "", Fault{"malformed", loginForm}
	case len(name) > maxLoginLength:
		return "", Fault{"too_long", loginForm}
	}
	return name, Fault{}
}

// LoginKey is the form in which login names are compared.
func LoginKey(name string) string { return strings.ToLower(name) }

// login holds the page "Create a login name". A name left empty becomes the first
// suggestion that nobody has.
func (c *checking) login() {
	const field = "/login/name"
	if c.later.login {
		return
	}
	if strings.TrimSpace(c.in.Login.Name) == "" {
		for _, suggestion := range c.in.suggestedLogins() {
			if !c.facts.TakenLoginNames[LoginKey(suggestion)] {
				c.out.Answers.Login.Name = suggestion
				return
			}
		}
		c.problem(field, string(ReasonLoginTaken), LoginTakenMessage)
		return
	}
	name, fault := ParseLoginName(c.in.Login.Name)
	c.fault(field, fault)
	if !fault.Found() && c.facts.TakenLoginNames[LoginKey(name)] {
		c.problem(field, string(ReasonLoginTaken), LoginTakenMessage)
	}
	c.out.Answers.Login.Name = name
}

func (a Answers) suggestedLogins() []string {
	return SuggestLogins(a.Customer.FirstName, a.Customer.LastName, a.Customer.Email)
}

func notAlphanumeric(r rune) bool {
	return !('0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z')
}
