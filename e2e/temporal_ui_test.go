package e2e

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/workflows"
)

func TestParkedOnboarding_IsSentOnFromTheFormOfTheTemporalUI(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newCustomer(t)
	release := s.registerElsewhere(t, c.serial())
	id := s.submit(t, c).ID
	parked := s.awaitPark(t, id, "register_module", "module_already_registered")
	release()

	b := openBrowser(t)
	b.do(t, "open the workflow's page", chromedp.Navigate(s.temporal.UIURL+"/namespaces/default/workflows/"+workflows.OnboardingWorkflowID(id)))
	details := b.currentDetails(t)
	require.Contains(t, details, parked.Message)
	form := formFor(t, details, "retry")
	form.By, form.Reason = "olga", "Released by the other dealer."

	b.openUpdateForm(t, "decide", "Decide about a parked run")
	stale := form
	stale.ParkNo = 9
	b.submitForm(t, stale)
	refused := await(t, "the form to say why it is refused", func() (string, bool) {
		said := strings.Join(b.texts(t, updateForm+` [role="alert"]`), "")
		return said, said != ""
	})
	require.Contains(t, refused, `"park_no" must be 1: an older number is a decision about an earlier park.`)
	require.Equal(t, parked, s.onboarding(t, id).Parked, "a refused decision changes nothing")

	b.submitForm(t, form)
	s.awaitEndOfPark(t, id, parked.ParkNo)
	s.complete(t, id)
	s.requireOneOfEach(t, id, c)
	require.Equal(t, 1, s.count(t, "onboarding_events WHERE onboarding_id = $1 AND kind = 'resumed' AND by = $2 AND note = $3", id, form.By, form.Reason))
}

// currentDetails reads what the page "User Metadata" shows of the run: the UI draws it in
// a frame that is given the text.
func (b browser) currentDetails(t *testing.T) string {
	t.Helper()
	b.click(t, `[data-testid="user-metadata-tab"]`, "")
	return await(t, "the workflow's current details", func() (string, bool) {
		shown := evaluate[[]string](t, b, `() => [...document.querySelectorAll("iframe")].map(frame => new URL(frame.src).searchParams.get("content") ?? "")`)
		all := strings.Join(shown, "\n")
		return all, strings.Contains(all, "## Parked")
	})
}

var formText = regexp.MustCompile("(?s)```json\n(.+?)\n```")

// formFor takes the JSON for an action out of the details, as one copies it.
func formFor(t *testing.T, details, action string) workflows.Decision {
	t.Helper()
	for _, found := range formText.FindAllStringSubmatch(details, -1) {
		var form workflows.Decision
		require.NoError(t, json.Unmarshal([]byte(found[1]), &form))
		if string(form.Action) == action {
			return form
		}
	}
	require.Failf(t, "the details have no such form", "%s in %s", action, details)
	return workflows.Decision{}
}

const updateForm = `[data-testid="update-confirmation-modal"][open]`

// openUpdateForm opens "Send an Update" and chooses the update by its name, beside which
// the UI shows our description.
func (b browser) openUpdateForm(t *testing.T, name, description string) {
	t.Helper()
	b.click(t, `button[aria-controls="workflow-actions"]`, "")
	b.click(t, `[data-testid="update-button"]`, "")
	b.click(t, updateForm+` [data-testid="update-select-button"]`, "")
	choice := updateForm + ` [role="option"]`
	shown := await(t, "the choice of updates", func() (string, bool) {
		options := b.texts(t, choice)
		for _, option := range options {
			if strings.HasPrefix(option, name) {
				return option, true
			}
		}
		return strings.Join(options, "\n"), false
	})
	require.Contains(t, shown, description)
	b.click(t, choice+" span", name)
}

// submitForm puts the JSON into the form's editor, in the place of what is there, and
// sends it.
func (b browser) submitForm(t *testing.T, form workflows.Decision) {
	t.Helper()
	encoded, err := json.Marshal(form)
	require.NoError(t, err)
	b.click(t, updateForm+` [role="textbox"]`, "")
	b.do(t, "fill the editor in", chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), pasted(string(encoded)))
	b.click(t, updateForm+` [data-testid="update-id"]`, "") // leaving the editor lays its text out, and moves the button
	b.click(t, updateForm+` [data-testid="confirm-modal-button"]`, "")
}
