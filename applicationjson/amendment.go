package applicationjson

import "github.com/latchkey/latchkey/onboarding"

// Sections is a part of an application: the sections to replace, others left out.
type Sections struct {
	Account    *Account    `json:"account,omitempty"`
	Customer   *Customer   `json:"customer,omitempty"`
	Login      *Login      `json:"login,omitempty"`
	System     *System     `json:"system,omitempty"`
	Pathway    *Pathway    `json:"pathway,omitempty"`
	Package    *Package    `json:"package,omitempty"`
	Forwarding *Forwarding `json:"forwarding,omitempty"`
	Templates  *Templates  `json:"templates,omitempty"`
}

// Over is the answers with the given sections replaced whole.
func (s Sections) Over(answers onboarding.Answers) onboarding.Answers {
	application := FromAnswers(answers)
	replace(&application.Account, s.Account)
	replace(&application.Customer, s.Customer)
	replace(&application.Login, s.Login)
	replace(&application.System, s.System)
	replace(&application.Pathway, s.Pathway)
	replace(&application.Package, s.Package)
	replace(&application.Forwarding, s.Forwarding)
	replace(&application.Templates, s.Templates)
	return application.Answers()
}

func replace[T any](section *T, by *T) {
	if by != nil {
		*section = *by
	}
}
