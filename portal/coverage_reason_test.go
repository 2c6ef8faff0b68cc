package portal_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// lowCoverage has the carrier cover no address in full.
func (h *house) lowCoverage() {
	h.network = func() ([]onboarding.NetworkCoverage, error) {
		return []onboarding.NetworkCoverage{{Name: "AT&T", Coverage: onboarding.CoveragePartial, Recommended: true}}, nil
	}
}

func TestCoverageReason_IsKeptWithTheSystemAndSubmitted(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.lowCoverage()
	v := h.signedIn(t, "office")
	id := v.filled()
	path := "/drafts/" + id + "/section/system"
	require.Contains(t, v.get(path+"?coverage=show").body, "only in part")
	require.NotContains(t, v.get("/drafts/"+id+"/confirmation").body, "with low coverage")

	typed := []string{"version", "1", "action", "next", "/system/panel_type", "auto", "/system/module", h.demo.AvailableModules[0], "/coverage_override_reason"}
	for i, bad := range []string{strings.Repeat("x", 501), "a\u202eb"} {
		typed[1] = strconv.Itoa(i + 1) // what is wrong is kept as well
		wrong := v.post(path, append(typed, bad)...)
		require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
		require.Contains(t, wrong.body, `href="#coverage_override_reason"`)
	}
	typed[1] = "3"
	saved := v.post(path, append(typed, "Tested <b>on site</b>")...)
	require.Equal(t, "/drafts/"+id+"/section/pathway", saved.path)
	require.Contains(t, v.get(path).body, `value="Tested &lt;b&gt;on site&lt;/b&gt;"`)
	require.Contains(t, v.get("/drafts/"+id+"/confirmation").body, "<dt>Reason to create the account with low coverage</dt><dd>Tested &lt;b&gt;on site&lt;/b&gt;</dd>")
	done := v.post("/drafts/" + id + "/submit")
	_, answers, err := h.store.LatestAnswers(t.Context(), strings.Split(done.path, "/")[2])
	require.NoError(t, err)
	require.Equal(t, "Tested <b>on site</b>", answers.CoverageOverrideReason)
}

func TestCoverageReason_DoesNotStandInTheWayOfAnotherAccountType(t *testing.T) {
	t.Parallel()
	h := open(t)
	v := h.signedIn(t, "office")
	id := v.filled()
	v.post("/drafts/"+id+"/section/system", "version", "1", "action", "next", "/system/panel_type", "auto", "/coverage_override_reason", "Tested")
	v.post("/drafts/"+id+"/section/account", "version", "1", "action", "next", "/account/type", "standalone_video_access")
	require.NotContains(t, v.get("/drafts/"+id+"/confirmation").body, "with low coverage")
}

func TestWalk_LowCoverageAsksForAReason(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.signedIn(t, "office").filled()
	for _, wide := range []width{desktop, phone} {
		b := h.browser(t, wide)
		b.signIn("office")
		b.open("/drafts/" + id + "/section/system")
		b.unfold("Coverage Summary")
		b.awaits("Verizon 4G")
		require.NotContains(t, b.text(), "Reason to create the account")
	}
	h.lowCoverage()
	for _, wide := range []width{desktop, phone} {
		b := h.browser(t, wide)
		b.signIn("office")
		b.open("/drafts/" + id + "/section/system")
		b.awaits("Reason to create the account with low coverage")
		b.unfold("Coverage Summary")
		b.sees("only in part")
		b.look("70-low-coverage")
		b.fill("/coverage_override_reason", "Tested on site")
		b.press("Next")
		b.open("/drafts/" + id + "/confirmation")
		b.sees("Tested on site")
	}
}
