package applicationjson

import (
	"encoding/json"

	"github.com/latchkey/latchkey/onboarding"
)

// CustomerPatch is the JSON text of a part of the section customer: what it leaves out
// stays, an empty member takes its default again.
type CustomerPatch json.RawMessage

// Over is the answers with the patch laid over their section customer. An e-mail address
// that changes must come with its repetition, which guards against a mistyped one. The
// text must have been held against the schema of Customer: what cannot be read stays.
func (p CustomerPatch) Over(answers onboarding.Answers) onboarding.Answers {
	application := FromAnswers(answers)
	patched := application.Customer
	if err := json.Unmarshal(p, &patched); err != nil {
		return answers
	}
	if patched.Email != application.Customer.Email && patched.EmailConfirmation == application.Customer.EmailConfirmation {
		patched.EmailConfirmation = ""
	}
	application.Customer = patched
	return application.Answers()
}
