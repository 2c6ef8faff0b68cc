package applicationcsv_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/applicationcsv"
	"github.com/latchkey/latchkey/onboarding"
)

const alternateID = "customer.operations.alternate_id"

// read reads a file that is in order as a whole.
func read(t *testing.T, content string) applicationcsv.File {
	t.Helper()
	file, problems := applicationcsv.Read(applicationcsv.Commitments, []byte(content))
	require.Empty(t, problems)
	return file
}

func TestRead_TakesWhatSpreadsheetsWrite(t *testing.T) {
	t.Parallel()
	want := onboarding.ImportRow{Line: 2, Answers: onboarding.Answers{Kind: onboarding.KindCustomer}}
	want.Answers.Customer.FirstName = "Zoë"
	want.Answers.Customer.Operations.AlternateID = "A-1"
	for name, content := range map[string]string{
		"commas":                "customer.first_name," + alternateID + "\nZoë,A-1\n",
		"another order":         alternateID + ",customer.first_name\nA-1,Zoë\n",
		"semicolons":            "customer.first_name;" + alternateID + "\nZoë;A-1\n",
		"a byte order mark":     "\ufeffcustomer.first_name," + alternateID + "\r\nZoë,A-1\r\n",
		"no last line break":    "customer.first_name," + alternateID + "\nZoë,A-1",
		"quotes":                `"customer.first_name","` + alternateID + "\"\n\"Zoë\",\"A-1\"\n",
		"blank rows at the end": "customer.first_name," + alternateID + "\nZoë,A-1\n,\n , \n\n",
		"blanks around names":   " customer.first_name , " + alternateID + "\nZoë,A-1\n",
		"a rejected row":        "line,errors,customer.first_name," + alternateID + "\n17,corrected,Zoë,A-1\n",
	} {
		require.Equal(t, []onboarding.ImportRow{want}, read(t, content).Rows, name)
	}
}

func TestRead_TakesTheEMailForItsOwnConfirmationUnlessTheFileHasOne(t *testing.T) {
	t.Parallel()
	once := read(t, alternateID+",customer.email\nA-1,john@example.com\n").Rows[0]
	require.Equal(t, "john@example.com", once.Answers.Customer.EmailConfirmation)
	twice := read(t, alternateID+",customer.email,customer.email_confirmation\nA-1,john@example.com,jon@example.com\n").Rows[0]
	require.Equal(t, "jon@example.com", twice.Answers.Customer.EmailConfirmation)
}

func TestRead_RefusesAFileThatIsNotInOrder(t *testing.T) {
	t.Parallel()
	many := alternateID + "\n" + strings.Repeat("A\n", onboarding.MaxImportRows+1)
	for name, c := range map[string]struct{ content, field, code string }{
		"nothing":                               {"", "", "empty_file"},
		"blank lines":                           {"\n\n\n", "", "empty_file"},
		"an unknown column":                     {alternateID + ",customer.nickname\nA,B\n", "customer.nickname", "unknown_column"},
		"a column of commitments for customers": {alternateID + ",expected.network\nA,B\n", "expected.network", "unknown_column"},
		"a doubled column":                      {alternateID + ",login.name,login.name\nA,B,C\n", "login.name", "duplicate_column"},
		"no alternate ID":                       {"login.name\nA\n", alternateID, "missing_column"},
		"a column without name":                 {alternateID + ",\nA,B\n", "column 2", "unknown_column"},
		"a customer as header":                  {"John,john@example.com\nJane,jane@example.com\n", "column 1", "unknown_column"},
		"broken quotes at first":                {"\"" + alternateID + "\nA\n", "", "malformed"},
		"UTF-16":                                {"\xff\xfel\x00o\x00", "", "malformed"},
		"a PDF":                                 {"%PDF-1.3\n\x00\x01", "column 1", "unknown_column"},
		"too many rows":                         {many, "", "too_many_rows"},
	} {
		_, problems := applicationcsv.Read(applicationcsv.Customers, []byte(c.content))
		require.True(t, problems.Has(c.field, c.code), "%s: %v", name, problems)
		for _, problem := range problems {
			require.NotContains(t, problem.Field+problem.Message, "John", name)
			require.True(t, strings.HasSuffix(problem.Message, "."), problem.Message)
		}
	}
}

func TestRead_SaysOfEachRowWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	header := alternateID + ",customer.referred,customer.operations.contract_months,package.add_ons,customer.address.street1"
	file := read(t, header+"\n"+
		"A-1,true,36,locks:2|lights,\"1 Main St\nBack door\"\n"+ // lines 2 and 3
		"A-2,perhaps,36,,\n"+ // 4
		"A-3,,3.5,,\n"+ // 5
		"A-4,,,locks:many,\n"+ // 6
		"A-5,,\n"+ // 7
		"A-6,,,,,\n"+ // 8
		"A-7,,,,Ma\xffin\n"+ // 9
		"A-8,,,,Ma\x00in\n"+ // 10
		"A-9,,,,1 \"Main\" St\n"+ // 11
		" ,,,,1 Main St\n"+ // 12
		"A-10,,99999999999,,\n") // 13
	require.Len(t, file.Rows, 11)
	require.Empty(t, file.Rows[0].Problems)
	require.True(t, file.Rows[0].Answers.Customer.Referred)
	require.Equal(t, []onboarding.AddOnAnswer{{ID: "locks", Quantity: 2}, {ID: "lights"}}, file.Rows[0].Answers.Package.AddOns)
	require.Equal(t, "1 Main St\nBack door", file.Rows[0].Answers.Customer.Address.Street1)
	for i, want := range []struct {
		line        int
		field, code string
	}{
		{4, "/customer/referred", "malformed"},
		{5, "/customer/operations/contract_months", "malformed"},
		{6, "/package/add_ons", "malformed"},
		{7, "", "wrong_cell_count"},
		{8, "", "wrong_cell_count"},
		{9, "/customer/address/street1", "malformed"},
		{10, "/customer/address/street1", "malformed"},
		{11, "", "malformed"},
		{12, "/customer/operations/alternate_id", "required"},
		{13, "/customer/operations/contract_months", "malformed"},
	} {
		row := file.Rows[i+1]
		require.Equal(t, want.line, row.Line)
		require.Len(t, row.Problems, 1, "line %d", want.line)
		require.True(t, row.Problems.Has(want.field, want.code), "line %d: %v", want.line, row.Problems)
	}
}

func TestRead_TellsUnansweredFromNone(t *testing.T) {
	t.Parallel()
	file := read(t, alternateID+",forwarding.events,templates.default_notifications\nA-1,,\nA-2,none,false\nA-3,alarms|panics,yes\n")
	require.Nil(t, file.Rows[0].Answers.Forwarding.Events)
	require.Nil(t, file.Rows[0].Answers.Templates.DefaultNotifications)
	require.Equal(t, []string{}, file.Rows[1].Answers.Forwarding.Events)
	require.False(t, *file.Rows[1].Answers.Templates.DefaultNotifications)
	require.Equal(t, []string{"alarms", "panics"}, file.Rows[2].Answers.Forwarding.Events)
	require.True(t, *file.Rows[2].Answers.Templates.DefaultNotifications)
}

func TestColumnOf_NamesTheColumnOfAPointer(t *testing.T) {
	t.Parallel()
	for pointer, want := range map[string]string{
		"/customer/email":        "customer.email",
		"/package/add_ons/0/id":  "package.add_ons",
		"/forwarding/events/3":   "forwarding.events",
		"/system":                "system",
		"/expected/install_date": "expected.install_date",
		"":                       "",
	} {
		require.Equal(t, want, applicationcsv.Commitments.ColumnOf(pointer))
	}
}

func FuzzRead_NeverFailsAndKeepsEveryRow(f *testing.F) {
	f.Add([]byte(alternateID + ",login.name\nA-1,JohnDoe\n"))
	f.Add([]byte(alternateID + ";login.name\n\"A-1;JohnDoe\n=1+1;'-x\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		file, problems := applicationcsv.Read(applicationcsv.Customers, content)
		if len(problems) > 0 {
			return
		}
		var rejected []onboarding.RowProblem
		for _, row := range file.Rows {
			rejected = append(rejected, onboarding.RowProblem{Line: row.Line, Problem: onboarding.Problem{Message: fmt.Sprint(row.Line)}})
		}
		again, problems := applicationcsv.Read(applicationcsv.Customers, file.Rejects(rejected))
		require.Empty(t, problems)
		require.Len(t, again.Rows, len(file.Rows))
	})
}
