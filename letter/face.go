package letter

import (
	_ "embed" // the fonts
	"encoding/binary"
	"math"
	"slices"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/latchkey/latchkey/letter/truetype"
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
	// han has the East Asian scripts and nothing of Latin.
	han = newFace("han", hanData)
)

// substitutes stand for a character that no face has; every Latin face has the last one.
var substitutes = []rune{'\uFFFD', '?'}

// face is one font. It is read when a letter first needs it, and then once for all letters.
type face struct {
	name   string
	parsed func() *outlines
}

func newFace(name string, data []byte) *face {
	return &face{name: name, parsed: sync.OnceValue(func() *outlines {
		read, err := readOutlines(data)
		if err != nil {
			panic("embedded font " + name + ": " + err.Error())
		}
		return read
	})}
}

// outlines are a font as letters use it.
type outlines struct {
	tables  truetype.Tables
	offsets []uint32
	// glyphs are those of the characters of the basic plane; no face has others.
	glyphs []charGlyph
}

// charGlyph is a character's glyph, 0 for none, and how far it moves the pen in thousandths of an em: a PDF's widths are whole ones.
type charGlyph struct{ index, width uint16 }

func readOutlines(data []byte) (*outlines, error) {
	tables, err := truetype.Read(data)
	if err != nil {
		return nil, err
	}
	parsed, err := sfnt.Parse(data)
	if err != nil {
		return nil, err
	}
	read := &outlines{tables, tables.GlyphOffsets(), make([]charGlyph, 1<<16)}
	var buffer sfnt.Buffer
	for char := range read.glyphs {
		index, err := parsed.GlyphIndex(&buffer, rune(char))
		if err != nil {
			return nil, err
		}
		if index == 0 {
			continue
		}
		perEm := parsed.UnitsPerEm()
		units, err := parsed.GlyphAdvance(&buffer, index, fixed.I(int(perEm)), font.HintingNone)
		if err != nil {
			return nil, err
		}
		read.glyphs[char] = charGlyph{uint16(index), uint16(math.Round(float64(units) / 64 * 1000 / float64(perEm)))}
	}
	return read, nil
}

func (o *outlines) outline(glyph uint16) []byte {
	return o.tables["glyf"][o.offsets[glyph]:o.offsets[glyph+1]]
}

// metrics are the glyph's four bytes of hmtx. The last glyphs of a font share one width.
func (o *outlines) metrics(glyph uint16) []byte {
	hmtx, own := o.tables["hmtx"], binary.BigEndian.Uint16(o.tables["hhea"][34:])
	if glyph < own {
		return hmtx[4*int(glyph):][:4]
	}
	bearing := hmtx[4*int(own)+2*int(glyph-own):][:2]
	return slices.Concat(hmtx[4*int(own)-4:][:2], bearing)
}

// advance returns how far a character moves the pen, in em, and whether the face has a glyph for it.
func (f *face) advance(char rune) (float64, bool) {
	glyphs := f.parsed().glyphs
	if int(char) >= len(glyphs) || glyphs[char].index == 0 {
		return 0, false
	}
	return float64(glyphs[char].width) / 1000, true
}

// glyph is a character in the face that draws it.
type glyph struct {
	char    rune
	face    *face
	advance float64 // in em
}

// glyphFor picks the first face that has the character, the wanted one first, else a visible substitute.
func glyphFor(char rune, wanted *face) glyph {
	for _, candidate := range []*face{wanted, sans, han} {
		if advance, found := candidate.advance(char); found {
			return glyph{char, candidate, advance}
		}
	}
	for _, substitute := range substitutes {
		if advance, found := wanted.advance(substitute); found {
			return glyph{substitute, wanted, advance}
		}
	}
	panic("no face has the substitute")
}
