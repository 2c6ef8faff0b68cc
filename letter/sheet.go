package letter

import "time"

// Everything is in points from the top left corner. Letter size is the paper of the United States, Canada and Mexico.
const (
	pageWidth    = 612.0
	pageHeight   = 792.0
	marginLeft   = 64.0
	marginRight  = 64.0
	marginTop    = 48.0
	marginBottom = 46.0
	textWidth    = pageWidth - marginLeft - marginRight
	pageEnd      = pageHeight - marginBottom
)

// sheet is a letter laid out: what to draw and where, on as many pages as it takes. It knows nothing of PDF.
type sheet struct {
	title, author string
	issuedOn      time.Time
	pages         []*page
	y             float64 // where the next line goes on the last page
	shade         *shade  // what is painted behind the lines being set, if anything
}

type page struct {
	fills    []fill
	pictures []picture
	runs     []run
	links    []link
}

type box struct{ x, y, width, height float64 }

// fill is a rectangle of one colour; radius rounds its corners.
type fill struct {
	box
	colour colour
	radius float64
}

// picture is a normalized logo.
type picture struct {
	box
	png []byte
}

// run is a stretch of characters in one face, style and colour, on one baseline.
type run struct {
	x, baseline, width float64
	text               string
	face               *face
	size               float64
	colour             colour
}

type link struct {
	box
	address string
}

// shade is the panel behind a stretch of lines: a tint with an accent bar at its left. It grows with the lines, so that
// it can go on over a page break.
type shade struct {
	tint, accent colour
	on           *page
	first        int // index of the panel's two fills on that page
}

const (
	shadeAccentWidth = 3.0
	shadePadding     = 9.0
)

// column is where a paragraph goes; align is 0 at its left edge, 0.5 centred, 1 at its right edge.
type column struct {
	left, width float64
	align       float64
}

func newSheet() *sheet {
	s := &sheet{}
	s.breakPage()
	return s
}

func (s *sheet) current() *page { return s.pages[len(s.pages)-1] }

func (s *sheet) breakPage() {
	s.pages = append(s.pages, &page{})
	s.y = marginTop
}

// advance moves down by height, which lands on a new page when this one has no room, and returns where it starts.
func (s *sheet) advance(height float64) float64 {
	if s.y+height > pageEnd {
		s.breakPage()
	}
	top := s.y
	if s.shade != nil {
		s.shade.grow(s.current(), top, height)
	}
	s.y += height
	return top
}

func (h *shade) grow(on *page, top, height float64) {
	if h.on != on {
		h.on, h.first = on, len(on.fills)
		on.fills = append(on.fills,
			fill{box: box{marginLeft, top, textWidth, 0}, colour: h.tint},
			fill{box: box{marginLeft, top, shadeAccentWidth, 0}, colour: h.accent})
	}
	on.fills[h.first].height += height
	on.fills[h.first+1].height += height
}

// shaded sets what draw sets on a panel.
func (s *sheet) shaded(tint, accent colour, draw func()) {
	s.shade = &shade{tint: tint, accent: accent}
	s.advance(shadePadding)
	draw()
	s.advance(shadePadding)
	s.shade = nil
}

// together sets what draw sets on one page if a page can hold it: when draw runs over the end of this page it is undone
// and done again on the next.
func (s *sheet) together(draw func()) {
	pages, y, last := len(s.pages), s.y, *s.current()
	draw()
	if len(s.pages) == pages || y == marginTop {
		return
	}
	s.pages = s.pages[:pages]
	*s.current() = last
	s.breakPage()
	draw()
}

// paragraph sets spans one under another in a column; the first span's leading is that of all its lines.
func (s *sheet) paragraph(in column, spans ...span) {
	for _, line := range wrap(spans, in.width) {
		s.line(in, line, spans)
	}
}

// capHeight of DejaVu, in em: a line's capitals are centred in its leading.
const capHeight = 0.73

func (s *sheet) line(in column, forms line, spans []span) {
	top := s.advance(spans[0].style.leading)
	s.current().place(in, forms, spans, top)
}

// place draws a line at a height of the page, whatever is there.
func (p *page) place(in column, forms line, spans []span, top float64) {
	lead := spans[0].style
	baseline := top + (lead.leading+capHeight*lead.size)/2
	x := in.left + (in.width-forms.width())*in.align

	forms = forms.inVisualOrder()
	for start := 0; start < len(forms); {
		end := start + 1
		for end < len(forms) && forms[end].face == forms[start].face && forms[end].span == forms[start].span {
			end++
		}
		stretch, from := forms[start:end], spans[forms[start].span]
		width := stretch.width()
		p.runs = append(p.runs, run{x, baseline, width, stretch.text(), stretch[0].face, from.style.size, from.style.colour})
		if from.link != "" {
			p.links = append(p.links, link{box{x, top, width, lead.leading}, from.link})
		}
		x += width
		start = end
	}
}
