package main

import (
	"fmt"
	"os"
	"strings"
)

// progress shows how far an import is: a bar on a terminal, lines anywhere else.
type progress struct {
	to    *os.File
	total int
	bar   bool
}

func newProgress(to *os.File, total int) *progress { return &progress{to, total, isTerminal(to)} }

const barWidth = 40

func (p *progress) show(done int) {
	if !p.bar {
		fmt.Fprintf(p.to, "%d of %d rows\n", done, p.total)
		return
	}
	filled := barWidth * done / p.total
	fmt.Fprintf(p.to, "\r[%s%s] %d of %d rows", strings.Repeat("#", filled), strings.Repeat(".", barWidth-filled), done, p.total)
}

// end leaves the bar where it is and goes to the next line.
func (p *progress) end() {
	if p.bar {
		fmt.Fprintln(p.to)
	}
}
