// Slim rewrites TrueType fonts for the letter: it keeps the outlines, widths and character map, and drops what only a
// screen at small sizes or a shaping engine uses (hinting, kerning, ligatures, most names). A letter's PDF holds a part
// of each font it uses; this makes it 19 kB instead of 48.
//
//	go run ./letter/fonts/slim -to letter/fonts FONT.ttf...
package main

import (
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/latchkey/latchkey/letter/truetype"
)

func main() {
	to := flag.String("to", ".", "folder to write to")
	flag.Parse()
	for _, path := range flag.Args() {
		if err := slimFile(path, filepath.Join(*to, filepath.Base(path))); err != nil {
			fmt.Fprintln(os.Stderr, path+":", err)
			os.Exit(1)
		}
	}
}

func slimFile(from, to string) error {
	raw, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	slimmed, err := slim(raw)
	if err != nil {
		return err
	}
	return os.WriteFile(to, slimmed, 0o644)
}

// slim reads a font it trusts: out-of-range offsets panic.
func slim(raw []byte) ([]byte, error) {
	from, err := truetype.Read(raw)
	if err != nil {
		return nil, err
	}
	to := truetype.Tables{}
	for _, tag := range []string{"OS/2", "cmap", "head", "hhea", "hmtx", "maxp"} {
		to[tag] = slices.Clone(from[tag])
	}
	to["glyf"], to["loca"] = withoutInstructions(from["glyf"], from.GlyphOffsets())
	to["name"] = essentialNames(from["name"])

	binary.BigEndian.PutUint16(to["head"][50:], 1) // long offsets in loca
	clear(to["maxp"][16:28])                       // no storage, functions, stack or instructions
	to["post"] = slices.Clone(from["post"][:32])
	binary.BigEndian.PutUint32(to["post"], 0x00030000) // no glyph names
	return to.Bytes(), nil
}

func withoutInstructions(glyf []byte, offsets []uint32) (slimmed, loca []byte) {
	for index := range offsets {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(slimmed)))
		if index+1 == len(offsets) || offsets[index] == offsets[index+1] {
			continue
		}
		slimmed = append(slimmed, glyphWithoutInstructions(glyf[offsets[index]:offsets[index+1]])...)
		for len(slimmed)%4 != 0 {
			slimmed = append(slimmed, 0)
		}
	}
	return slimmed, loca
}

func glyphWithoutInstructions(glyph []byte) []byte {
	if truetype.IsComposed(glyph) {
		composed := slices.Clone(glyph)
		components, end := truetype.Components(composed)
		for _, component := range components {
			component.DropInstructions()
		}
		return composed[:end]
	}
	at := 10 + 2*int(binary.BigEndian.Uint16(glyph))
	length := int(binary.BigEndian.Uint16(glyph[at:]))
	return slices.Concat(glyph[:at], []byte{0, 0}, glyph[at+2+length:])
}

// essentialNames keeps the copyright notice, which the licences want in every copy, and what the font is called.
func essentialNames(table []byte) []byte {
	type name struct{ record, text []byte }
	var kept []name
	texts := table[binary.BigEndian.Uint16(table[4:]):]
	for index := range int(binary.BigEndian.Uint16(table[2:])) {
		record := table[6+12*index:][:12]
		platform, language, id := binary.BigEndian.Uint16(record), binary.BigEndian.Uint16(record[4:]), binary.BigEndian.Uint16(record[6:])
		if platform != 3 || language != 0x409 || !slices.Contains([]uint16{0, 1, 2, 4, 6}, id) {
			continue
		}
		offset, length := binary.BigEndian.Uint16(record[10:]), binary.BigEndian.Uint16(record[8:])
		kept = append(kept, name{slices.Clone(record), texts[offset:][:length]})
	}

	slimmed := binary.BigEndian.AppendUint16([]byte{0, 0}, uint16(len(kept)))
	slimmed = binary.BigEndian.AppendUint16(slimmed, uint16(6+12*len(kept)))
	offset := 0
	for _, name := range kept {
		binary.BigEndian.PutUint16(name.record[10:], uint16(offset))
		slimmed = append(slimmed, name.record...)
		offset += len(name.text)
	}
	for _, name := range kept {
		slimmed = append(slimmed, name.text...)
	}
	return slimmed
}
