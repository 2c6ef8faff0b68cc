package letter

import (
	_ "embed" // the fonts
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The fonts; fonts/README.md says where they come from.
var (
	//go:embed fonts/DejaVuSans.ttf
	sansData []byte
	//go:embed fonts/DejaVuSans-Bold.ttf
	boldData []byte
	//go:embed fonts/DejaVuSansMono.ttf
	monoData []byte
	//go:embed fonts/DroidSansFallbackFull.ttf
	hanData []byte
)

var (
	sans = newFace("sans", sansData)
	bold = newFace("bold", boldData)
	mono = newFace("mono", monoData)
	// han has the East Asian scripts and nothing of Latin. At 4 MB it is only given to gofpdf for a letter that uses it.
	han = newFace("han", hanData)
)

// substitutes stand for a character that no face has; every Latin face has the last one.
var substitutes = []rune{'\uFFFD', '?'}

// face is one font, measured with sfnt so that a letter can be laid out before gofpdf, which takes far longer, has read
// any font.
type face struct {
	name   string
	data   []byte
	parsed func() *sfnt.Font
}

func newFace(name string, data []byte) *face {
	return &face{name: name, data: data, parsed: sync.OnceValue(func() *sfnt.Font {
		parsed, err := sfnt.Parse(data)
		if err != nil {
			panic("embedded font " + name + ": " + err.Error())
		}
		return parsed
	})}
}

// advance returns how far a character moves the pen, in em, and whether the face has a glyph for it.
func (f *face) advance(buffer *sfnt.Buffer, char rune) (float64, bool) {
	// gofpdf knows the basic plane only, and panics above it.
	if char > 0xFFFF {
		return 0, false
	}
	parsed := f.parsed()
	index, err := parsed.GlyphIndex(buffer, char)
	if err != nil || index == 0 {
		return 0, false
	}
	unitsPerEm := parsed.UnitsPerEm()
	units, err := parsed.GlyphAdvance(buffer, index, fixed.I(int(unitsPerEm)), font.HintingNone)
	if err != nil {
		return 0, false
	}
	// gofpdf writes widths in whole thousandths of an em.
	return math.Round(float64(units)/64*1000/float64(unitsPerEm)) / 1000, true
}

// glyph is a character in the face that draws it.
type glyph struct {
	char    rune
	face    *face
	advance float64 // in em
}

// glyphFor picks the first face that has the character, the wanted one first, else a visible substitute.
func glyphFor(buffer *sfnt.Buffer, char rune, wanted *face) glyph {
	for _, candidate := range []*face{wanted, sans, han} {
		if advance, found := candidate.advance(buffer, char); found {
			return glyph{char, candidate, advance}
		}
	}
	for _, substitute := range substitutes {
		if advance, found := wanted.advance(buffer, substitute); found {
			return glyph{substitute, wanted, advance}
		}
	}
	panic("no face has the substitute")
}
