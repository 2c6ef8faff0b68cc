package architecture

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

const runbook = "docs/runbook.md"

// sectionOf is the text under a reason's heading.
func sectionOf(t *testing.T, reason onboarding.Reason) string {
	t.Helper()
	_, section, found := strings.Cut(read(t, runbook), fmt.Sprintf("\n### %s\n", reason))
	require.True(t, found, "%s has no heading for %s", runbook, reason)
	if next := regexp.MustCompile(`(?m)^##`).FindStringIndex(section); next != nil {
		section = section[:next[0]]
	}
	return section
}

// Current Details and the API send people to the heading that is the reason's word.
func TestRunbook_ExplainsEveryReasonInTheWordsOfTheProduct(t *testing.T) {
	t.Parallel()
	for _, reason := range onboarding.Reasons() {
		assert.Contains(t, sectionOf(t, reason), "> "+reason.Message(), "%s", reason)
	}
}

func TestRunbook_KnowsNoOtherReasons(t *testing.T) {
	t.Parallel()
	for _, found := range regexp.MustCompile(`(?m)^### ([a-z_]+)$`).FindAllStringSubmatch(read(t, runbook), -1) {
		assert.True(t, onboarding.Reason(found[1]).Known(), "%s explains %s, which is no reason", runbook, found[1])
	}
}

var decisionsLine = regexp.MustCompile("(?m)^- parked at (`.*`): (`.*`)$")

func TestRunbook_OffersTheDecisionsThatAreAllowed(t *testing.T) {
	t.Parallel()
	words := func(line string) []string {
		var found []string
		for _, match := range quoted.FindAllStringSubmatch(line, -1) {
			found = append(found, match[1])
		}
		return found
	}
	for _, reason := range onboarding.Reasons() {
		lines := decisionsLine.FindAllStringSubmatch(sectionOf(t, reason), -1)
		assert.NotEmpty(t, lines, "%s says nowhere at which step it parks and what may be decided", reason)
		for _, line := range lines {
			for _, word := range words(line[1]) {
				step := onboarding.Step(word)
				known := slices.Contains(onboarding.EveryStep(), step)
				assert.True(t, known, "%s: %s is no step", reason, word)
				var allowed []string
				for _, action := range onboarding.AllowedActions(step, reason) {
					allowed = append(allowed, string(action))
				}
				assert.Equal(t, allowed, words(line[2]), "%s at %s", reason, step)
			}
		}
	}
}
