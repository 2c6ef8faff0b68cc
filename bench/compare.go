package main

import (
	"fmt"
	"math"
	"strconv"
)

// comparison is one line of the table: a figure of ours, what it is held against, and what
// was promised of the two.
type comparison struct {
	what    string
	ours    figure
	against figure // the zero figure when ours stands for itself
	reach   reach
}

// reach is a promise. Its zero value promises nothing: the line is for the reader.
type reach struct {
	text string
	// compare makes the number that the promise is about.
	compare func(ours, against float64) float64
	// keeps says whether that number keeps it.
	keeps func(compared float64) bool
	// sign of the number in the table: 1.30x, +4, 25.
	show func(compared float64) string
}

func ratio(ours, against float64) float64      { return ours / against }
func difference(ours, against float64) float64 { return ours - against }
func itself(ours, _ float64) float64           { return ours }

func showRatio(compared float64) string      { return fmt.Sprintf("%.2fx", compared) }
func showDifference(compared float64) string { return fmt.Sprintf("%+.4g", compared) }
func showNothing(float64) string             { return "" }

func atMost(limit float64) func(float64) bool  { return func(n float64) bool { return n <= limit } }
func atLeast(limit float64) func(float64) bool { return func(n float64) bool { return n >= limit } }

// timesAtMost promises that ours is not more than so many times the other.
func timesAtMost(limit float64) reach {
	return reach{fmt.Sprintf("≤ %gx", limit), ratio, atMost(limit), showRatio}
}

// timesAtLeast promises that ours is at least so many times the other.
func timesAtLeast(limit float64) reach {
	return reach{fmt.Sprintf("≥ %gx", limit), ratio, atLeast(limit), showRatio}
}

// moreAtMost promises that ours is not more than the other and so much.
func moreAtMost(limit float64) reach {
	return reach{fmt.Sprintf("≤ +%g", limit), difference, atMost(limit), showDifference}
}

// noMoreThan promises a limit that no other side has a part in.
func noMoreThan(limit float64) reach {
	return reach{fmt.Sprintf("≤ %g", limit), itself, atMost(limit), showNothing}
}

// line is a comparison as measured.
type line struct {
	What     string  `json:"what"`
	Unit     string  `json:"unit"`
	Ours     float64 `json:"ours"`
	Against  string  `json:"against,omitempty"`
	Compared string  `json:"compared,omitempty"`
	Reach    string  `json:"reach,omitempty"`
	Verdict  verdict `json:"verdict,omitempty"`
}

// verdict says whether a promise was kept. The zero verdict is on a line that promises nothing.
type verdict string

const (
	kept   verdict = "yes"
	broken verdict = "NO"
)

func (c comparison) judge(measured figures) (line, error) {
	ours, err := measured.at(c.ours)
	if err != nil {
		return line{}, err
	}
	l := line{What: c.what, Unit: c.ours.unit, Ours: ours, Reach: c.reach.text}
	against := math.NaN()
	if c.against != (figure{}) {
		if against, err = measured.at(c.against); err != nil {
			return line{}, err
		}
		l.Against = number(against)
		l.Compared = showRatio(ratio(ours, against))
	}
	if c.reach.text == "" {
		return l, nil
	}
	compared := c.reach.compare(ours, against)
	l.Compared = c.reach.show(compared)
	l.Verdict = broken
	if c.reach.keeps(compared) {
		l.Verdict = kept
	}
	return l, nil
}

// number writes three digits that count, and no others.
func number(n float64) string {
	if math.Abs(n) >= 100 {
		return strconv.FormatFloat(math.Round(n), 'f', -1, 64)
	}
	return strconv.FormatFloat(n, 'g', 3, 64)
}
