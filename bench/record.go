package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"time"
)

// record is what was measured last of each row, by its name.
type record map[string]entry

// entry is a row as it was measured, all its lines in the same run.
type entry struct {
	Day     string `json:"day"`
	Machine string `json:"machine"`
	Lines   []line `json:"lines"`
}

func (r row) judge(measured figures) (entry, error) {
	e := entry{Day: time.Now().UTC().Format(time.DateOnly), Machine: machine()}
	for _, c := range r.comparisons {
		l, err := c.judge(measured)
		if err != nil {
			return entry{}, err
		}
		e.Lines = append(e.Lines, l)
	}
	return e, nil
}

// machine says what can be read about this one.
func machine() string {
	description := fmt.Sprintf("%d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	cpus, _ := os.ReadFile("/proc/cpuinfo") // not there but on Linux
	for text := range strings.Lines(string(cpus)) {
		if name, value, _ := strings.Cut(text, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value) + ", " + description
		}
	}
	return description
}

func readRecord(file string) (record, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return record{}, nil
	}
	if err != nil {
		return nil, err
	}
	kept := record{}
	if err := json.Unmarshal(text, &kept); err != nil {
		return nil, fmt.Errorf("%s: %w; measure all rows anew without it", file, err)
	}
	return kept, nil
}

// of leaves the chosen rows.
func (r record) of(chosen []row) record {
	some := record{}
	for _, row := range chosen {
		if e, ok := r[row.name]; ok {
			some[row.name] = e
		}
	}
	return some
}

// write keeps the record, and draws it into the page.
func (r record) write(recordFile, pageFile string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(recordFile, append(text, '\n'), 0o644); err != nil {
		return err
	}
	page, err := os.ReadFile(pageFile)
	if err != nil {
		return err
	}
	if page, err = draw(page, r.table()); err != nil {
		return fmt.Errorf("%s: %w", pageFile, err)
	}
	return os.WriteFile(pageFile, page, 0o644)
}

// The table stands between these in the page; the rest of it is written by people.
const (
	tableBegins = "<!-- make bench writes from here -->\n"
	tableEnds   = "<!-- to here -->\n"
)

// draw puts the table into the page, where the last one was.
func draw(page []byte, table string) ([]byte, error) {
	before, rest, begins := bytes.Cut(page, []byte(tableBegins))
	_, after, ends := bytes.Cut(rest, []byte(tableEnds))
	if !begins || !ends {
		return nil, fmt.Errorf("the lines %q and %q must stand in it", strings.TrimSpace(tableBegins), strings.TrimSpace(tableEnds))
	}
	return bytes.Join([][]byte{before, []byte(tableBegins), []byte(table), []byte(tableEnds), after}, nil), nil
}

// table is the record in Markdown, in the order of the rows.
func (r record) table() string {
	var t strings.Builder
	t.WriteString("| row | what | Latchkey | against | ratio | reach | kept |\n| --- | --- | ---: | ---: | ---: | --- | --- |\n")
	var when []string
	for _, row := range rows {
		e, ok := r[row.name]
		if !ok {
			continue
		}
		for _, l := range e.Lines {
			fmt.Fprintf(&t, "| %s | %s | %s %s | %s | %s | %s | %s |\n", row.name, l.What, number(l.Ours), l.Unit, l.Against, l.Compared, l.Reach, l.Verdict)
		}
		when = append(when, row.name+" "+e.Day+" on "+e.Machine)
	}
	t.WriteString("\n" + measuredOn(when) + "\n")
	return t.String()
}

// measuredOn says once what is said of several rows.
func measuredOn(when []string) string {
	names, order := map[string][]string{}, []string{}
	for _, text := range when {
		name, said, _ := strings.Cut(text, " ")
		if names[said] == nil {
			order = append(order, said)
		}
		names[said] = append(names[said], name)
	}
	var sentences []string
	for _, said := range order {
		sentences = append(sentences, fmt.Sprintf("Measured %s: %s.", said, strings.Join(names[said], ", ")))
	}
	return strings.Join(sentences, " ")
}
