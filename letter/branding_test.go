package letter

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNormalizeLogo_GivesASmallOpaquePNGAndIsDoneOnce(t *testing.T) {
	t.Parallel()
	deep := image.NewNRGBA64(image.Rect(0, 0, 40, 10))
	for name, raw := range map[string][]byte{
		"big png":          pngOf(t, samplePicture(3000, 700)),
		"small png":        pngOf(t, samplePicture(60, 20)),
		"jpeg":             jpegOf(t, samplePicture(900, 900)),
		"sixteen bit":      pngOf(t, deep),
		"a line of pixels": pngOf(t, image.NewGray(image.Rect(0, 0, 5000, 1))),
		"palette":          pngOf(t, image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.Black, color.Transparent})),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			once, err := NormalizeLogo(raw)
			require.NoError(t, err)
			picture, err := png.Decode(bytes.NewReader(once))
			require.NoError(t, err)
			require.LessOrEqual(t, picture.Bounds().Dx(), int(logoWidth*logoPixelsPerPoint))
			require.LessOrEqual(t, picture.Bounds().Dy(), int(logoHeight*logoPixelsPerPoint))
			require.True(t, picture.(interface{ Opaque() bool }).Opaque())

			twice, err := NormalizeLogo(once)
			require.NoError(t, err)
			require.Equal(t, once, twice)

			facts := printFacts()
			facts.Dealer.Logo = raw
			require.Contains(t, string(render(t, facts)), "/Subtype /Image")
		})
	}
}

func TestNormalizeLogo_RefusesWhatItCannotDraw(t *testing.T) {
	t.Parallel()
	whole := pngOf(t, samplePicture(300, 100))
	for name, refused := range map[string]struct {
		raw  []byte
		code Code
	}{
		"nothing":   {nil, CodeLogoUnreadable},
		"text":      {[]byte("<svg/>"), CodeLogoUnreadable},
		"cut short": {whole[:len(whole)/2], CodeLogoUnreadable},
		"huge":      {pngOf(t, image.NewGray(image.Rect(0, 0, 5001, 5000))), CodeLogoTooLarge},
	} {
		_, err := NormalizeLogo(refused.raw)
		var fault *Error
		require.ErrorAs(t, err, &fault, name)
		require.Equal(t, refused.code, fault.Code, name)
	}
}

func TestParseColour_ReadsHexAndFallsBackToTheHouseColour(t *testing.T) {
	t.Parallel()
	require.Equal(t, colour{0xb3, 0x26, 0x1e}, parseColour("#b3261e"))
	require.Equal(t, colour{0xb3, 0x26, 0x1e}, parseColour("#B3261E"))
	for _, text := range []string{"", "#", "b3261e", "#b32", "#b3261e00", "#gggggg", "red"} {
		require.Equal(t, house, parseColour(text), text)
	}
}

func TestReadable_MakesAnyColourLegibleOnWhite(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"#ffffff", "#ffd400", "#00ff00", "#b3261e", "#000000"} {
		require.GreaterOrEqual(t, contrast(parseColour(text).readable(), white), 4.5, text)
	}
	require.Equal(t, house, house.readable(), "a dark colour stays as the dealer chose it")
}
