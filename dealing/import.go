package dealing

import (
	"context"
	"slices"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// The plain types of imports that the record shares with its readers.
type (
	ImportKind   = onboarding.ImportKind
	ImportReport = onboarding.ImportReport
	StagedImport = onboarding.StagedImport
)

// What can be imported, as onboarding describes it.
const (
	ImportCommitments = onboarding.ImportCommitments
	ImportCustomers   = onboarding.ImportCustomers
)

// Keep says what becomes of the good rows of a file that has bad ones.
type Keep string

// The policies of an import.
const (
	KeepGood         Keep = "good"
	KeepAllOrNothing Keep = "all_or_nothing"
)

// Import is a file that was read.
type Import struct {
	// DealerID is whose rows they are; empty is the actor's own dealer.
	DealerID string
	Kind     ImportKind
	Rows     []onboarding.ImportRow
}

// chunk is how many rows are added in one transaction. An import that is cut short has
// added whole chunks, and the next try knows their rows.
const chunk = 500

// ExamineImport tells what an import would do, and does nothing. ErrForbidden for those who
// are not of a dealer's office.
func (d *Desk) ExamineImport(ctx context.Context, actor Actor, file Import) (ImportReport, error) {
	dealerID, err := dealerOfImport(actor, file)
	if err != nil {
		return ImportReport{}, err
	}
	examined, err := d.examine(ctx, d.importing(file.Kind), dealerID, file.Rows)
	return examined.report(), err
}

// Import adds the rows of a file that are in order and new, as keep says, each once however
// often it is called: a row is known by its alternate ID. progress is told how many rows are
// done with, now and then.
//
// An import that ends with an error has added part of its rows; calling it again goes on.
func (d *Desk) Import(ctx context.Context, actor Actor, file Import, keep Keep, progress func(rows int)) (ImportReport, error) {
	dealerID, err := dealerOfImport(actor, file)
	if err != nil {
		return ImportReport{}, err
	}
	kind := d.importing(file.Kind)
	examined, err := d.examine(ctx, kind, dealerID, file.Rows)
	if err != nil || keep == KeepAllOrNothing && len(examined.problems) > 0 {
		return examined.report(), err
	}
	done := examined.rows - len(examined.fresh)
	for next := range slices.Chunk(examined.fresh, chunk) {
		added, err := kind.add(ctx, actor, dealerID, next)
		if err != nil {
			return ImportReport{}, err
		}
		examined.waiting = append(examined.waiting, added...)
		examined.known += len(next) - len(added) // somebody else was faster
		done += len(next)
		progress(done)
	}
	kind.begin(ctx, dealerID, examined.waiting)
	report := examined.report()
	report.Added = true
	return report, nil
}

// dealerOfImport is the dealer whose file it is. A whole file is a matter of the office.
func dealerOfImport(actor Actor, file Import) (string, error) {
	dealerID, err := forDealer(actor, file.DealerID)
	if err != nil {
		return "", err
	}
	if actor.Role != onboarding.RoleOffice {
		return "", ErrForbidden
	}
	return dealerID, nil
}

// importing is what differs between the kinds of import.
type importing interface {
	// known are those of the alternate IDs that came with an earlier import.
	known(ctx context.Context, dealerID string, alternateIDs []string) ([]onboarding.KnownImport, error)
	ask(row onboarding.ImportRow) onboarding.Questions
	check(row onboarding.ImportRow, facts onboarding.Facts) (candidate, onboarding.Problems)
	// add adds rows in one transaction and returns the IDs of what was added, which are fewer
	// when somebody else added some of them meanwhile.
	add(ctx context.Context, actor Actor, dealerID string, rows []candidate) (added []string, err error)
	// begin begins the runs of what was added, as far as it has any.
	begin(ctx context.Context, dealerID string, ids []string)
}

func (d *Desk) importing(kind ImportKind) importing {
	if kind == ImportCommitments {
		return commitmentImport{d}
	}
	return customerImport{d}
}

// candidate is a row that is in order, as it is added.
type candidate struct {
	// application is what a customer would be now; it is checked again by its run.
	application onboarding.Application
	answers     onboarding.Answers
	// terms and activateAt are those of a commitment.
	terms      onboarding.CommitmentTerms
	activateAt time.Time
}

// examination is a file whose rows were told apart.
type examination struct {
	rows     int
	fresh    []candidate
	known    int
	problems []onboarding.RowProblem
	rejected int
	// waiting are what has to begin: of known rows, and then of added ones.
	waiting []string
}

func (e examination) report() ImportReport {
	return ImportReport{
		Rows: e.rows, Accepted: e.rows - e.known - e.rejected, Known: e.known, Rejected: e.rejected, Problems: e.problems,
	}
}

// examine holds each row against the rules and against the rows before it. Known rows are
// held against nothing: they have what they want.
func (d *Desk) examine(ctx context.Context, kind importing, dealerID string, rows []onboarding.ImportRow) (examination, error) {
	known, err := kind.known(ctx, dealerID, alternateIDs(rows))
	if err != nil {
		return examination{}, err
	}
	examined := examination{rows: len(rows)}
	isKnown := make(map[string]bool, len(known))
	for _, one := range known {
		isKnown[one.AlternateID] = true
		if one.UnbegunID != "" {
			examined.waiting = append(examined.waiting, one.UnbegunID)
		}
	}
	questions := make([]onboarding.Questions, len(rows))
	for i, row := range rows {
		if isKnown[row.AlternateID()] {
			questions[i].AlternateID = row.AlternateID()
			continue
		}
		questions[i] = kind.ask(row)
	}
	facts, err := d.store.FactsOfMany(ctx, dealerID, questions)
	if err != nil {
		return examination{}, err
	}
	claims := onboarding.NewClaims(rows)
	for i, row := range rows {
		facts := claims.Among(row, questions[i], facts[i])
		problems, known := row.Problems, isKnown[row.AlternateID()]
		var checked candidate
		if len(problems) == 0 && !known {
			checked, problems = kind.check(row, facts)
		}
		problems = append(problems, claims.Take(row, questions[i], facts, checked.application.Answers.Login.Name)...)
		switch {
		case len(problems) > 0:
			examined.reject(row, problems)
		case known:
			examined.known++
		default:
			examined.fresh = append(examined.fresh, checked)
		}
	}
	return examined, nil
}

func alternateIDs(rows []onboarding.ImportRow) []string {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.AlternateID()
	}
	return ids
}

func (e *examination) reject(row onboarding.ImportRow, problems onboarding.Problems) {
	e.rejected++
	for _, problem := range problems {
		e.problems = append(e.problems, onboarding.RowProblem{Line: row.Line, Problem: problem})
	}
}
