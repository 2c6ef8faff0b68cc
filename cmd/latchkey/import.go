package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/latchkey/latchkey/api"
	"github.com/latchkey/latchkey/applicationcsv"
	"github.com/latchkey/latchkey/dealing"
)

// importCommand imports a file through the API: first a dry run of all of it, then its good
// rows, a few hundred a request. Cut short anywhere, it can be started again: rows are
// known by their alternate ID.
type importCommand struct {
	File    string `arg:"" type:"existingfile" help:"CSV file; docs/import.md has its columns."`
	Kind    string `required:"" enum:"commitments,customers" help:"What the rows are: commitments or customers."`
	DryRun  bool   `help:"Only tell what would be done."`
	Keep    string `enum:"good,all-or-nothing" default:"all-or-nothing" help:"What becomes of the good rows when others are bad: good keeps them, all-or-nothing imports nothing."`
	Rejects string `placeholder:"FILE" help:"Where to write the bad rows, with what is wrong with them; it can be corrected and imported."`
	Yes     bool   `help:"Import after the dry run without asking; needed when nobody can be asked."`
	Dealer  string `help:"ID of the dealer; your own when left out."`
	APIURL  string `name:"api-url" env:"LATCHKEY_API_URL" default:"http://localhost:8080" help:"Address of the API."`
	APIKey  string `name:"api-key" env:"LATCHKEY_API_KEY" required:"" help:"API key of somebody of the dealer's office; a value or @file."`
}

// Help says what the exit codes mean.
func (importCommand) Help() string {
	return "Exit codes: 0 when every row is imported or would be, 1 when rows were rejected, 2 when the import could not be done; " +
		"then part of the rows may be in, and importing the same file again adds the others."
}

// importFailure is an exit with a code of its own.
type importFailure struct {
	error
	code int
}

// ExitCode is as Help says.
func (f importFailure) ExitCode() int { return f.code }

func undone(err error) error { return importFailure{err, 2} }

// errRejected says that something was wrong with some rows.
var errRejected = importFailure{errors.New("some rows were rejected"), 1}

// rowsARequest keeps each request short, so that there is progress to show.
const rowsARequest = 1000

func (c *importCommand) Run(ctx context.Context) error {
	content, err := os.ReadFile(c.File)
	if err != nil {
		return undone(err)
	}
	forms := map[string]applicationcsv.Form{"commitments": applicationcsv.Commitments, "customers": applicationcsv.Customers}
	file, problems := applicationcsv.Read(forms[c.Kind], content)
	if len(problems) > 0 {
		var sentences []string
		for _, problem := range problems {
			sentences = append(sentences, problem.Message)
		}
		return undone(errors.New(strings.Join(sentences, "\n")))
	}
	key, err := readSecret(c.APIKey)
	if err != nil {
		return undone(err)
	}
	client := newImportClient(c, key)
	examined, err := client.send(ctx, content, "dry_run=true")
	if err != nil {
		return undone(err)
	}
	fmt.Printf("%d rows: %d new, %d known, %d rejected\n", examined.Rows, examined.Accepted, examined.Known, examined.Rejected)
	showRejected(examined.Problems)
	if err := c.keepRejected(file, examined.Problems); err != nil {
		return undone(err)
	}
	switch {
	case c.DryRun:
	case examined.Rejected > 0 && c.Keep == "all-or-nothing":
		fmt.Println("Nothing was imported. Correct the rows, or keep the good ones with --keep good.")
	case examined.Accepted+examined.Known > 0:
		if err := c.confirm(examined.Accepted); err != nil {
			return undone(err)
		}
		later, err := client.importGood(ctx, file, examined.Problems)
		if err != nil {
			return undone(err)
		}
		showRejected(later)
		if err := c.keepRejected(file, append(examined.Problems, later...)); err != nil {
			return undone(err)
		}
		examined.Rejected += len(later)
	}
	if examined.Rejected > 0 {
		return errRejected
	}
	return nil
}

// confirm asks before anything is done.
func (c *importCommand) confirm(rows int) error {
	nobody := errors.New("nobody can be asked here; say --yes to import, or --dry-run to look only")
	switch {
	case c.Yes:
		return nil
	case !isTerminal(os.Stdin):
		return nobody
	}
	fmt.Printf("Import %d rows? [y/N] ", rows)
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	switch {
	case err != nil: // such as /dev/null, which looks like a terminal from afar
		return nobody
	case !strings.EqualFold(strings.TrimSpace(answer), "y"):
		return errors.New("nothing was imported")
	}
	return nil
}

// shownProblems is what a screen holds; the file of rejected rows has all.
const shownProblems = 20

func showRejected(problems []api.RowError) {
	for i, problem := range problems {
		if i == shownProblems {
			fmt.Printf("  … and %d more\n", len(problems)-shownProblems)
			return
		}
		fmt.Printf("  line %d  %s  %s\n", problem.Line, strings.TrimSpace(problem.Field+"  "+problem.Code), problem.Message)
	}
}

// keepRejected writes the rejected rows where they can be corrected.
func (c *importCommand) keepRejected(file applicationcsv.File, problems []api.RowError) error {
	if c.Rejects == "" || len(problems) == 0 {
		return nil
	}
	return os.WriteFile(c.Rejects, file.Rejects(rowProblems(problems)), 0o600) // it has people in it
}

func isTerminal(file *os.File) bool {
	about, err := file.Stat()
	return err == nil && about.Mode()&os.ModeCharDevice != 0
}

// importGood sends the rows that have no problem. What somebody else has taken since the dry
// run is told.
func (c *importClient) importGood(ctx context.Context, file applicationcsv.File, bad []api.RowError) (later []api.RowError, err error) {
	rejected := map[int]bool{}
	for _, problem := range bad {
		rejected[problem.Line] = true
	}
	var good []int
	for place, row := range file.Rows {
		if !rejected[row.Line] {
			good = append(good, place)
		}
	}
	bar := newProgress(os.Stdout, len(good))
	defer bar.end()
	done := 0
	for places := range slices.Chunk(good, rowsARequest) {
		part := file.Part(places)
		result, err := c.send(ctx, part, "keep="+string(dealing.KeepGood))
		if err != nil {
			return nil, err
		}
		read, _ := applicationcsv.Read(file.Form(), part)
		for _, problem := range result.Problems {
			at := slices.IndexFunc(read.Rows, func(row importRow) bool { return row.Line == problem.Line })
			problem.Line = file.Rows[places[at]].Line
			later = append(later, problem)
		}
		done += len(places)
		bar.show(done)
	}
	return later, nil
}
