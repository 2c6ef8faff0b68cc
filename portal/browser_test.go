package portal_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// browser is a real one. It fails the test for a request that leaves the machine and for
// anything that the page complains of, a broken content policy above all.
type browser struct {
	t   *testing.T
	ctx context.Context
	url string
	// friend is another site that the test sends people to; none when empty.
	friend string
	// wide is part of the pictures' names.
	wide width

	mu         sync.Mutex
	complaints []string
}

// width is what a person looks at.
type width int64

const (
	desktop width = 1280
	phone   width = 360
)

const chromium = "/usr/bin/chromium"

func (h *house) browser(t *testing.T, wide width, more ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("force-prefers-reduced-motion", true)) // a page that scrolls smoothly moves under the pointer
	allocated, cancelAllocator := chromedp.NewExecAllocator(t.Context(), append(options, more...)...)
	t.Cleanup(cancelAllocator)
	b := &browser{t: t, url: h.url, wide: wide}
	ctx, cancel := chromedp.NewContext(allocated, chromedp.WithListener(b.listen))
	t.Cleanup(cancel)
	ctx, cancelTimeout := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancelTimeout)
	b.ctx = ctx
	b.do(chromedp.EmulateViewport(int64(wide), 800))
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		if address := event.Request.URL; !strings.HasPrefix(address, b.url) && (b.friend == "" || !strings.HasPrefix(address, b.friend)) && !strings.HasPrefix(address, "data:") && !strings.HasPrefix(address, "about:") {
			b.complaints = append(b.complaints, "asked for "+address)
		}
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+event.ExceptionDetails.Text)
	}
}

func (b *browser) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(b.t, b.complaints)
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...))
}

func evaluate[T any](b *browser, expression string) T {
	b.t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	require.NoError(b.t, err, expression)
	return got
}

func (b *browser) withoutScripts() *browser {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(b.t, err)
	return b
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
}

// forgetSession ends the session as time does.
func (b *browser) forgetSession() {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{})
	require.NoError(b.t, err)
}

// named is a field by the name of its question.
func named(name string) chromedp.CSS { return chromedp.CSS(fmt.Sprintf("[name=%q]", name)) }

func (b *browser) fill(name, value string) {
	b.t.Helper()
	evaluate[bool](b, fmt.Sprintf("document.querySelector(%q).value = '', true", named(name)))
	b.do(chromedp.SendKeys(named(name), value))
}

// pick chooses an entry of a list, or a radio button, as a click does.
func (b *browser) pick(name, value string) {
	b.t.Helper()
	at := fmt.Sprintf("input[name=%q][value=%q]", name, value)
	if evaluate[bool](b, fmt.Sprintf("!!document.querySelector(%q)", at)) {
		b.do(chromedp.Click(chromedp.CSS(at)))
		return
	}
	evaluate[bool](b, fmt.Sprintf(`(() => { const list = document.querySelector('select[name=%q]'); list.value = %q; list.dispatchEvent(new Event("change", {bubbles: true})); return true })()`, name, value))
	require.Equal(b.t, value, evaluate[string](b, fmt.Sprintf(`document.querySelector('select[name=%q]').value`, name)))
}

// press clicks the button or link with these words and waits for the page it leads to.
func (b *browser) press(words string) {
	b.t.Helper()
	target := fmt.Sprintf(`//main//*[(self::button and not(@aria-hidden) or self::a) and starts-with(normalize-space(.), %q)]`, words)
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	_, err := chromedp.RunResponse(ctx, chromedp.Click(target))
	require.NoError(b.t, err, "%s on %s", words, b.text())
}

// unfold opens or closes what stands behind a heading.
func (b *browser) unfold(words string) {
	b.t.Helper()
	b.do(chromedp.Click(fmt.Sprintf(`//main//summary[starts-with(normalize-space(.), %q)]`, words)))
}

func (b *browser) path() string {
	b.t.Helper()
	return evaluate[string](b, "location.pathname")
}

func (b *browser) value(name string) string {
	b.t.Helper()
	return evaluate[string](b, fmt.Sprintf("document.querySelector(%q).value", named(name)))
}

func (b *browser) text() string {
	b.t.Helper()
	return evaluate[string](b, "document.querySelector('main').innerText")
}

func (b *browser) sees(words string) {
	b.t.Helper()
	require.Contains(b.t, b.text(), words)
}

// awaits waits until a person would see the words and could go on: what has just come does
// not listen until htmx has settled it.
func (b *browser) awaits(words string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool { return strings.Contains(b.text(), words) && b.settled() }, 20*time.Second, 50*time.Millisecond, words)
}

func (b *browser) settled() bool {
	b.t.Helper()
	return evaluate[bool](b, `!document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")`)
}

func (b *browser) signIn(login string) {
	b.t.Helper()
	b.open("/sign-in")
	b.fill("/login_name", login)
	b.fill("/password", password)
	b.press("Sign in")
}

var axe = sync.OnceValues(func() ([]byte, error) { return os.ReadFile("testdata/axe-4.14.1.min.js") })

// accessible fails for anything that axe finds, whatever its impact.
func (b *browser) accessible(name string) {
	b.t.Helper()
	source, err := axe()
	require.NoError(b.t, err)
	evaluate[bool](b, string(source)+"; true")
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations
		.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + (n.any[0]?.message ?? n.failureSummary)).join("; ")).join("\n"))`, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err)
	require.Empty(b.t, found, name)
	require.LessOrEqual(b.t, evaluate[int](b, "document.documentElement.scrollWidth - innerWidth"), 0, "%s is wider than the screen", name)
}

// shoot keeps a picture of the page among the test's artefacts.
func (b *browser) shoot(name string) {
	b.t.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(filepath.Join(b.t.ArtifactDir(), fmt.Sprintf("%s-%d.png", name, b.wide)), picture, 0o600))
}

// look holds one page against everything that is asked of each.
func (b *browser) look(name string) {
	b.t.Helper()
	b.accessible(name)
	b.shoot(name)
	b.quiet()
}
