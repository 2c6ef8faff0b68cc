package peers

import (
	"bytes"
	"testing"
	"time"

	"github.com/johnfercher/maroto/v2"
	"github.com/johnfercher/maroto/v2/pkg/components/text"
	"github.com/johnfercher/maroto/v2/pkg/config"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/core/entity"
	"github.com/johnfercher/maroto/v2/pkg/props"
	"github.com/johnfercher/maroto/v2/pkg/repository"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/letter"
)

// BenchmarkMaroto reports how many letters a second maroto and Latchkey each make of the same
// sentences in the same fonts. maroto's has neither the frame around the login nor the logo.
func BenchmarkMaroto(b *testing.B) {
	facts := welcome(time.Date(2026, time.November, 24, 20, 5, 0, 0, time.UTC))
	content, err := letter.Compose(facts)
	require.NoError(b, err)
	fonts, err := repository.New().
		AddUTF8Font("DejaVu", fontstyle.Normal, "../../letter/fonts/DejaVuSans.ttf").
		AddUTF8Font("DejaVu", fontstyle.Bold, "../../letter/fonts/DejaVuSans-Bold.ttf").
		Load()
	require.NoError(b, err)
	for _, variant := range []struct {
		name string
		make func() ([]byte, error)
	}{
		{"maroto", func() ([]byte, error) { return printed(fonts, content) }},
		{"latchkey", func() ([]byte, error) { return letter.Render(facts) }},
	} {
		b.Run(variant.name, func(b *testing.B) {
			b.ReportAllocs()
			var pdf []byte
			for b.Loop() {
				pdf, err = variant.make()
				require.NoError(b, err)
			}
			require.True(b, bytes.HasPrefix(pdf, []byte("%PDF")))
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
			b.ReportMetric(float64(len(pdf)), "bytes/letter")
		})
	}
}

func printed(fonts []*entity.CustomFont, content letter.Content) ([]byte, error) {
	m := maroto.New(config.NewBuilder().WithCustomFonts(fonts).WithDefaultFont(&props.Font{Family: "DejaVu", Size: 10}).Build())
	bold := props.Text{Style: fontstyle.Bold, Size: 14}
	m.AddAutoRow(text.NewCol(12, content.Heading, bold))
	for _, line := range []string{
		content.Date, content.Greeting, content.Intro, content.LoginNameLabel, content.LoginName,
		content.Setup.Label, content.Setup.URL, content.Setup.Validity,
	} {
		m.AddAutoRow(text.NewCol(12, line))
	}
	m.AddAutoRow(text.NewCol(12, content.StepsHeading, bold))
	for _, line := range content.Steps {
		m.AddAutoRow(text.NewCol(12, line))
	}
	m.AddAutoRow(text.NewCol(12, content.BenefitsHeading, bold))
	for _, line := range content.Benefits {
		m.AddAutoRow(text.NewCol(12, line))
	}
	for _, line := range append(content.Notes, content.Contact, content.Closing, content.Signature, content.PoweredBy) {
		m.AddAutoRow(text.NewCol(12, line))
	}
	document, err := m.Generate()
	if err != nil {
		return nil, err
	}
	return document.GetBytes(), nil
}
