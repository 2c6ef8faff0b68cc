package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlForgetImports = `DELETE FROM imports WHERE created_at < now() - @lifetime::interval`

const sqlStageImport = `
INSERT INTO imports (id, dealer_id, created_by, kind, content, report) VALUES (@id, @dealer, @user, @kind, @content, @report)`

// StageImport keeps a file that was looked at, and forgets those older than a week.
func (s *Store) StageImport(ctx context.Context, staged onboarding.StagedImport) error {
	return s.transact(ctx, "stage import", func(tx pgx.Tx) error {
		return write(ctx, tx, statement{sqlForgetImports, pgx.NamedArgs{"lifetime": importsLife}}, statement{sqlStageImport, pgx.NamedArgs{
			"id": idOf(staged.ID), "dealer": idOf(staged.DealerID), "user": optionalID(staged.UserID), "kind": staged.Kind,
			"content": staged.Content, "report": reportToJSON(staged.Report),
		}})
	})
}

const sqlStagedImport = `
SELECT id, dealer_id, created_by::text AS user_id, kind, content, state, report, done_rows, created_at, updated_at
FROM imports WHERE id = @id AND (@dealers::uuid[] IS NULL OR dealer_id = ANY (@dealers))`

type stagedImportRow struct {
	ID        string
	DealerID  string
	UserID    zeronull.Text
	Kind      onboarding.ImportKind
	Content   []byte
	State     onboarding.ImportState
	Report    []byte
	DoneRows  int
	CreatedAt time.Time
	UpdatedAt time.Time
}

// StagedImport reads a file that one of dealers sent; nil means every dealer.
func (s *Store) StagedImport(ctx context.Context, dealers []string, id string) (onboarding.StagedImport, error) {
	row, err := one[stagedImportRow](ctx, s.pool, sqlStagedImport, pgx.NamedArgs{"id": idOf(id), "dealers": idsOf(dealers)})
	if err != nil {
		return onboarding.StagedImport{}, translate("read import", err)
	}
	report, err := reportFromJSON(row.Report)
	return onboarding.StagedImport{
		ID: row.ID, DealerID: row.DealerID, UserID: string(row.UserID), Kind: row.Kind, Content: row.Content, State: row.State,
		Report: report, DoneRows: row.DoneRows, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}, translate("read import", err)
}

const sqlClaimImport = `
UPDATE imports SET state = 'running', done_rows = 0, updated_at = now()
WHERE id = @id AND (state IN ('examined', 'stopped') OR state = 'running' AND updated_at < now() - @silence::interval)`

// ClaimImport makes a staged import running. onboarding.ErrStale when it runs already or is
// done; one that was not heard of for silence does not run any more.
func (s *Store) ClaimImport(ctx context.Context, id string, silence time.Duration) error {
	claimed, err := changed(ctx, s.pool, sqlClaimImport, pgx.NamedArgs{"id": idOf(id), "silence": silence})
	if err == nil && !claimed {
		return onboarding.ErrStale
	}
	return translate("claim import", err)
}

const sqlImportProgress = `UPDATE imports SET done_rows = @done, updated_at = now() WHERE id = @id AND state = 'running'`

// ImportProgress keeps how many rows of a running import are done with.
func (s *Store) ImportProgress(ctx context.Context, id string, doneRows int) error {
	_, err := s.pool.Exec(ctx, sqlImportProgress, pgx.NamedArgs{"id": idOf(id), "done": doneRows})
	return translate("keep progress of import", err)
}

// An import that was cut short keeps the report of the look at it.
const sqlEndImport = `
UPDATE imports SET state = @state, report = CASE @state WHEN 'done' THEN @report ELSE report END, updated_at = now()
WHERE id = @id AND state = 'running'`

// EndImport keeps how an import ended: done with its report, or stopped.
func (s *Store) EndImport(ctx context.Context, id string, state onboarding.ImportState, report onboarding.ImportReport) error {
	_, err := s.pool.Exec(ctx, sqlEndImport, pgx.NamedArgs{"id": idOf(id), "state": state, "report": reportToJSON(report)})
	return translate("end import", err)
}

// importReport is the JSON form of onboarding.ImportReport.
type importReport struct {
	Rows     int          `json:"rows"`
	Accepted int          `json:"accepted"`
	Known    int          `json:"known"`
	Rejected int          `json:"rejected"`
	Added    bool         `json:"added"`
	Problems []rowProblem `json:"problems"`
}

type rowProblem struct {
	Line    int    `json:"line"`
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func reportToJSON(report onboarding.ImportReport) []byte {
	kept := importReport{report.Rows, report.Accepted, report.Known, report.Rejected, report.Added, []rowProblem{}}
	for _, one := range report.Problems {
		kept.Problems = append(kept.Problems, rowProblem{one.Line, one.Field, one.Code, one.Message})
	}
	written, _ := json.Marshal(kept) // numbers and strings: cannot fail
	return written
}

func reportFromJSON(kept []byte) (onboarding.ImportReport, error) {
	var read importReport
	err := json.Unmarshal(kept, &read)
	report := onboarding.ImportReport{Rows: read.Rows, Accepted: read.Accepted, Known: read.Known, Rejected: read.Rejected, Added: read.Added}
	for _, one := range read.Problems {
		report.Problems = append(report.Problems, onboarding.RowProblem{
			Line: one.Line, Problem: onboarding.Problem{Field: one.Field, Code: one.Code, Message: one.Message},
		})
	}
	return report, err
}
