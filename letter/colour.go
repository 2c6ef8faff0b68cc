package letter

import (
	"encoding/hex"
	"math"
	"strings"
)

type colour struct{ red, green, blue uint8 }

var (
	white    = colour{255, 255, 255}
	ink      = colour{33, 37, 41}
	paleInk  = colour{92, 99, 106}
	house    = colour{22, 78, 122}
	hairline = colour{206, 212, 218}
)

// parseColour reads "#rrggbb"; anything else is the house colour.
func parseColour(text string) colour {
	digits, hashed := strings.CutPrefix(text, "#")
	bytes, err := hex.DecodeString(digits)
	if !hashed || err != nil || len(bytes) != 3 {
		return house
	}
	return colour{bytes[0], bytes[1], bytes[2]}
}

// readable darkens a dealer's colour until it can be read on white paper (WCAG's 4.5 to 1), keeping its hue.
func (c colour) readable() colour {
	for contrast(c, white) < 4.5 {
		c = c.mixed(colour{}, 0.1)
	}
	return c
}

// mixed returns the colour with a share (0 to 1) of another in it.
func (c colour) mixed(other colour, share float64) colour {
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-share) + float64(b)*share)) }
	return colour{mix(c.red, other.red), mix(c.green, other.green), mix(c.blue, other.blue)}
}

// contrast is WCAG 2's ratio of relative luminances.
func contrast(a, b colour) float64 {
	lighter, darker := max(a.luminance(), b.luminance()), min(a.luminance(), b.luminance())
	return (lighter + 0.05) / (darker + 0.05)
}

func (c colour) luminance() float64 {
	linear := func(channel uint8) float64 {
		value := float64(channel) / 255
		if value <= 0.04045 {
			return value / 12.92
		}
		return math.Pow((value+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.red) + 0.7152*linear(c.green) + 0.0722*linear(c.blue)
}
