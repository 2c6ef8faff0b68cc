package onboarding

import (
	"fmt"
	"strings"
)

// Claims are what the rows of one file want for themselves alone. Nobody has it yet, so the
// facts do not tell that two rows want the same: the later one is told of the earlier.
type Claims struct {
	lines map[claim]int
	// logins are by LoginKey: names that rows have chosen, and names suggested to them.
	logins map[string]bool
}

// claim is a thing that can have one owner.
type claim struct{ field, value string }

// The fields whose values have one owner.
const (
	fieldAlternateID   = "/customer/operations/alternate_id"
	fieldLogin         = "/login/name"
	fieldModule        = "/system/module"
	fieldAccountNumber = "/forwarding/account_number"
)

var claimNames = map[string]string{
	fieldAlternateID:   "alternate ID",
	fieldLogin:         "login name",
	fieldModule:        "module",
	fieldAccountNumber: "account number",
}

// NewClaims begins with the login names that rows have chosen: a name that is suggested to
// an earlier row makes way for them, as it would for a customer who exists.
func NewClaims(rows []ImportRow) *Claims {
	c := &Claims{lines: map[claim]int{}, logins: map[string]bool{}}
	for _, row := range rows {
		if name, fault := ParseLoginName(row.Answers.Login.Name); !fault.Found() {
			c.logins[LoginKey(name)] = true
		}
	}
	return c
}

// Among are the facts for a row as they are among the rows of the file: the login names of
// others are taken. A name that the row has chosen itself is a matter of Take.
func (c *Claims) Among(row ImportRow, questions Questions, facts Facts) Facts {
	if !blank(row.Answers.Login.Name) {
		return facts
	}
	taken := make(map[string]bool, len(questions.LoginNames))
	for _, name := range questions.LoginNames {
		taken[name] = facts.TakenLoginNames[name] || c.logins[name]
	}
	facts.TakenLoginNames = taken
	return facts
}

// Take claims what a row wants, and tells what an earlier row of the file wants already.
// login is the name that it would get now, if any.
//
// Codes: duplicate_in_file.
func (c *Claims) Take(row ImportRow, questions Questions, facts Facts, login string) Problems {
	var problems Problems
	for _, wanted := range claimsOf(row, questions, facts) {
		earlier, taken := c.lines[wanted]
		if !taken {
			c.lines[wanted] = row.Line
			continue
		}
		name := claimNames[wanted.field]
		problems = append(problems, Problem{
			Field: wanted.field, Code: "duplicate_in_file",
			Message: fmt.Sprintf("Line %d of this file has the same %s. Each can be used once: correct one of the two.", earlier, name),
		})
	}
	if login != "" {
		c.logins[LoginKey(login)] = true
	}
	return problems
}

func claimsOf(row ImportRow, questions Questions, facts Facts) []claim {
	module := questions.Module
	if facts.Module != nil {
		module = facts.Module.ID // one module can be named by its serial number and by its IMEI
	}
	login, _ := ParseLoginName(row.Answers.Login.Name)
	number := questions.AccountNumber
	if number != "" {
		number = strings.ToLower(questions.ReceiverID) + " " + number
	}
	all := []claim{
		{fieldAlternateID, questions.AlternateID},
		{fieldLogin, LoginKey(login)},
		{fieldModule, module},
		{fieldAccountNumber, number},
	}
	wanted := all[:0]
	for _, one := range all {
		if one.value != "" {
			wanted = append(wanted, one)
		}
	}
	return wanted
}
