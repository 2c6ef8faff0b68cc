// Package truetype takes TrueType fonts apart and puts them together. It trusts what it reads: use it for fonts that were
// chosen, never for one that was sent, whose offsets may lead anywhere.
package truetype

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
)

// Tables are the parts of a font by their tags.
type Tables map[string][]byte

// ErrNotOutlines is a file that is no TrueType font with outlines of its own.
var ErrNotOutlines = errors.New("not a TrueType font with outlines of its own")

// Read finds the tables of a font. They share its memory.
func Read(raw []byte) (Tables, error) {
	if len(raw) < 12 || binary.BigEndian.Uint32(raw) != 0x00010000 {
		return nil, ErrNotOutlines
	}
	tables := Tables{}
	for index := range int(binary.BigEndian.Uint16(raw[4:])) {
		record := raw[12+16*index:]
		offset, length := binary.BigEndian.Uint32(record[8:]), binary.BigEndian.Uint32(record[12:])
		tables[string(record[:4])] = raw[offset : offset+length]
	}
	return tables, nil
}

// GlyphOffsets are where each glyph begins in glyf, and where the last one ends.
func (t Tables) GlyphOffsets() []uint32 {
	offsets := make([]uint32, int(binary.BigEndian.Uint16(t["maxp"][4:]))+1)
	long := binary.BigEndian.Uint16(t["head"][50:]) == 1
	for index := range offsets {
		if long {
			offsets[index] = binary.BigEndian.Uint32(t["loca"][4*index:])
		} else {
			offsets[index] = 2 * uint32(binary.BigEndian.Uint16(t["loca"][2*index:]))
		}
	}
	return offsets
}

// IsComposed reports whether a glyph is made of others.
func IsComposed(glyph []byte) bool {
	return len(glyph) > 0 && int16(binary.BigEndian.Uint16(glyph)) < 0
}

const (
	wordArguments    = 1 << 0
	oneScale         = 1 << 3
	moreComponents   = 1 << 5
	twoScales        = 1 << 6
	matrix           = 1 << 7
	haveInstructions = 1 << 8
)

// Component is a glyph within a composed one: the bytes of its flags and index, to be read or replaced.
type Component []byte

// Glyph is the component's index.
func (c Component) Glyph() uint16 { return binary.BigEndian.Uint16(c[2:]) }

// SetGlyph makes it another glyph.
func (c Component) SetGlyph(index uint16) { binary.BigEndian.PutUint16(c[2:], index) }

// DropInstructions says that no instructions follow the last component.
func (c Component) DropInstructions() {
	binary.BigEndian.PutUint16(c, binary.BigEndian.Uint16(c)&^haveInstructions)
}

// Components are those of a composed glyph, and where the last one ends.
func Components(composed []byte) (components []Component, end int) {
	for at := 10; ; {
		flags := binary.BigEndian.Uint16(composed[at:])
		components = append(components, composed[at:at+4])
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
			return components, at
		}
	}
}

// Bytes are the font as a file. The checksum in head is filled in.
func (t Tables) Bytes() []byte {
	type table struct {
		tag  string
		data []byte
	}
	var sorted []table
	for tag, data := range t {
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
	binary.BigEndian.PutUint32(t["head"][8:], 0) // the checksum of the whole, filled in below
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
	for ; len(data) >= 4; data = data[4:] {
		sum += binary.BigEndian.Uint32(data)
	}
	var word [4]byte
	copy(word[:], data)
	return sum + binary.BigEndian.Uint32(word[:])
}
