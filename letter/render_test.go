package letter

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/font/sfnt"
)

const digestVariable = "LETTER_TEST_PRINT_DIGEST"

// TestMain lets a test start this binary again to render in another process.
func TestMain(m *testing.M) {
	if os.Getenv(digestVariable) != "" {
		pdf, err := Render(branded(printFacts()))
		if err != nil {
			os.Exit(1)
		}
		fmt.Print(digest(pdf))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func digest(pdf []byte) string {
	sum := sha256.Sum256(pdf)
	return hex.EncodeToString(sum[:])
}

// branded has a logo and a name in two fonts, so that every map in gofpdf has more than one entry.
func branded(facts Facts) Facts {
	facts = named(facts, "小龙", "李")
	facts.Dealer.Logo = sampleLogo()
	return facts
}

func TestRender_GivesTheSameBytesInEveryProcess(t *testing.T) {
	t.Parallel()
	executable, err := os.Executable()
	require.NoError(t, err)
	command := exec.Command(executable)
	command.Env = append(os.Environ(), digestVariable+"=1")
	elsewhere, err := command.Output()
	require.NoError(t, err)
	require.Equal(t, digest(render(t, branded(printFacts()))), string(elsewhere))
}

func TestRender_GivesTheSameBytesSideBySide(t *testing.T) {
	t.Parallel()
	letters := []Facts{branded(printFacts()), in(mailFacts(), "es"), in(printFacts(), "fr")}
	var want [][]byte
	for _, facts := range letters {
		want = append(want, render(t, facts))
	}

	var group sync.WaitGroup
	differs := make(chan int, 8*len(letters))
	for range 8 {
		group.Go(func() {
			for index, facts := range letters {
				if pdf, err := Render(facts); err != nil || !bytes.Equal(want[index], pdf) {
					differs <- index
				}
			}
		})
	}
	group.Wait()
	require.Empty(t, differs)
}

func TestRender_PrintsEveryNameSoThatItReadsBack(t *testing.T) {
	t.Parallel()
	for _, name := range []struct{ first, last, printed string }{
		{"John", "Doe", "Dear John Doe,"},
		{"José", "Núñez", "Dear José Núñez,"},
		{"Jose\u0301", "Nu\u0301n\u0303ez", "Dear José Núñez,"},
		{"Zoë", "Łódź", "Dear Zoë Łódź,"},
		{"Дмитрий", "", "Dear Дмитрий,"},
		{"Ελένη", "Παππά", "Dear Ελένη Παππά,"},
		{"小龙", "李", "Dear 李小龙,"},
		{"さくら", "山田", "Dear 山田さくら,"},
		{"Bruce 小龙", "Lee", "Dear Bruce 小龙 Lee,"},
		{"Nguyễn Thị", "Ánh", "Dear Nguyễn Thị Ánh,"},
		{"Zo\tNew\nLine", " Spaced ", "Dear Zo New Line Spaced,"},
		{"Ann\u202eeod", "\u200bDoe", "Dear Anneod Doe,"},
		{"Ann 😀", "Doe", "Dear Ann \uFFFD Doe,"},
		{"Ann", "한국", "Dear Ann \uFFFD\uFFFD,"},
	} {
		t.Run(name.printed, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, readBack(t, render(t, named(printFacts(), name.first, name.last))), name.printed)
		})
	}
}

func TestRender_PrintsHebrewInReadingOrder(t *testing.T) {
	t.Parallel()
	facts := printFacts()
	facts.Customer.AddressLines = []string{"דוד כהן"}
	var drawn []string
	for _, run := range arranged(t, facts).pages[0].runs {
		drawn = append(drawn, run.text)
	}
	require.Contains(t, drawn, "ןהכ דוד", "drawn from left to right, the last letter comes first")
}

func TestRender_DrawsNoCharacterWithoutAGlyph(t *testing.T) {
	t.Parallel()
	for name, facts := range everyLetter(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drawn := map[*face]string{}
			for _, page := range arranged(t, facts).pages {
				for _, run := range page.runs {
					drawn[run.face] += run.text
				}
			}
			for face, text := range drawn {
				// The part of the font that goes into the document, read by another library.
				part, err := sfnt.Parse(face.cut([]rune(text)))
				require.NoError(t, err)
				var buffer sfnt.Buffer
				for _, char := range text {
					index, err := part.GlyphIndex(&buffer, char)
					require.NoError(t, err)
					require.NotZero(t, index, "%U has a glyph in %s", char, face.name)
				}
			}
		})
	}
}

func TestRender_KeepsEverythingInsideTheMargins(t *testing.T) {
	t.Parallel()
	for name, facts := range everyLetter(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireInsideMargins(t, arranged(t, facts))
		})
	}
}

func requireInsideMargins(t *testing.T, s *sheet) {
	t.Helper()
	const tolerance = 0.01
	for _, page := range s.pages {
		for _, run := range page.runs {
			require.GreaterOrEqual(t, run.x, marginLeft-tolerance)
			require.LessOrEqual(t, run.x+run.width, pageWidth-marginRight+tolerance)
			require.GreaterOrEqual(t, run.baseline, marginTop)
			require.Less(t, run.baseline, pageHeight-30)
		}
		for _, fill := range page.fills {
			require.LessOrEqual(t, fill.x+fill.width, pageWidth-marginRight+tolerance)
			require.LessOrEqual(t, fill.y+fill.height, pageEnd+tolerance)
		}
	}
}

func TestRender_FitsAnOrdinaryLetterOnOnePage(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "es", "fr"} {
		for _, facts := range []Facts{printFacts(), mailFacts()} {
			facts = in(facts, language)
			facts.Dealer.Logo = sampleLogo()
			facts.Dealer.Name = "Greater Northern Virginia Security Systems"
			facts.Customer.AddressLines = []string{"John Doe", "8281 Greensboro Drive", "Suite 100", "Tysons, VA 22102"}
			require.Len(t, arranged(t, facts).pages, 1, language)
		}
	}
}

func TestRender_PutsTheAddressInTheEnvelopesWindow(t *testing.T) {
	t.Parallel()
	facts := printFacts()
	facts.Dealer.Logo = sampleLogo()
	facts.Customer.AddressLines = []string{"Window 1", "Window 2", "Window 3", "Window 4"}
	const millimetre = 72 / 25.4
	seen := 0
	for _, run := range arranged(t, facts).pages[0].runs {
		if strings.HasPrefix(run.text, "Window") {
			seen++
			require.Greater(t, run.baseline-run.size*capHeight, 63.5*millimetre)
			require.Less(t, run.baseline, 80.5*millimetre)
			require.Greater(t, run.x, 22.3*millimetre)
		}
	}
	require.Equal(t, 4, seen)
}

func TestRender_GoesOnOverPagesForWordsOfAnyLength(t *testing.T) {
	t.Parallel()
	facts := mailFacts()
	facts.LoginName = strings.Repeat("a", 5_000)
	facts.Dealer.Name = strings.Repeat("Sample Dealer ", 200)
	s := arranged(t, facts)
	require.Greater(t, len(s.pages), 3)
	requireInsideMargins(t, s)
	require.True(t, bytes.HasPrefix(render(t, facts), []byte("%PDF")))
}

func TestRender_MakesTheSetUpLinkClickable(t *testing.T) {
	t.Parallel()
	facts := mailFacts()
	pdf := render(t, facts)
	require.Contains(t, string(pdf), "/URI (https://my.sampledealer.example.com/set-up/4fGh2kP9sT_w7Xc1)")
	require.Contains(t, string(pdf), "/URI (mailto:support@sampledealer.example.com)")
	require.NotContains(t, readBack(t, pdf), "Temporary password", "a mailed letter has no password to print")
}

func TestRender_LeavesOutALogoItCannotRead(t *testing.T) {
	t.Parallel()
	facts := printFacts()
	want := render(t, facts)
	facts.Dealer.Logo = []byte("GIF89a is not a PNG")
	require.Equal(t, want, render(t, facts))
}

func TestRender_StaysSmallEnoughToMail(t *testing.T) {
	t.Parallel()
	require.Less(t, len(render(t, printFacts())), 30_000)
	require.Less(t, len(render(t, named(printFacts(), "小龙", "李"))), 60_000)
}

func arranged(t *testing.T, facts Facts) *sheet {
	t.Helper()
	content, err := Compose(facts)
	require.NoError(t, err)
	return arrange(content, facts.tidied())
}

// everyLetter has each language and variant, and the facts that strain a layout.
func everyLetter(t *testing.T) map[string]Facts {
	t.Helper()
	letters := map[string]Facts{}
	for _, language := range []string{"en", "es", "fr"} {
		letters["print "+language] = in(printFacts(), language)
		letters["mail "+language] = in(mailFacts(), language)
		letters["branded "+language] = in(branded(printFacts()), language)
	}
	long := named(mailFacts(), strings.Repeat("Wolfeschlegelsteinhausen", 20), "Дмитрий 😀 李小龙 한국 שלום محمد")
	long.LoginName = strings.Repeat("LongLoginName", 8)
	long.Dealer.Name = "The Very Long And Proud Security Dealership Of Greater Northern Virginia And Sons"
	long.Dealer.SupportEmail = strings.Repeat("support", 9) + "@" + strings.Repeat("dealer", 30) + ".example.com"
	long.Customer.AddressLines = []string{strings.Repeat("Long Street ", 12), strings.Repeat("X", 200), "b", "c", "d", "e", "f"}
	long.Variant = MailVariant{SetupURL: "https://my.example.com/" + strings.Repeat("token", 200)}
	letters["long"] = long
	wide := printFacts()
	wide.Variant = PrintVariant{TemporaryPassword: strings.Repeat("W", 90)}
	letters["wide password"] = wide
	return letters
}

func FuzzRender(f *testing.F) {
	f.Add("José", "Núñez", "Sample Dealer", "JohnDoe", "kX7#mQ2w", "es", "1 Main St", "support@example.com", "#ffd400")
	f.Add("😀\u202e\x00\xff", "李小龙", "{{.Dealer}} (x) \\", "한\u0301", "\t \n", "zz-Latn", "שלום محمد\n\n", "@", "red")
	f.Add(strings.Repeat("W", 700), " ", "\uFFFF\uFEFF", "/", "-a-b/c", "fr-CA", strings.Repeat("字", 300), "a b", "#12345")
	f.Fuzz(func(t *testing.T, first, last, dealer, login, password, language, address, email, colour string) {
		facts := printFacts()
		facts.Customer = Customer{FirstName: "A" + first, LastName: last, AddressLines: []string{address}}
		facts.Dealer = Dealer{Name: "D" + dealer, SupportEmail: email, Logo: []byte(address), PrimaryColour: colour}
		facts.LoginName, facts.Language = "L"+login, language
		facts.Variant = PrintVariant{TemporaryPassword: "P" + password}
		require.True(t, bytes.HasPrefix(render(t, facts), []byte("%PDF")))
		requireInsideMargins(t, arranged(t, facts))

		facts.Variant = MailVariant{SetupURL: "https://example.com/" + password}
		if pdf, err := Render(facts); err != nil {
			var fault *Error
			require.ErrorAs(t, err, &fault)
			require.Equal(t, &Error{Code: CodeFactsIncomplete, Field: "setup_url"}, fault)
		} else {
			require.True(t, bytes.HasPrefix(pdf, []byte("%PDF")))
		}
	})
}

func BenchmarkRender(b *testing.B) {
	for name, facts := range map[string]Facts{
		"latin": printFacts(), "logo": withLogo(printFacts()), "han": named(printFacts(), "小龙", "李"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				size = len(render(b, facts))
			}
			b.ReportMetric(float64(size), "bytes/letter")
		})
	}
}
