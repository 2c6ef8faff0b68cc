package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/applicationcsv"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// importPath ends the address of every import.
const importPath = "/import"

const importDescription = "The body is a CSV file (RFC 4180, UTF-8, with commas or semicolons) of at most 10,000 rows and 20 MB. Its first line names the " +
	"columns: the members of an application with dots between them, such as customer.address.postal_code, in any order. " +
	"customer.operations.alternate_id must be among them: by it, a row that is imported again is known and left as it is, so a file can be sent as often as it takes.\n\n" +
	"With dry_run nothing is done. What is wrong with rows is in the answer, never an error; rejects_csv is a file of the rejected rows that can be " +
	"corrected and sent again. 422 is about the file as a whole, such as a column that does not exist.\n\n" +
	"An import that breaks off has added part of its rows. Send it again to add the others."

func (s *surface) registerImports(v1 huma.API) {
	handle(s, v1, operation{
		id: "import-commitments", method: http.MethodPost, path: "/commitments" + importPath, tag: "Import and export", errors: []int{http.StatusForbidden},
		summary: "Import commitments from a CSV file", description: importDescription,
	}, s.importer(dealing.ImportCommitments, applicationcsv.Commitments))
	handle(s, v1, operation{
		id: "import-customers", method: http.MethodPost, path: "/onboardings" + importPath, tag: "Import and export", errors: []int{http.StatusForbidden},
		summary: "Import customers from a CSV file", description: importDescription + "\n\nEach row is an order like one of its own: its onboarding begins at once, and is followed like any other.",
	}, s.importer(dealing.ImportCustomers, applicationcsv.Customers))
}

type importIn struct {
	DealerChoice
	DryRun  bool   `query:"dry_run" doc:"Tell what would be done, and do nothing"`
	Keep    string `query:"keep" enum:"good,all_or_nothing" default:"all_or_nothing" doc:"What becomes of the good rows of a file that has bad ones"`
	RawBody []byte `contentType:"text/csv"`
}

// ImportResult is what became of a file, or would become of it.
type ImportResult struct {
	DryRun     bool       `json:"dry_run"`
	Added      bool       `json:"added" doc:"False for a dry run, and when nothing was added because some rows were rejected"`
	Rows       int        `json:"rows"`
	Accepted   int        `json:"accepted" doc:"Rows that are new and in order"`
	Known      int        `json:"known" doc:"Rows whose alternate ID came with an earlier import"`
	Rejected   int        `json:"rejected"`
	Problems   []RowError `json:"problems" doc:"Everything that is wrong, in the order of lines"`
	RejectsCSV string     `json:"rejects_csv" doc:"The rejected rows as a file, with their lines and what is wrong; empty when there are none"`
}

// RowError is what is wrong with one row of a file.
type RowError struct {
	Line    int    `json:"line" doc:"Where the row begins, as an editor counts" example:"17"`
	Field   string `json:"field" doc:"The column; a section's name when it is about all of its columns; empty when it is about the row" example:"customer.email"`
	Code    string `json:"code" example:"malformed"`
	Message string `json:"message" doc:"A sentence for people; it never repeats what was sent"`
}

type importOut struct{ Body ImportResult }

func (s *surface) importer(kind dealing.ImportKind, form applicationcsv.Form) func(context.Context, *importIn) (*importOut, error) {
	return func(ctx context.Context, in *importIn) (*importOut, error) {
		file, problems := applicationcsv.Read(form, in.RawBody)
		if len(problems) > 0 {
			return nil, problemInvalid(problems)
		}
		asked := dealing.Import{DealerID: in.DealerID, Kind: kind, Rows: file.Rows}
		report, err := s.importFile(ctx, asked, in)
		if err != nil {
			return nil, err
		}
		return &importOut{viewImport(file, report, in.DryRun)}, nil
	}
}

func (s *surface) importFile(ctx context.Context, file dealing.Import, in *importIn) (dealing.ImportReport, error) {
	if in.DryRun {
		return s.desk.ExamineImport(ctx, actorOf(ctx), file)
	}
	return s.desk.Import(ctx, actorOf(ctx), file, dealing.Keep(in.Keep), func(int) {})
}

func viewImport(file applicationcsv.File, report dealing.ImportReport, dryRun bool) ImportResult {
	result := ImportResult{
		DryRun: dryRun, Added: report.Added, Rows: report.Rows, Accepted: report.Accepted, Known: report.Known, Rejected: report.Rejected,
		Problems: views(report.Problems, func(problem onboarding.RowProblem) RowError {
			return RowError{Line: problem.Line, Field: file.Form().ColumnOf(problem.Field), Code: problem.Code, Message: problem.Message}
		}),
	}
	if report.Rejected > 0 {
		result.RejectsCSV = string(file.Rejects(report.Problems))
	}
	return result
}
