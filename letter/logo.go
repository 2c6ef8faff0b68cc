package letter

import (
	"bytes"
	"image"
	"image/color"
	_ "image/jpeg" // a logo may be a JPEG
	"image/png"

	"golang.org/x/image/draw"
)

// A logo is drawn at most logoWidth by logoHeight points; four pixels a point is 288 dpi.
const (
	logoPixelsPerPoint = 4
	maxLogoPixels      = 25_000_000
)

// NormalizeLogo turns a PNG or JPEG into the small opaque PNG that [Render] draws: transparency becomes white, big
// pictures are scaled down, and what gofpdf cannot read (16 bits, interlacing, CMYK) becomes what it can. Normalizing
// a normalized logo changes nothing, so a dealer's logo is best normalized once, at upload. It fails with
// [CodeLogoUnreadable] or, above 25 million pixels, with [CodeLogoTooLarge].
func NormalizeLogo(raw []byte) ([]byte, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil || config.Width < 1 || config.Height < 1 || format != "png" && format != "jpeg" {
		return nil, &Error{Code: CodeLogoUnreadable}
	}
	// The size is checked before the pixels are unpacked: a picture of a few kB can claim gigabytes.
	if config.Width > maxLogoPixels/config.Height {
		return nil, &Error{Code: CodeLogoTooLarge}
	}
	picture, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, &Error{Code: CodeLogoUnreadable}
	}

	width, height := fitInside(
		float64(config.Width), float64(config.Height), logoWidth*logoPixelsPerPoint, logoHeight*logoPixelsPerPoint)
	flat := image.NewNRGBA(image.Rect(0, 0, max(1, int(width)), max(1, int(height))))
	draw.Draw(flat, flat.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(flat, flat.Bounds(), picture, picture.Bounds(), draw.Over, nil)

	var out bytes.Buffer
	if err := png.Encode(&out, flat); err != nil {
		return nil, &Error{Code: CodeLogoUnreadable}
	}
	return out.Bytes(), nil
}

// fitInside scales a picture down, never up, to fit a frame.
func fitInside(width, height, maxWidth, maxHeight float64) (float64, float64) {
	scale := min(1, maxWidth/width, maxHeight/height)
	return width * scale, height * scale
}
