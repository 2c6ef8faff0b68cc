package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/latchkey/latchkey/applicationcsv"
	"github.com/latchkey/latchkey/dealing"
)

func (s *surface) registerExports(v1 huma.API) {
	exporting(s, v1, "accounts", applicationcsv.AccountTable, s.desk.ExportAccounts)
	exporting(s, v1, "commitments", applicationcsv.CommitmentTable, s.desk.ExportCommitments)
	exporting(s, v1, "onboardings", applicationcsv.OnboardingTable, s.desk.ExportOnboardings)
}

type exportIn struct{ DealerChoice }

// exporting registers the export of one table.
func exporting[T any](s *surface, v1 huma.API, what string, table applicationcsv.Table[T],
	pages func(ctx context.Context, actor dealing.Actor, dealerID string, each func([]T) error) error,
) {
	handle(s, v1, operation{
		id: "export-" + what, method: http.MethodGet, path: "/exports/" + what + ".csv", tag: "Import and export", errors: []int{http.StatusForbidden}, stream: true,
		summary: "Export " + what + " as CSV, newest first",
		description: "Everything you may see, or one dealer's. A cell that a spreadsheet would take for a formula begins with an apostrophe. " +
			"A file that breaks off is not whole: the connection ends without the end of the body.",
		responses: map[string]*huma.Response{"200": {
			Description: "The file",
			Content:     map[string]*huma.MediaType{csvType: {Schema: &huma.Schema{Type: huma.TypeString}}},
		}},
	}, func(ctx context.Context, in *exportIn) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(hctx huma.Context) {
			c := humagin.Unwrap(hctx)
			err := writeTable(c.Writer, what, table, func(each func([]T) error) error { return pages(ctx, actorOf(ctx), in.DealerID, each) })
			switch {
			case err == nil:
			case c.Writer.Written():
				s.problemOf(ctx, err)       // for the log
				panic(http.ErrAbortHandler) // half a file must not look like a whole one
			default:
				writeProblem(c.Writer, c.Request, s.problemOf(ctx, err))
			}
		}}, nil
	})
}

// writeTable writes page after page as it is read. Nothing is sent before the first page is
// there, so that an error until then can be told.
func writeTable[T any](w http.ResponseWriter, what string, table applicationcsv.Table[T], pages func(each func([]T) error) error) error {
	writer := applicationcsv.NewWriter(w)
	begun := false
	return pages(func(page []T) error {
		if !begun {
			begun = true
			w.Header().Set("Content-Type", csvType+"; charset=utf-8")
			w.Header().Set("Content-Disposition", `attachment; filename="`+what+`.csv"`)
			if err := writer.Write(table.Header...); err != nil {
				return err
			}
		}
		// The server's write deadline is made for replies of one page.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTimeout))
		for _, row := range page {
			if err := writer.Write(table.Cells(row)...); err != nil {
				return err
			}
		}
		return writer.Flush()
	})
}
