package portal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/applicationcsv"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

const (
	importRoute = "/import"
	// maxImport is the longest form with a file of ten thousand rows in it.
	maxImport = 20<<20 + maxBody
	// shownProblems is what a person reads; the file of rejected rows has all.
	shownProblems = 200
)

// importRoutes are the pages of importing and exporting.
func (s *site) importRoutes(engine *gin.Engine) {
	engine.GET(importRoute, s.user(s.showImportForm))
	engine.POST(importRoute, s.user(s.stageImport))
	engine.GET("/import/template/:form", s.user(s.importTemplate))
	engine.GET("/imports/:id", s.user(s.showImport))
	engine.GET("/imports/:id/rejects.csv", s.user(s.importRejects))
	engine.POST("/imports/:id/confirm", s.user(s.confirmImport))
	exporting(engine, s, "accounts", applicationcsv.AccountTable, s.desk.ExportAccounts)
	exporting(engine, s, "commitments", applicationcsv.CommitmentTable, s.desk.ExportCommitments)
	exporting(engine, s, "onboardings", applicationcsv.OnboardingTable, s.desk.ExportOnboardings)
}

// Imports reports whether the visitor may import and export.
func (f frame) Imports() bool { return f.SignedIn() && f.User.Role != onboarding.RoleTechnician }

// importForms are what a file can be about.
var importForms = map[dealing.ImportKind]applicationcsv.Form{
	dealing.ImportCommitments: applicationcsv.Commitments,
	dealing.ImportCustomers:   applicationcsv.Customers,
}

// importForm is the page that takes a file.
type importForm struct {
	frame
	Kind field
	File field
	// MostRows is how many rows a file may have.
	MostRows int
}

func (importForm) template() string { return "import" }

func (s *site) showImportForm(c *gin.Context) error {
	if userOf(c).Role == onboarding.RoleTechnician {
		return dealing.ErrForbidden
	}
	return s.importFormWith(c, http.StatusOK, string(dealing.ImportCommitments), nil)
}

func (s *site) importFormWith(c *gin.Context, status int, kindChosen string, problems onboarding.Problems) error {
	base, err := s.frame(c, "Import and export", navCustomers)
	if err != nil {
		return err
	}
	f := newForm(problems)
	page := importForm{frame: base, MostRows: onboarding.MaxImportRows}
	page.Kind = f.choice("/kind", "What the rows are", kindChosen, []option{
		{Value: string(dealing.ImportCommitments), Label: "Commitments", Help: "Kept for later. Nobody is charged until a commitment is activated."},
		{Value: string(dealing.ImportCustomers), Label: "Customers", Help: "Onboarded at once. Each row needs its module, and is charged."},
	}, required)
	page.File = f.add(field{Name: "/file", Label: "File", Type: "file", Autocomplete: "off"}, required,
		hint("CSV, with the names of the columns in its first line. Nothing is imported before you have seen what would be."))
	page.Problems = f.summary()
	return s.show(c, status, page)
}

// stageImport looks at a file and keeps it until a person has seen what is in it.
func (s *site) stageImport(c *gin.Context) error {
	content, err := readUpload(c, "/file", maxImport)
	if err != nil {
		return err
	}
	chosen := dealing.ImportKind(c.Request.FormValue("/kind"))
	form, known := importForms[chosen]
	var problems onboarding.Problems
	if !known {
		problems = append(problems, onboarding.Problem{Field: "/kind", Code: "required", Message: "Choose what the rows are: commitments or customers."})
	}
	if content == nil {
		problems = append(problems, onboarding.Problem{Field: "/file", Code: "required", Message: "Choose the file to import."})
	}
	if len(problems) > 0 {
		return s.importFormWith(c, http.StatusUnprocessableEntity, string(chosen), problems)
	}
	file, problems := applicationcsv.Read(form, content)
	if len(problems) > 0 {
		for i := range problems {
			problems[i].Field = "/file"
		}
		return s.importFormWith(c, http.StatusUnprocessableEntity, string(chosen), problems)
	}
	id, err := s.desk.StageImport(c.Request.Context(), userOf(c).Actor, dealing.Import{Kind: chosen, Rows: file.Rows}, content)
	if err != nil {
		return err
	}
	return seeOther(c, "/imports/"+id)
}

// importPage shows a file: what an import would do, how far it is, and what it did.
type importPage struct {
	frame
	ID     string
	What   string // commitments or customers
	Report dealing.ImportReport
	// Lines are the first problems; More is how many there are beside them.
	Lines []importLine
	More  int
	// State is that of the staged import.
	State string
	Done  int
	Keep  *field // nil when there is nothing to import
}

func (importPage) template() string { return "import_file" }

// importLine is one problem of a row.
type importLine struct {
	Line    int
	Column  string
	Message string
}

func (s *site) showImport(c *gin.Context) error {
	staged, err := s.desk.StagedImport(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return s.importPageOf(c, http.StatusOK, staged, nil)
}

func (s *site) importPageOf(c *gin.Context, status int, staged dealing.StagedImport, problems onboarding.Problems) error {
	base, err := s.frame(c, "Import of "+string(staged.Kind), navCustomers)
	if err != nil {
		return err
	}
	page := importPage{frame: base, ID: staged.ID, What: string(staged.Kind), Report: staged.Report, State: string(staged.State), Done: staged.DoneRows}
	form := importForms[staged.Kind]
	for _, problem := range staged.Report.Problems[:min(shownProblems, len(staged.Report.Problems))] {
		page.Lines = append(page.Lines, importLine{problem.Line, form.ColumnOf(problem.Field), problem.Message})
	}
	page.More = len(staged.Report.Problems) - len(page.Lines)
	f := newForm(problems)
	if staged.Report.Accepted > 0 && staged.Report.Rejected > 0 {
		keep := f.choice("/keep", "What to do with this file", "", []option{
			{Value: string(dealing.KeepGood), Label: fmt.Sprintf("Import the %d good rows", staged.Report.Accepted), Help: "The rejected ones can be corrected and imported later."},
			{Value: string(dealing.KeepAllOrNothing), Label: "Import nothing unless all rows are good", Help: "Correct the rejected rows in your file and send it again."},
		}, required)
		page.Keep = &keep
	}
	page.Problems = f.summary()
	return s.show(c, status, page)
}

// confirmImport begins the import, which goes on when the page is left.
func (s *site) confirmImport(c *gin.Context) error {
	ctx, actor := c.Request.Context(), userOf(c).Actor
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	staged, err := s.desk.StagedImport(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	keep := dealing.Keep(typed.Get("/keep"))
	if staged.Report.Rejected == 0 {
		keep = dealing.KeepAllOrNothing
	}
	switch keep {
	case dealing.KeepGood:
	case dealing.KeepAllOrNothing:
		if staged.Report.Rejected > 0 {
			s.tell(c, "Nothing was imported. Correct the rejected rows in your file and send it again.")
			return seeOther(c, importRoute)
		}
	default:
		return s.importPageOf(c, http.StatusUnprocessableEntity, staged, onboarding.Problems{
			{Field: "/keep", Code: "required", Message: "Choose what to do with the good rows."},
		})
	}
	staged, err = s.desk.ClaimImport(ctx, actor, staged.ID)
	if errors.Is(err, dealing.ErrStale) {
		return seeOther(c, "/imports/"+c.Param("id")) // pressed twice
	}
	if err != nil {
		return err
	}
	go s.runImport(context.WithoutCancel(ctx), actor, staged, keep)
	return seeOther(c, "/imports/"+staged.ID)
}

// runImport imports a claimed file. When the server stops it is cut short, and a person can
// let it go on.
func (s *site) runImport(ctx context.Context, actor dealing.Actor, staged dealing.StagedImport, keep dealing.Keep) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-s.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	file, _ := applicationcsv.Read(importForms[staged.Kind], staged.Content) // it was read before
	if err := s.desk.RunImport(ctx, actor, staged, file.Rows, keep); err != nil {
		s.logFailure(ctx, "import stopped", err)
	}
}

// importRejects is the file of the rejected rows.
func (s *site) importRejects(c *gin.Context) error {
	staged, err := s.desk.StagedImport(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	file, _ := applicationcsv.Read(importForms[staged.Kind], staged.Content) // it was read before
	return sendCSV(c, "rejected-"+string(staged.Kind), file.Rejects(staged.Report.Problems))
}

// importTemplate is a file with the names of the columns alone.
func (s *site) importTemplate(c *gin.Context) error {
	what, isCSV := strings.CutSuffix(c.Param("form"), ".csv")
	form, known := importForms[dealing.ImportKind(what)]
	if !known || !isCSV {
		return errNoPage
	}
	return sendCSV(c, what, []byte(strings.Join(form.Header(), ",")+"\r\n"))
}

func sendCSV(c *gin.Context, name string, content []byte) error {
	c.Header("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	c.Data(http.StatusOK, csvType, content)
	return nil
}
