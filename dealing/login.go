package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// LoginObstacle says why a desired login name cannot be taken now; the zero Fault when
// it can. Only the run itself reserves it, so the answer is good for a form, not a promise.
func (d *Desk) LoginObstacle(ctx context.Context, typed string) (onboarding.Fault, error) {
	name, fault := onboarding.ParseLoginName(typed)
	if fault.Found() {
		return fault, nil
	}
	taken, err := d.store.TakenLoginNames(ctx, []string{onboarding.LoginKey(name)})
	if err != nil || !taken[onboarding.LoginKey(name)] {
		return onboarding.Fault{}, err
	}
	return onboarding.Fault{Code: string(onboarding.ReasonLoginTaken), Message: onboarding.LoginTakenMessage}, nil
}

// maxSuggestionInput keeps hostile input cheap; no name or address is longer.
const maxSuggestionInput = 254

// SuggestLogin is the login name that a customer would get when none is chosen; empty
// when every suggestion is taken.
func (d *Desk) SuggestLogin(ctx context.Context, firstName, lastName, email string) (string, error) {
	var problems onboarding.Problems
	for _, part := range []struct{ field, typed string }{{"first_name", firstName}, {"last_name", lastName}, {"email", email}} {
		if _, fault := onboarding.ParseLine(part.typed, maxSuggestionInput); fault.Found() {
			problems = append(problems, onboarding.Problem{Field: part.field, Code: fault.Code, Message: fault.Message})
		}
	}
	if len(problems) > 0 {
		return "", &Invalid{problems}
	}
	suggestions := onboarding.SuggestLogins(firstName, lastName, email)
	keys := make([]string, len(suggestions))
	for i, suggestion := range suggestions {
		keys[i] = onboarding.LoginKey(suggestion)
	}
	taken, err := d.store.TakenLoginNames(ctx, keys)
	if err != nil {
		return "", err
	}
	for i, suggestion := range suggestions {
		if !taken[keys[i]] {
			return suggestion, nil
		}
	}
	return "", nil
}
