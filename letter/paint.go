package letter

import (
	"bytes"
	"strings"

	"github.com/jung-kurt/gofpdf"
)

// paint is the only function that knows gofpdf, which is archived upstream; another library would be a change here alone.
func paint(s *sheet) ([]byte, error) {
	pdf := gofpdf.NewCustom(&gofpdf.InitType{
		UnitStr: "pt",
		Size:    gofpdf.SizeType{Wd: pageWidth, Ht: pageHeight},
	})
	pdf.SetAutoPageBreak(false, 0)
	// Without these three the bytes hold the clock's time and the order of a Go map.
	pdf.SetCreationDate(s.issuedOn.UTC())
	pdf.SetModificationDate(s.issuedOn.UTC())
	pdf.SetCatalogSort(true)
	pdf.SetTitle(basicPlane(s.title), true)
	pdf.SetAuthor(basicPlane(s.author), true)
	pdf.SetCreator("Latchkey", false)

	fonts, err := embedFonts(pdf, s)
	if err != nil {
		return nil, &Error{Code: CodeRenderFailed}
	}
	for _, page := range s.pages {
		pdf.AddPage()
		for _, area := range page.fills {
			pdf.SetFillColor(area.colour.channels())
			if area.radius > 0 {
				pdf.RoundedRect(area.x, area.y, area.width, area.height, area.radius, "1234", "F")
			} else {
				pdf.Rect(area.x, area.y, area.width, area.height, "F")
			}
		}
		for _, drawn := range page.pictures {
			options := gofpdf.ImageOptions{ImageType: "PNG"}
			pdf.RegisterImageOptionsReader("logo", options, bytes.NewReader(drawn.png))
			pdf.ImageOptions("logo", drawn.x, drawn.y, drawn.width, drawn.height, false, options, 0, "")
		}
		for _, run := range page.runs {
			pdf.SetTextColor(run.colour.channels())
			x := run.x
			for _, piece := range fonts[run.face].pieces(run.text) {
				pdf.SetFont(piece.font, "", run.size)
				pdf.Text(x, run.baseline, string(piece.codes))
				x += piece.width * run.size
			}
		}
		for _, link := range page.links {
			pdf.LinkString(link.x, link.y, link.width, link.height, link.address)
		}
	}

	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, &Error{Code: CodeRenderFailed}
	}
	return out.Bytes(), nil
}

func (c colour) channels() (red, green, blue int) { return int(c.red), int(c.green), int(c.blue) }

// basicPlane replaces what gofpdf cannot write into a document's properties.
func basicPlane(text string) string {
	return strings.Map(func(char rune) rune {
		if char > 0xFFFF {
			return '\uFFFD'
		}
		return char
	}, text)
}
