package mail

import (
	"regexp"
	"strconv"
)

// Brand is how a dealer's mails look. Only Name is needed.
type Brand struct {
	Name   string // the dealer's, as customers know it
	Colour string // "#rrggbb"; anything else means Latchkey's own, since no letter should wait for a colour
	Logo   []byte // shown above the text; the name stands there when there is none
	// LogoType is the logo's media type, such as "image/png".
	LogoType string
	// PoweredBy names the service behind the dealer, in the last line; empty leaves the line out.
	PoweredBy string
}

const (
	defaultColour  = "#1f4e79"
	logoContentID  = "dealer-logo"
	darkInk        = "#111111"
	lightInk       = "#ffffff"
	middleGreyLuma = 150 // of 255; from here on dark ink reads better than light
)

var hexColour = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

func (b Brand) colour() string {
	if hexColour.MatchString(b.Colour) {
		return b.Colour
	}
	return defaultColour
}

// ink is the text colour that stays readable on the brand's colour (ITU-R BT.601 luma).
func (b Brand) ink() string {
	// The pattern above admits only what ParseUint reads.
	rgb, _ := strconv.ParseUint(b.colour()[1:], 16, 32)
	red, green, blue := rgb>>16, rgb>>8&0xff, rgb&0xff
	if (299*red+587*green+114*blue)/1000 >= middleGreyLuma {
		return darkInk
	}
	return lightInk
}

func (b Brand) images() []Image {
	if len(b.Logo) == 0 {
		return nil
	}
	return []Image{{ContentID: logoContentID, ContentType: b.LogoType, Bytes: b.Logo}}
}
