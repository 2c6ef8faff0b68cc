package letter

import (
	"slices"
	"unicode"
)

// style is how a stretch of text looks; size and leading (the height of a line) are in points.
type style struct {
	face    *face
	size    float64
	leading float64
	colour  colour
}

// span is a stretch of text in one style, a link when it has an address.
type span struct {
	text  string
	style style
	link  string
}

// letterform is one character placed on a line; advance is in points, span the index of the span it belongs to.
type letterform struct {
	char    rune
	face    *face
	advance float64
	span    int
}

type line []letterform

func (l line) width() float64 {
	total := 0.0
	for _, form := range l {
		total += form.advance
	}
	return total
}

// wrap breaks spans into lines no wider than width: at spaces, after slashes and hyphens, around East Asian characters,
// and, where a word alone is too wide, anywhere.
func wrap(spans []span, width float64) []line {
	var lines []line
	var current line
	currentWidth, breakAt := 0.0, 0
	for _, form := range letterforms(spans) {
		if len(current) > 0 && breaksBetween(current[len(current)-1].char, form.char) {
			breakAt = len(current)
		}
		if form.char != ' ' && currentWidth+form.advance > width && len(current) > 0 {
			if breakAt == 0 {
				breakAt = len(current)
			}
			lines = append(lines, trimmed(current[:breakAt]))
			current = slices.Clone(current[breakAt:])
			currentWidth, breakAt = current.width(), 0
		}
		current = append(current, form)
		currentWidth += form.advance
	}
	if len(current) > 0 {
		lines = append(lines, trimmed(current))
	}
	return lines
}

func letterforms(spans []span) line {
	var forms line
	for index, span := range spans {
		for _, char := range span.text {
			if isInvisible(char) {
				continue
			}
			if unicode.IsControl(char) {
				char = '\uFFFD'
			}
			glyph := glyphFor(char, span.style.face)
			forms = append(forms, letterform{glyph.char, glyph.face, glyph.advance * span.style.size, index})
		}
	}
	return forms
}

// isInvisible tells the format characters (joiners, marks, byte order marks) and variation selectors: they only steer
// what this layout does not do, and a font that happens to have a glyph for one would print a box.
func isInvisible(char rune) bool {
	return unicode.In(char, unicode.Cf, unicode.Variation_Selector)
}

func breaksBetween(before, after rune) bool {
	switch {
	case after == ' ':
		return false
	case before == ' ', before == '/':
		return true
	case before == '-':
		return unicode.IsLetter(after)
	}
	return isIdeographic(before) && unicode.IsLetter(after) || unicode.IsLetter(before) && isIdeographic(after)
}

func isIdeographic(char rune) bool {
	return unicode.In(char, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

func trimmed(forms line) line {
	for len(forms) > 1 && forms[len(forms)-1].char == ' ' {
		forms = forms[:len(forms)-1]
	}
	return forms
}

// inVisualOrder turns each stretch of Hebrew or Arabic around, because a PDF draws from left to right. Numbers and
// Latin inside such a stretch end it, which is what names and addresses need; it is not the full bidirectional algorithm.
func (l line) inVisualOrder() line {
	ordered := slices.Clone(l)
	for start := 0; start < len(ordered); start++ {
		if !isRightToLeft(ordered[start].char) {
			continue
		}
		end := start + 1
		for next := end; next < len(ordered) && (isRightToLeft(ordered[next].char) || ordered[next].char == ' '); next++ {
			if ordered[next].char != ' ' {
				end = next + 1
			}
		}
		slices.Reverse(ordered[start:end])
		start = end - 1
	}
	return ordered
}

func isRightToLeft(char rune) bool {
	return unicode.In(char, unicode.Hebrew, unicode.Arabic)
}

func (l line) text() string {
	chars := make([]rune, len(l))
	for index, form := range l {
		chars[index] = form.char
	}
	return string(chars)
}
