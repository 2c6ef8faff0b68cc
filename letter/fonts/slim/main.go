// Slim rewrites TrueType fonts for the letter: it keeps the outlines, widths and character map, and drops what only a
// screen at small sizes or a shaping engine uses (hinting, kerning, ligatures, most names). A letter's PDF holds a part
// of each font it uses; this makes it 19 kB instead of 48.
//
//	go run ./letter/fonts/slim -to letter/fonts FONT.ttf...
package main

import (
	"cmp"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	if binary.BigEndian.Uint32(raw) != 0x00010000 {
		return nil, errors.New("not a TrueType font with outlines of its own")
	}
	from := readTables(raw)
	to := map[string][]byte{}
	for _, tag := range []string{"OS/2", "cmap", "head", "hhea", "hmtx", "maxp"} {
		to[tag] = slices.Clone(from[tag])
	}
	to["glyf"], to["loca"] = withoutInstructions(from["glyf"], glyphOffsets(from))
	to["name"] = essentialNames(from["name"])

	binary.BigEndian.PutUint16(to["head"][50:], 1) // long offsets in loca
	clear(to["maxp"][16:28])                       // no storage, functions, stack or instructions
	to["post"] = slices.Clone(from["post"][:32])
	binary.BigEndian.PutUint32(to["post"], 0x00030000) // no glyph names
	return writeTables(to), nil
}

func readTables(raw []byte) map[string][]byte {
	tables := map[string][]byte{}
	for index := range int(binary.BigEndian.Uint16(raw[4:])) {
		record := raw[12+16*index:]
		offset, length := binary.BigEndian.Uint32(record[8:]), binary.BigEndian.Uint32(record[12:])
		tables[string(record[:4])] = raw[offset : offset+length]
	}
	return tables
}

func glyphOffsets(tables map[string][]byte) []uint32 {
	count := int(binary.BigEndian.Uint16(tables["maxp"][4:])) + 1
	offsets := make([]uint32, count)
	long := binary.BigEndian.Uint16(tables["head"][50:]) == 1
	for index := range offsets {
		if long {
			offsets[index] = binary.BigEndian.Uint32(tables["loca"][4*index:])
		} else {
			offsets[index] = 2 * uint32(binary.BigEndian.Uint16(tables["loca"][2*index:]))
		}
	}
	return offsets
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
	if contours := int(int16(binary.BigEndian.Uint16(glyph))); contours >= 0 {
		at := 10 + 2*contours
		length := int(binary.BigEndian.Uint16(glyph[at:]))
		return slices.Concat(glyph[:at], []byte{0, 0}, glyph[at+2+length:])
	}

	const (
		wordArguments    = 1 << 0
		oneScale         = 1 << 3
		moreComponents   = 1 << 5
		twoScales        = 1 << 6
		matrix           = 1 << 7
		haveInstructions = 1 << 8
	)
	composed := slices.Clone(glyph)
	for at := 10; ; {
		flags := binary.BigEndian.Uint16(composed[at:])
		binary.BigEndian.PutUint16(composed[at:], flags&^haveInstructions)
		at += 6
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&oneScale != 0:
			at += 2
		case flags&twoScales != 0:
			at += 4
		case flags&matrix != 0:
			at += 8
		}
		if flags&moreComponents == 0 {
			return composed[:at]
		}
	}
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

func writeTables(tables map[string][]byte) []byte {
	type table struct {
		tag  string
		data []byte
	}
	var sorted []table
	for tag, data := range tables {
		sorted = append(sorted, table{tag, data})
	}
	slices.SortFunc(sorted, func(a, b table) int { return cmp.Compare(a.tag, b.tag) })

	count, exponent := len(sorted), 0
	for 1<<(exponent+1) <= count {
		exponent++
	}
	out := []byte{0, 1, 0, 0}
	for _, field := range []int{count, 16 << exponent, exponent, 16 * (count - 1<<exponent)} {
		out = binary.BigEndian.AppendUint16(out, uint16(field))
	}
	binary.BigEndian.PutUint32(tables["head"][8:], 0) // the checksum of the whole, filled in below
	headAt, offset := 0, 12+16*count
	for _, table := range sorted {
		if table.tag == "head" {
			headAt = offset
		}
		out = append(out, table.tag...)
		out = binary.BigEndian.AppendUint32(out, checksum(table.data))
		out = binary.BigEndian.AppendUint32(out, uint32(offset))
		out = binary.BigEndian.AppendUint32(out, uint32(len(table.data)))
		offset += (len(table.data) + 3) &^ 3
	}
	for _, table := range sorted {
		out = append(out, table.data...)
		out = append(out, make([]byte, (4-len(table.data)%4)%4)...)
	}
	binary.BigEndian.PutUint32(out[headAt+8:], 0xB1B0AFBA-checksum(out))
	return out
}

func checksum(data []byte) uint32 {
	var sum uint32
	for len(data) > 0 {
		var word [4]byte
		data = data[copy(word[:], data):]
		sum += binary.BigEndian.Uint32(word[:])
	}
	return sum
}
