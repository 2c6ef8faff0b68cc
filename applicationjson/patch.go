package applicationjson

import (
	"encoding/json"

	"github.com/latchkey/latchkey/onboarding"
)

// Patch is a part of an application, as a client sent it: a JSON object whose members
// replace those of the application, one by one and however deep (RFC 7396). An empty
// member, or null, means its default; a list is replaced whole. Other members than an
// application's are passed over.
type Patch []byte

// Over is the answers with the patch applied. The patch must have been held against the
// schema of an application before: one that is none is a fault of ours, and panics.
func (p Patch) Over(answers onboarding.Answers) onboarding.Answers {
	was, err := json.Marshal(FromAnswers(answers))
	if err != nil {
		panic(err)
	}
	var application Application
	merged, err := json.Marshal(merge(object(was), object(p)))
	if err == nil {
		err = json.Unmarshal(merged, &application)
	}
	if err != nil {
		panic(err)
	}
	return application.Answers()
}

func object(encoded []byte) map[string]any {
	var members map[string]any
	if err := json.Unmarshal(encoded, &members); err != nil {
		panic(err)
	}
	return members
}

func merge(into, patch map[string]any) map[string]any {
	for name, value := range patch {
		inner, isObject := value.(map[string]any)
		switch was, _ := into[name].(map[string]any); {
		case value == nil:
			delete(into, name)
		case isObject && was != nil:
			into[name] = merge(was, inner)
		default:
			into[name] = value
		}
	}
	return into
}
