// Command bench measures Latchkey against the plainest program that does the same, and says
// whether it keeps what it promises: `make bench`, or `make bench ROWS=letter,cost` for some.
//
// Each row is a Go benchmark beside what it measures, that has both sides of a comparison as
// sub-benchmarks, so that both meet the same machine in the same minutes. This program runs
// them, prints one table, keeps the figures in docs/performance.json and draws them into
// docs/performance.md. Run it on a quiet machine, from the root of the repository.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

const (
	recordFile = "docs/performance.json"
	pageFile   = "docs/performance.md"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := bench(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench measures the rows of these names, all when there are none. What was measured is kept
// also when a later row cannot be.
func bench(ctx context.Context, names []string) error {
	chosen, err := choose(rows, names)
	if err != nil {
		return err
	}
	kept, err := readRecord(recordFile)
	if err != nil {
		return err
	}
	begun := time.Now()
	for i, r := range chosen {
		fmt.Printf("%s  row %d of %d: %s, %s\n", time.Now().Format(time.TimeOnly), i+1, len(chosen), r.name, r.takes)
		measured, err := r.measure(ctx, os.Stdout)
		if err != nil {
			return fmt.Errorf("row %s: %w", r.name, err)
		}
		if kept[r.name], err = r.judge(measured); err != nil {
			return fmt.Errorf("row %s: %w", r.name, err)
		}
		if err := kept.write(recordFile, pageFile); err != nil {
			return err
		}
	}
	fmt.Printf("\n%s\nmeasured in %s; kept in %s and %s\n", kept.of(chosen).table(), time.Since(begun).Round(time.Second), recordFile, pageFile)
	return nil
}

// choose picks rows by name, in the order of the table.
func choose(all []row, names []string) ([]row, error) {
	if len(names) == 0 {
		return all, nil
	}
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	var chosen []row
	var known []string
	for _, r := range all {
		if wanted[r.name] {
			chosen = append(chosen, r)
		}
		delete(wanted, r.name)
		known = append(known, r.name)
	}
	for name := range wanted {
		return nil, fmt.Errorf("no row is called %q; the rows are %s", name, strings.Join(known, ", "))
	}
	return chosen, nil
}
