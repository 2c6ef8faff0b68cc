package dealing_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// line is a row of a file: John Doe with this alternate ID, changed as the test needs it.
func (p *portal) line(number int, alternateID string, changes ...func(*onboarding.Answers)) onboarding.ImportRow {
	return onboarding.ImportRow{Line: number, Answers: p.johnDoe(append([]func(*onboarding.Answers){func(a *onboarding.Answers) {
		a.Customer.Operations.AlternateID = alternateID
		a.System.Module = ""
		a.Forwarding = onboarding.ForwardingAnswers{Option: onboarding.ForwardNever}
	}}, changes...)...)}
}

func module(serial string) func(*onboarding.Answers) {
	return func(a *onboarding.Answers) { a.System.Module = serial }
}

func login(name string) func(*onboarding.Answers) {
	return func(a *onboarding.Answers) { a.Login.Name = name }
}

func nobody(int) {}

func TestImport_KeepsGoodRowsAndNamesTheOthers(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	file := dealing.Import{Kind: dealing.ImportCommitments, Rows: []onboarding.ImportRow{
		p.line(2, "CRM-1"),
		p.line(3, "CRM-2", func(a *onboarding.Answers) { a.Customer.Email, a.Account.Type = "zebra", "castle" }),
		p.line(4, "CRM-3"),
	}}
	examined, err := p.ExamineImport(p.ctx(), p.office, file)
	require.NoError(t, err)
	require.Zero(t, p.count(`SELECT count(*) FROM commitments`))
	require.False(t, examined.Added)

	var told []int
	imported, err := p.Import(p.ctx(), p.office, file, dealing.KeepGood, func(rows int) { told = append(told, rows) })
	require.NoError(t, err)
	require.True(t, imported.Added)
	imported.Added = false
	require.Equal(t, examined, imported)
	require.Equal(t, 3, imported.Rows)
	require.Equal(t, 2, imported.Accepted)
	require.Equal(t, 1, imported.Rejected)
	for _, problem := range imported.Problems {
		require.Equal(t, 3, problem.Line)
	}
	require.Equal(t, []int{3}, told)
	require.Equal(t, 2, p.count(`SELECT count(*) FROM commitments WHERE dealer_id = $1`, p.dealerID))
	require.Equal(t, 2, p.count(`SELECT count(*) FROM audit WHERE action = 'commitment.create' AND user_id = $1`, p.office.UserID))
}

func TestImport_AddsNothingOfAFileWithABadRowWhenAllAreWanted(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	file := dealing.Import{Kind: dealing.ImportCommitments, Rows: []onboarding.ImportRow{
		p.line(2, "CRM-1"), p.line(3, "CRM-2", func(a *onboarding.Answers) { a.Customer.Email = "zebra" }),
	}}
	report, err := p.Import(p.ctx(), p.office, file, dealing.KeepAllOrNothing, nobody)
	require.NoError(t, err)
	require.False(t, report.Added)
	require.Equal(t, 1, report.Rejected)
	require.Zero(t, p.count(`SELECT count(*) FROM commitments`))

	file.Rows[1] = p.line(3, "CRM-2")
	report, err = p.Import(p.ctx(), p.office, file, dealing.KeepAllOrNothing, nobody)
	require.NoError(t, err)
	require.True(t, report.Added)
	require.Equal(t, 2, p.count(`SELECT count(*) FROM commitments`))
}

func TestImport_AddsEachRowOnceHoweverOftenItIsFed(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	// Commitments first: customers hold the modules.
	for _, kind := range []dealing.ImportKind{dealing.ImportCommitments, dealing.ImportCustomers} {
		table := map[dealing.ImportKind]string{dealing.ImportCommitments: "commitments", dealing.ImportCustomers: "onboardings"}[kind]
		rows := []onboarding.ImportRow{
			p.line(2, string(kind)+"-1", module("4100000017")), p.line(3, string(kind)+"-2", module("4100000025")),
		}
		for _, want := range []struct{ accepted, known int }{{2, 0}, {0, 2}, {0, 2}} {
			report, err := p.Import(p.ctx(), p.office, dealing.Import{Kind: kind, Rows: rows}, dealing.KeepGood, nobody)
			require.NoError(t, err)
			require.Empty(t, report.Problems, kind)
			require.Equal(t, want.accepted, report.Accepted, kind)
			require.Equal(t, want.known, report.Known, kind)
			require.Equal(t, 2, p.count(`SELECT count(*) FROM `+table), kind)
		}
	}
}

func TestImport_OnboardsCustomersAtOnce(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	rows := []onboarding.ImportRow{p.line(2, "CRM-1", module("4100000017")), p.line(3, "CRM-2", module("4100000025"))}
	_, err := p.Import(p.ctx(), p.office, dealing.Import{Kind: dealing.ImportCustomers, Rows: rows}, dealing.KeepGood, nobody)
	require.NoError(t, err)
	page, _, err := p.Onboardings(p.ctx(), p.office, "", dealing.Filter{Source: onboarding.SourceImport, Limit: 10})
	require.NoError(t, err)
	require.Len(t, page, 2)
	for _, row := range page {
		require.Equal(t, onboarding.StatusActive, row.Status)
	}
	require.Equal(t, 2, p.count(`SELECT count(DISTINCT lower(name)) FROM logins`), "two John Does have two logins")
}

func TestImport_NamesTheEarlierLineOfWhatIsWantedTwice(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	forwarded := func(a *onboarding.Answers) {
		a.Forwarding = onboarding.ForwardingAnswers{Option: onboarding.ForwardAlways, ReceiverID: p.receiverID, AccountNumber: "12bd"}
	}
	file := dealing.Import{Kind: dealing.ImportCustomers, Rows: []onboarding.ImportRow{
		p.line(2, "CRM-1", module("4100000017"), login("JohnDoe"), forwarded),
		p.line(5, "CRM-1", module("4100000025")),
		p.line(6, "CRM-3", module("41-0000-0017")),
		p.line(7, "CRM-4", module("4100000033"), login("johndoe")),
		p.line(8, "CRM-5", module("4100000033"), forwarded, func(a *onboarding.Answers) { a.Forwarding.AccountNumber = "12BD" }),
	}}
	report, err := p.ExamineImport(p.ctx(), p.office, file)
	require.NoError(t, err)
	require.Equal(t, 1, report.Accepted)
	found := map[string]string{}
	for _, problem := range report.Problems {
		require.Equal(t, "duplicate_in_file", problem.Code, problem)
		found[fmt.Sprintf("%d %s", problem.Line, problem.Field)] = problem.Message[:len("Line 2")]
	}
	require.Equal(t, map[string]string{
		"5 /customer/operations/alternate_id": "Line 2",
		"6 /system/module":                    "Line 2",
		"7 /login/name":                       "Line 2",
		"8 /system/module":                    "Line 7",
		"8 /forwarding/account_number":        "Line 2",
	}, found)
}

func TestImport_SuggestsNoLoginThatAnotherRowHasChosen(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	var rows []onboarding.ImportRow
	for i := range 60 { // there are some fifty suggestions for one name
		rows = append(rows, p.line(i+2, fmt.Sprintf("CRM-%d", i), func(a *onboarding.Answers) {
			a.Account.Type, a.Package.PackageID = onboarding.StandaloneVideoAccess, "video_only"
			a.System, a.Forwarding = onboarding.SystemAnswers{}, onboarding.ForwardingAnswers{}
		}))
	}
	rows = append(rows, p.line(100, "CRM-100", module("4100000017"), login("JohnDoe2")))
	report, err := p.ExamineImport(p.ctx(), p.office, dealing.Import{Kind: dealing.ImportCustomers, Rows: rows})
	require.NoError(t, err)
	require.NotEmpty(t, report.Problems)
	for _, problem := range report.Problems {
		require.Equal(t, "/login/name", problem.Field, problem)
		require.Equal(t, "login_taken", problem.Code)
		require.Less(t, problem.Line, 100)
		require.Greater(t, problem.Line, 50)
	}
}

func TestImport_TellsAnotherCustomersNumberFromAKnownRow(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	p.onboard(p.office, p.line(0, "CRM-1", module("4100000017")).Answers)
	for _, kind := range []dealing.ImportKind{dealing.ImportCommitments, dealing.ImportCustomers} {
		report, err := p.ExamineImport(p.ctx(), p.office, dealing.Import{Kind: kind, Rows: []onboarding.ImportRow{p.line(2, "CRM-1", module("4100000025"))}})
		require.NoError(t, err)
		require.Zero(t, report.Known)
		require.Len(t, report.Problems, 1)
		require.Equal(t, "alternate_id_taken", report.Problems[0].Code)
	}
}

func TestImport_GoesOnWhereItWasCutShort(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	var rows []onboarding.ImportRow
	for i := range 1200 {
		rows = append(rows, p.line(i+2, fmt.Sprintf("CRM-%d", i)))
	}
	file := dealing.Import{Kind: dealing.ImportCommitments, Rows: rows}
	ctx, cut := context.WithCancel(p.ctx())
	defer cut()
	_, err := p.Import(ctx, p.office, file, dealing.KeepGood, func(int) { cut() })
	require.Error(t, err)
	require.Equal(t, 500, p.count(`SELECT count(*) FROM commitments`))

	report, err := p.Import(p.ctx(), p.office, file, dealing.KeepGood, nobody)
	require.NoError(t, err)
	require.Equal(t, 500, report.Known)
	require.Equal(t, 700, report.Accepted)
	require.Equal(t, 1200, p.count(`SELECT count(DISTINCT alternate_id) FROM commitments`))
	require.Equal(t, 1200, p.count(`SELECT count(*) FROM commitments`))
}

func TestImport_BeginsLaterWhatCouldNotBeBegun(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	engine := &absentEngine{firstStep: firstStep{store: p.store}, away: true}
	desk := dealing.New(dealing.Config{Store: p.store, Engine: engine, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	file := dealing.Import{Kind: dealing.ImportCustomers, Rows: []onboarding.ImportRow{p.line(2, "CRM-1", module("4100000017"))}}
	report, err := desk.Import(p.ctx(), p.office, file, dealing.KeepGood, nobody)
	require.NoError(t, err)
	require.Equal(t, 1, report.Accepted)
	require.Equal(t, 1, p.count(`SELECT count(*) FROM onboardings WHERE started_at IS NULL`))

	engine.away = false
	report, err = desk.Import(p.ctx(), p.office, file, dealing.KeepGood, nobody)
	require.NoError(t, err)
	require.Equal(t, 1, report.Known)
	require.Zero(t, p.count(`SELECT count(*) FROM onboardings WHERE started_at IS NULL`))
}

// absentEngine is away until the test says otherwise.
type absentEngine struct {
	firstStep
	away bool
}

func (a *absentEngine) Begin(ctx context.Context, start onboarding.StartRun) error {
	if a.away {
		return errors.New("away")
	}
	return a.firstStep.Begin(ctx, start)
}

func TestImport_IsForTheOfficeAndItsDealers(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	technician := p.user("technician", onboarding.RoleTechnician, p.dealerID)
	file := dealing.Import{Kind: dealing.ImportCommitments, Rows: []onboarding.ImportRow{p.line(2, "CRM-1")}}
	for _, c := range []struct {
		actor    dealing.Actor
		dealerID string
		want     error
	}{
		{technician, "", dealing.ErrForbidden},
		{p.ops, p.dealerID, dealing.ErrForbidden},
		{p.other, p.dealerID, dealing.ErrNotFound},
		{p.office, "nonsense", dealing.ErrNotFound},
	} {
		file.DealerID = c.dealerID
		_, err := p.ExamineImport(p.ctx(), c.actor, file)
		require.ErrorIs(t, err, c.want)
		_, err = p.Import(p.ctx(), c.actor, file, dealing.KeepGood, nobody)
		require.ErrorIs(t, err, c.want)
	}
	file.DealerID = p.branchID
	_, err := p.Import(p.ctx(), p.office, file, dealing.KeepGood, nobody)
	require.NoError(t, err)
	require.Equal(t, 1, p.count(`SELECT count(*) FROM commitments WHERE dealer_id = $1`, p.branchID))
}
