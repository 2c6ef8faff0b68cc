package portal_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/datamatrix"
	"github.com/boombuler/barcode/qr"
	permission "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// iccid is the number of a SIM card, which stands on modules too and identifies none.
const iccid = "89148000001234567895"

func TestScan_FillsInWhatTheCameraReads(t *testing.T) {
	t.Parallel()
	for name, label := range map[string]func(serial string) []printed{
		"Code 128 beside another": func(serial string) []printed {
			return []printed{{code128Of, iccid, image.Rect(60, 50, 580, 180)}, {code128Of, serial, image.Rect(60, 270, 580, 400)}}
		},
		"QR code with a label": func(serial string) []printed {
			return []printed{{qrOf, "SN:" + serial, image.Rect(170, 90, 470, 390)}}
		},
		"Data Matrix": func(serial string) []printed {
			return []printed{{datamatrix.Encode, serial, image.Rect(190, 110, 450, 370)}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			house := open(t)
			serial := house.demo.AvailableModules[0]
			b := house.browser(t, phone, camera(t, label(serial)...)...)
			b.openSystem()
			b.awaits("Scan the barcode")
			require.Less(t, evaluate[int](b, fetched), 150_000, "the page before anything is scanned")
			b.do(chromedp.Click(scanButton))
			b.awaits("Read from the barcode: " + serial)
			require.Equal(t, serial, b.value("/system/module"))
			require.Equal(t, "system-module", evaluate[string](b, "document.activeElement.id"))
			require.False(t, evaluate[bool](b, "document.querySelector('dialog').open"))
			b.awaits("Found: ")
			b.look("scan-read")
			b.press("Next")
			b.sees("Default Communication Pathway")
			b.quiet()
		})
	}
}

func TestScan_FetchesNoReaderWhereTheBrowserHasOne(t *testing.T) {
	t.Parallel()
	house := open(t)
	b := house.browser(t, phone, camera(t)...)
	serial := house.demo.AvailableModules[0]
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf(`
		globalThis.BarcodeDetector = class {
			static async getSupportedFormats() { return ["code_128", "data_matrix", "ean_13", "qr_code"]; }
			async detect() { return [{rawValue: %q}]; }
		}`, serial)})
	require.NoError(t, err)
	b.openSystem()
	b.do(chromedp.Click(scanButton))
	b.awaits("Read from the barcode: " + serial)
	require.False(t, evaluate[bool](b, `performance.getEntriesByType("resource").some(one => /barcode-detector|wasm/.test(one.name))`))
	b.quiet()
}

func TestScan_EscapeClosesAndStopsTheCamera(t *testing.T) {
	t.Parallel()
	b := open(t).browser(t, phone, camera(t, printed{code128Of, iccid, image.Rect(60, 150, 580, 330)})...)
	b.openSystem()
	b.do(chromedp.Click(scanButton))
	b.awaits("That barcode is not a serial number or an IMEI.")
	b.look("scan-looking")
	const live = "window.seen.every(track => track.readyState === 'live')"
	require.True(t, evaluate[bool](b, "window.seen = document.querySelector('dialog video').srcObject.getTracks(), "+live))
	b.do(chromedp.KeyEvent(kb.Escape))
	require.False(t, evaluate[bool](b, "document.querySelector('dialog').open"))
	require.False(t, evaluate[bool](b, live))
	require.Equal(t, "Scan the barcode", evaluate[string](b, "document.activeElement.innerText"))
	require.Empty(t, b.value("/system/module"))
	b.quiet()
}

func TestScan_SaysWhyThereIsNoPicture(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		setting permission.PermissionSetting
		flags   []chromedp.ExecAllocatorOption
		says    string
	}{
		"refused":   {permission.PermissionSettingDenied, []chromedp.ExecAllocatorOption{chromedp.Flag("use-fake-device-for-media-stream", true)}, "The camera may not be used. Allow it for this site in the browser's settings, or type the number."},
		"no camera": {permission.PermissionSettingGranted, []chromedp.ExecAllocatorOption{chromedp.Flag("use-fake-device-for-media-stream", "device-count=0")}, "No camera was found. Type the number instead."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			house := open(t)
			b := house.browser(t, phone, c.flags...)
			_, err := chromedp.Call(b.ctx, permission.SetPermission, permission.SetPermissionParams{
				Permission: &permission.PermissionDescriptor{Name: "camera"}, Setting: c.setting, Origin: house.url,
			})
			require.NoError(t, err)
			b.openSystem()
			b.do(chromedp.Click(scanButton))
			b.awaits(c.says)
			b.look("scan-" + name)
			b.do(chromedp.Click(`//dialog//button[normalize-space(.)="Type the number instead"]`))
			require.Equal(t, "system-module", evaluate[string](b, "document.activeElement.id"))
			b.quiet()
		})
	}
}

func TestScan_OnlyItsPageMayCompileWebAssembly(t *testing.T) {
	t.Parallel()
	dealer := open(t).signedIn(t, "office")
	id := dealer.draft()
	dealer.post("/drafts/"+id+"/section/account", "/account/type", "security_system", "version", "0", "action", "next")
	for section, allowed := range map[string]bool{"system": true, "account": false} {
		policy := dealer.get("/drafts/" + id + "/section/" + section).header.Get("Content-Security-Policy")
		require.Equal(t, allowed, strings.Contains(policy, "script-src 'self' 'wasm-unsafe-eval'"), section)
		require.NotContains(t, policy, "unsafe-inline")
	}
}

// scanButton opens the dialog.
const scanButton = `//main//div/button[normalize-space(.)="Scan the barcode"]`

// fetched is what the page has cost so far, as it travels.
const fetched = `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce((sum, one) => sum + one.encodedBodySize, 0)`

// openSystem signs in and goes to the page that asks for the module.
func (b *browser) openSystem() {
	b.t.Helper()
	b.signIn("office")
	b.open("/customers/new")
	b.press("Create Customer")
	b.pick("/account/type", "security_system")
	b.press("Next")
	b.open(path.Dir(b.path()) + "/system")
}

// printed is a barcode on a label.
type printed struct {
	encode func(text string) (barcode.Barcode, error)
	text   string
	at     image.Rectangle
}

func code128Of(text string) (barcode.Barcode, error) { return code128.Encode(text) }

func qrOf(text string) (barcode.Barcode, error) { return qr.Encode(text, qr.M, qr.Auto) }

// camera makes a browser see a label in front of its camera.
func camera(t *testing.T, label ...printed) []chromedp.ExecAllocatorOption {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 640, 480))
	draw.Draw(picture, picture.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	for _, one := range label {
		code, err := one.encode(one.text)
		require.NoError(t, err)
		code, err = barcode.Scale(code, one.at.Dx(), one.at.Dy())
		require.NoError(t, err)
		draw.Draw(picture, one.at, code, image.Point{}, draw.Src)
	}
	return []chromedp.ExecAllocatorOption{
		chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true),
		chromedp.Flag("use-file-for-fake-video-capture", video(t, picture)),
	}
}

// video writes a film of one picture that does not move, as Y4M: brightness in full, then
// both colours at a quarter of the size.
func video(t *testing.T, picture *image.Gray) string {
	t.Helper()
	size := picture.Bounds().Size()
	grey := bytes.Repeat([]byte{128}, size.X*size.Y/2)
	var film bytes.Buffer
	fmt.Fprintf(&film, "YUV4MPEG2 W%d H%d F30:1 Ip A1:1 C420jpeg\n", size.X, size.Y)
	for range 3 {
		film.WriteString("FRAME\n")
		film.Write(picture.Pix)
		film.Write(grey)
	}
	file := filepath.Join(t.TempDir(), "camera.y4m")
	require.NoError(t, os.WriteFile(file, film.Bytes(), 0o600))
	return file
}
