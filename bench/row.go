package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"
)

// row is one benchmark and what is compared in it.
type row struct {
	name        string
	folder      string // where its package is; its module, when that is another
	benchmark   string // its name without Benchmark
	repetitions string // `go test -benchtime`: 1x when the benchmark repeats by itself
	takes       string // about how long, for whoever waits
	comparisons []comparison
}

// figure is where a number is found: a benchmark's full name without Benchmark, and its unit.
type figure struct{ benchmark, unit string }

// figures are what a run of benchmarks measured.
type figures map[figure]float64

// rowTimeout ends a row that hangs. The slowest takes a quarter of it.
const rowTimeout = "30m"

// measure runs the row's benchmark, aloud.
func (r row) measure(ctx context.Context, aloud io.Writer) (figures, error) {
	test := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^Benchmark"+r.benchmark+"$", "-benchtime", r.repetitions, "-timeout", rowTimeout, ".")
	test.Dir = r.folder
	test.Stderr = os.Stderr
	test.Cancel = func() error { return test.Process.Signal(os.Interrupt) }
	test.WaitDelay = 20 * time.Second // for the benchmark to take down what it started
	output, err := test.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := test.Start(); err != nil {
		return nil, err
	}
	measured, readErr := readFigures(io.TeeReader(output, aloud))
	if err := errors.Join(test.Wait(), readErr); err != nil {
		return nil, err
	}
	return measured, nil
}

// readFigures reads what `go test -bench` prints, lines of logs included.
func readFigures(output io.Reader) (figures, error) {
	measured := figures{}
	reader := benchfmt.NewReader(output, "go test")
	for reader.Scan() {
		result, ok := reader.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		for _, value := range result.Values {
			at := figure{nameOf(result.Name), value.Unit}
			measured[at] = value.Value
			if value.OrigUnit != "" { // as printed, before it was made seconds or bytes
				measured[figure{at.benchmark, value.OrigUnit}] = value.OrigValue
			}
		}
	}
	return measured, reader.Err()
}

// nameOf leaves out how many processors the benchmark had.
func nameOf(name benchfmt.Name) string {
	base, parts := name.Parts()
	var full strings.Builder
	full.Write(base)
	for _, part := range parts {
		if part[0] == '/' {
			full.Write(part)
		}
	}
	return full.String()
}

func (m figures) at(f figure) (float64, error) {
	value, ok := m[f]
	if !ok {
		return 0, fmt.Errorf("benchmark %s did not report %s", f.benchmark, f.unit)
	}
	return value, nil
}
