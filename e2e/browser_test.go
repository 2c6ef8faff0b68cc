package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// browser is a tab of a real Chromium. Its time is real: the pages it looks at poll.
type browser struct{ context.Context }

func openBrowser(t *testing.T) browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	require.NotEmpty(t, path, "there is no Chromium on PATH: tools/debian-packages installs it")
	running, stop := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1400, 1400),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	)...)
	t.Cleanup(stop)
	tab, closeTab := chromedp.NewContext(running)
	t.Cleanup(closeTab)
	require.NoError(t, chromedp.Do(tab)) // opens it here: what opens a tab closes it when it times out
	limited, cancel := context.WithTimeout(tab, patience)
	t.Cleanup(cancel)
	b := browser{limited}
	t.Cleanup(func() { showIfFailed(t, tab) })
	return b
}

// do drives the page and fails the test when it cannot.
func (b browser) do(t *testing.T, doing string, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	require.NoError(t, chromedp.Do(b, steps...), doing)
}

// spot finds the element that a person would click: the first that can be used, is seen and
// not covered, and says exactly this.
const spot = `(css, says) => {
	for (const element of document.querySelectorAll(css)) {
		if (element.disabled || !element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue
		if (says !== "" && element.innerText.trim() !== says) continue
		element.scrollIntoView({block: "center", behavior: "instant"})
		const box = element.getBoundingClientRect()
		const at = [box.x + box.width / 2, box.y + box.height / 2]
		if (element.contains(document.elementFromPoint(...at))) return at
	}
	return []
}`

// click clicks with the mouse, once the element is there and has stopped moving. says ""
// takes whatever it says.
func (b browser) click(t *testing.T, css, says string) {
	t.Helper()
	var before []float64
	at := await(t, css+" "+says, func() ([]float64, bool) {
		at := evaluate[[]float64](t, b, spot, css, says)
		still := len(at) == 2 && slices.Equal(at, before)
		before = at
		return at, still
	})
	b.do(t, "click "+css, chromedp.MouseClickXY(at[0], at[1]))
}

// texts are what the elements say that the selector finds, seen or not.
func (b browser) texts(t *testing.T, css string) []string {
	t.Helper()
	return evaluate[[]string](t, b, `(css => [...document.querySelectorAll(css)].map(found => found.innerText.trim()))`, css)
}

// evaluate calls a JavaScript function.
func evaluate[T any](t *testing.T, b browser, function string, args ...string) T {
	t.Helper()
	encoded, err := json.Marshal(append([]string{}, args...)) // null is not iterable
	require.NoError(t, err)
	result, err := chromedp.Run(b, chromedp.Evaluate[T](fmt.Sprintf("(%s)(...%s)", function, encoded)))
	require.NoError(t, err)
	return result
}

// pasted puts a text where the cursor is. Typed key by key, an editor would add brackets
// of its own.
func pasted(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// showIfFailed keeps a picture of the page.
func showIfFailed(t *testing.T, tab context.Context) {
	if !t.Failed() {
		return
	}
	picture, err := chromedp.Run(tab, chromedp.FullScreenshot(100))
	if err != nil {
		t.Logf("no picture of the page: %v", err)
		return
	}
	path := filepath.Join(t.ArtifactDir(), "page.png")
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		t.Logf("no picture of the page: %v", err)
		return
	}
	t.Logf("the page looked like %s, which go test -artifacts keeps", path)
}
