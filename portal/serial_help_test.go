package portal

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/catalog"
)

func TestSerialHelp_EveryPanelHasADrawingOfItsOwn(t *testing.T) {
	t.Parallel()
	files, err := loadAssets(staticFiles)
	require.NoError(t, err)
	drawn := map[string]string{}
	for _, picture := range serialPictures() {
		file, found := files[picture.File()]
		require.True(t, found, picture.File())
		if other, same := drawn[string(file.plain)]; same {
			require.Equal(t, other, picture.File())
		}
		drawn[string(file.plain)] = picture.File()
		require.Contains(t, picture.Drawing, "label")
		require.NotEmpty(t, picture.Text)
	}
	require.Len(t, drawn, len(catalog.Current().Panels()))
}

func TestSerialHelp_ShowsWhatWasChosenOrThePanelThatIsKnown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ chosen, panel, shown string }{
		"chosen":         {"vista.0", "gc3", "vista.0"},
		"the panel":      {"", "gc3", "gc3.0"},
		"nothing known":  {"", "auto", "simon_xt.0"},
		"what is none":   {"<script>", "neo", "neo.0"},
		"a second model": {"simon_xt.1", "", "simon_xt.1"},
	} {
		help := serialHelpFor(c.chosen, c.panel)
		require.Equal(t, c.shown, help.Shown.ID, name)
		require.Equal(t, c.shown, help.Picture.Value, name)
		require.Equal(t, c.chosen != "", help.Open, name)
	}
}
