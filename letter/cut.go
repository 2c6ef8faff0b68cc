package letter

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/latchkey/latchkey/letter/truetype"
)

// cut is the part of a font that draws some characters: a document holds no more of it. The font it is cut from is read
// once for all letters; gofpdf would read all of it for each, and take a hundred times as long.
func (f *face) cut(chars []rune) []byte {
	font := f.parsed()
	kept := []uint16{0} // every font has a glyph for what it does not have
	for _, char := range chars {
		kept = append(kept, font.glyphs[char].index)
	}
	slices.Sort(kept)
	kept = font.withComponents(slices.Compact(kept))
	renumbered := make(map[uint16]uint16, len(kept))
	for index, glyph := range kept {
		renumbered[glyph] = uint16(index)
	}

	to := truetype.Tables{"name": font.tables["name"], "post": font.tables["post"]}
	for _, glyph := range kept {
		to["loca"] = binary.BigEndian.AppendUint32(to["loca"], uint32(len(to["glyf"])))
		to["glyf"] = append(to["glyf"], font.renumberedOutline(glyph, renumbered)...)
		to["hmtx"] = append(to["hmtx"], font.metrics(glyph)...)
	}
	to["loca"] = binary.BigEndian.AppendUint32(to["loca"], uint32(len(to["glyf"])))
	for _, tag := range []string{"head", "hhea", "maxp"} {
		to[tag] = slices.Clone(font.tables[tag])
	}
	binary.BigEndian.PutUint16(to["head"][50:], 1) // long offsets in loca
	binary.BigEndian.PutUint16(to["hhea"][34:], uint16(len(kept)))
	binary.BigEndian.PutUint16(to["maxp"][4:], uint16(len(kept)))
	of := make(map[rune]uint16, len(chars))
	for _, char := range chars {
		of[char] = renumbered[font.glyphs[char].index]
	}
	to["cmap"] = characterMap(of)
	return to.Bytes()
}

// withComponents adds what the glyphs are composed of, and what that is composed of.
func (o *outlines) withComponents(glyphs []uint16) []uint16 {
	for next := 0; next < len(glyphs); next++ {
		outline := o.outline(glyphs[next])
		if !truetype.IsComposed(outline) {
			continue
		}
		components, _ := truetype.Components(outline)
		for _, component := range components {
			if !slices.Contains(glyphs, component.Glyph()) {
				glyphs = append(glyphs, component.Glyph())
			}
		}
	}
	return glyphs
}

func (o *outlines) renumberedOutline(glyph uint16, renumbered map[uint16]uint16) []byte {
	outline := o.outline(glyph)
	if !truetype.IsComposed(outline) {
		return outline
	}
	outline = slices.Clone(outline)
	components, _ := truetype.Components(outline)
	for _, component := range components {
		component.SetGlyph(renumbered[component.Glyph()])
	}
	return outline
}

// characterMap is a cmap of one table, in format 4, with a segment for each character.
func characterMap(glyphs map[rune]uint16) []byte {
	chars := append(slices.Sorted(maps.Keys(glyphs)), 0xFFFF) // which the last segment has to be about
	segments, exponent := len(chars), 0
	for 1<<(exponent+1) <= segments {
		exponent++
	}
	table := []byte{0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12}
	word := func(values ...int) {
		for _, value := range values {
			table = binary.BigEndian.AppendUint16(table, uint16(value))
		}
	}
	word(4, 16+8*segments, 0, 2*segments, 2<<exponent, exponent, 2*segments-2<<exponent)
	for _, last := range chars {
		word(int(last))
	}
	word(0)
	for _, first := range chars {
		word(int(first))
	}
	for _, char := range chars[:segments-1] {
		word(int(glyphs[char]) - int(char))
	}
	word(1) // from 0xFFFF to no glyph
	for range segments {
		word(0)
	}
	return table
}
