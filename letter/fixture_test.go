package letter

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var newYork = time.FixedZone("EST", -5*60*60)

func printFacts() Facts {
	return Facts{
		Dealer: Dealer{
			Name: "Sample Dealer", SupportEmail: "support@sampledealer.example.com", SupportPhone: "+1 571 555 0100",
			PrimaryColour: "#b3261e",
		},
		Customer: Customer{
			FirstName: "John", LastName: "Doe",
			AddressLines: []string{"John Doe", "8281 Greensboro Drive", "Tysons, VA 22102"},
		},
		Language: "en", LoginName: "JohnDoeExample",
		Variant:         PrintVariant{TemporaryPassword: "kX7#mQ2w-Rt9"},
		IssuedOn:        time.Date(2026, time.November, 24, 20, 5, 0, 0, newYork),
		ReadyAt:         time.Date(2026, time.November, 24, 21, 5, 0, 0, newYork),
		SecurityAccount: true,
		WebsiteURL:      "https://my.sampledealer.example.com/",
	}
}

func mailFacts() Facts {
	facts := printFacts()
	facts.Customer.AddressLines = nil
	facts.Variant = MailVariant{SetupURL: "https://my.sampledealer.example.com/set-up/4fGh2kP9sT_w7Xc1", ValidHours: 24}
	return facts
}

func named(facts Facts, first, last string) Facts {
	facts.Customer.FirstName, facts.Customer.LastName = first, last
	return facts
}

func in(facts Facts, language string) Facts {
	facts.Language = language
	return facts
}

// samplePicture is a logo with a transparent ground: a disc beside a bar.
func samplePicture(width, height int) *image.NRGBA {
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	red := color.NRGBA{0xb3, 0x26, 0x1e, 0xff}
	radius := height / 2
	for y := range height {
		for x := range height {
			if (x-radius)*(x-radius)+(y-radius)*(y-radius) <= radius*radius {
				picture.SetNRGBA(x, y, red)
			}
		}
	}
	draw.Draw(picture, image.Rect(height+height/4, height/3, width, 2*height/3), image.NewUniform(color.NRGBA{40, 40, 40, 255}), image.Point{}, draw.Src)
	return picture
}

// sampleLogo is made once; it needs no test to fail.
var sampleLogo = sync.OnceValue(func() []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, samplePicture(900, 200)); err != nil {
		panic(err)
	}
	return out.Bytes()
})

func withLogo(facts Facts) Facts {
	facts.Dealer.Logo = sampleLogo()
	return facts
}

func pngOf(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, picture))
	return out.Bytes()
}

func jpegOf(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, picture, nil))
	return out.Bytes()
}

// readBack returns what a reader of the PDF can copy out of it, one space between words.
func readBack(t testing.TB, pdf []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "letter.pdf")
	require.NoError(t, os.WriteFile(path, pdf, 0o600))
	text, err := exec.Command("pdftotext", "-enc", "UTF-8", "-layout", path, "-").Output()
	require.NoError(t, err, "pdftotext of poppler-utils reads the letter back")
	return strings.Join(strings.Fields(string(text)), " ")
}

func render(t testing.TB, facts Facts) []byte {
	t.Helper()
	pdf, err := Render(facts)
	require.NoError(t, err)
	return pdf
}
