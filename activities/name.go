package activities

import (
	"strings"

	"github.com/latchkey/latchkey/onboarding"
)

// Name is the activity's name of a step: register_module runs as RegisterModule, its
// method of Activities, in register_module.go. A step has one name everywhere.
func Name(step onboarding.Step) string {
	var name strings.Builder
	for word := range strings.SplitSeq(string(step), "_") {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return name.String()
}
