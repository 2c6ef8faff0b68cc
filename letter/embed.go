package letter

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/jung-kurt/gofpdf"
	"golang.org/x/text/encoding/charmap"
)

// embedded is what a document holds of a face: fonts whose characters have codes of one byte, because gofpdf goes through
// all 65,536 characters of a Unicode font several times for each document. The first font has what Windows-1252 has, under
// the same codes; the others have the rest by their names, as many as there are codes.
type embedded struct {
	face  *face
	parts []part
	codes map[rune]code
}

// part is one font of a document: at most one character for each code. named says that the codes are its own.
type part struct {
	name  string
	named bool
	chars map[byte]rune
}

// code is where a character is.
type code struct {
	part  int
	value byte
}

// firstCode keeps clear of the space and what is before it, which mean something of their own.
const firstCode = 0x21

// embedFonts gives gofpdf what the letter uses of each face, and nothing else.
func embedFonts(pdf *gofpdf.Fpdf, s *sheet) (map[*face]*embedded, error) {
	used := map[*face]map[rune]bool{}
	for _, page := range s.pages {
		for _, run := range page.runs {
			if used[run.face] == nil {
				used[run.face] = map[rune]bool{}
			}
			for _, char := range run.text {
				used[run.face][char] = true
			}
		}
	}
	// Nearly every letter has its text from one font then, which was cut for another letter before.
	if used[sans] != nil {
		for char := ' '; char <= '~'; char++ {
			used[sans][char] = true
		}
	}
	all := map[*face]*embedded{}
	for _, face := range []*face{sans, bold, mono, han} { // in one order, for the bytes to be the same
		all[face] = newEmbedded(face, slices.Sorted(maps.Keys(used[face])))
		for _, part := range all[face].parts {
			if err := part.embed(pdf, face); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func newEmbedded(face *face, chars []rune) *embedded {
	e := &embedded{face: face, codes: map[rune]code{}}
	latin := part{face.name, false, map[byte]rune{}}
	var others []rune
	for _, char := range chars {
		value, ok := windows1252(char)
		if !ok {
			others = append(others, char)
			continue
		}
		e.codes[char] = code{0, value}
		latin.chars[value] = unbroken(char)
	}
	e.parts = append(e.parts, latin)
	for chunk := range slices.Chunk(others, 0x100-firstCode) {
		other := part{fmt.Sprint(face.name, len(e.parts)), true, map[byte]rune{}}
		for index, char := range chunk {
			value := byte(firstCode + index)
			e.codes[char], other.chars[value] = code{len(e.parts), value}, char
		}
		e.parts = append(e.parts, other)
	}
	return e
}

// windows1252 is a character's code in the encoding that a PDF calls WinAnsiEncoding.
func windows1252(char rune) (byte, bool) {
	return charmap.Windows1252.EncodeRune(unbroken(char))
}

// unbroken is a space for one that no line breaks at: a PDF has one code for both, and by now all lines are broken.
func unbroken(char rune) rune {
	if char == '\u00a0' {
		return ' '
	}
	return char
}

// piece is a stretch of text in one font; width is in em.
type piece struct {
	font  string
	codes []byte
	width float64
}

// pieces are a text as the document's fonts have it.
func (e *embedded) pieces(text string) (pieces []piece) {
	in := -1
	for _, char := range text {
		code := e.codes[char]
		if code.part != in {
			in = code.part
			pieces = append(pieces, piece{font: e.parts[in].name})
		}
		last := &pieces[len(pieces)-1]
		advance, _ := e.face.advance(char)
		last.codes, last.width = append(last.codes, code.value), last.width+advance
	}
	return pieces
}

// definition is a font as gofpdf reads it; the names are its own.
type definition struct {
	Tp, Name     string
	Desc         descriptor
	Cw           [256]int
	Diff, File   string
	OriginalSize int
}

type descriptor struct {
	Ascent, Descent, CapHeight, Flags, StemV, MissingWidth int
	FontBBox                                               struct{ Xmin, Ymin, Xmax, Ymax int }
}

const (
	flagFixedPitch  = 1 << 0
	flagNonsymbolic = 1 << 5
)

// embed adds the font to a document.
func (p part) embed(pdf *gofpdf.Fpdf, of *face) error {
	if len(p.chars) == 0 {
		return nil
	}
	chars := slices.Sorted(maps.Values(p.chars))
	key := p.name + " " + string(chars)
	made, known := partsMade.of(key)
	if !known {
		var err error
		if made, err = p.make(of, chars); err != nil {
			return err
		}
		partsMade.keep(key, made)
	}
	pdf.AddFontFromBytes(p.name, "", made.described, made.packed)
	return nil
}

// madePart is a font as gofpdf takes it: its description and its file.
type madePart struct{ described, packed []byte }

func (p part) make(of *face, chars []rune) (madePart, error) {
	cut := of.cut(chars)
	packed, err := deflate(cut)
	if err != nil {
		return madePart{}, err
	}
	described := definition{
		Tp: "TrueType", Name: "LETTER+" + p.name, Desc: of.parsed().descriptor(), Diff: p.differences(),
		File: p.name + ".z", OriginalSize: len(cut),
	}
	for value, char := range p.chars {
		described.Cw[value] = int(of.parsed().glyphs[char].width)
	}
	written, err := json.Marshal(described)
	return madePart{written, packed}, err
}

// differences name the characters of a part that has codes of its own, beginning with firstCode.
func (p part) differences() string {
	if !p.named {
		return ""
	}
	names := fmt.Sprint(firstCode)
	for _, value := range slices.Sorted(maps.Keys(p.chars)) {
		names += fmt.Sprintf("/uni%04X", p.chars[value])
	}
	return names
}

// descriptor has what a reader needs who has no such font, in thousandths of an em.
func (o *outlines) descriptor() descriptor {
	head, hhea := o.tables["head"], o.tables["hhea"]
	perEm := int(binary.BigEndian.Uint16(head[18:]))
	thousandths := func(table []byte, at int) int { return int(int16(binary.BigEndian.Uint16(table[at:]))) * 1000 / perEm }
	d := descriptor{Ascent: thousandths(hhea, 4), Descent: thousandths(hhea, 6), CapHeight: capHeight * 1000, Flags: flagNonsymbolic, StemV: 80}
	d.FontBBox.Xmin, d.FontBBox.Ymin = thousandths(head, 36), thousandths(head, 38)
	d.FontBBox.Xmax, d.FontBBox.Ymax = thousandths(head, 40), thousandths(head, 42)
	if binary.BigEndian.Uint32(o.tables["post"][12:]) != 0 {
		d.Flags |= flagFixedPitch
	}
	return d
}

// packers are kept, because making one takes longer than packing a font.
var packers = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

func deflate(raw []byte) ([]byte, error) {
	packer := packers.Get().(*zlib.Writer)
	defer packers.Put(packer)
	var packed bytes.Buffer
	packer.Reset(&packed)
	if _, err := packer.Write(raw); err != nil {
		return nil, err
	}
	err := packer.Close()
	return packed.Bytes(), err
}
