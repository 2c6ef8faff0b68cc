package applicationcsv_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/applicationcsv"
	"github.com/latchkey/latchkey/onboarding"
)

// complete has every member filled in, so that one forgotten in a column shows.
func complete() (onboarding.Answers, onboarding.Expected) {
	apply := false
	address := onboarding.AddressAnswers{Country: "US", Street1: "1 Main St", Street2: "Suite 2", City: "Tysons", State: "VA", PostalCode: "22102"}
	installation := onboarding.AddressAnswers{Country: "CA", Street1: "2 Queen St", Street2: "Rear", City: "Toronto", State: "ON", PostalCode: "M5H 2N2"}
	answers := onboarding.Answers{
		Kind:    onboarding.KindCustomer,
		Account: onboarding.AccountAnswers{Type: onboarding.SecuritySystem},
		Customer: onboarding.CustomerAnswers{
			PropertyType: "business", InstallType: "self", CompanyName: "Doe, Sons & \"Co\"", FirstName: "José", LastName: "=SUM(A1)",
			Email: "jose@example.com", EmailConfirmation: "Jose@example.com", Phone: onboarding.PhoneAnswers{Number: "+1 571 555 0100", Type: "work"},
			SystemDescription: "'-apostrophe", Language: "es", Referred: true, Address: address, TimeZone: "America/New_York",
			InstallationAddress: &installation,
			Operations: onboarding.OperationsAnswers{
				SubDealerID: "d", AlternateID: "@A-1", SalesRep: "s", InstallerRep: "i", ContractMonths: 36, ContractEndDate: "2029-03-01", CustomerSource: "web",
			},
		},
		Login:   onboarding.LoginAnswers{Name: "JoseNunez"},
		System:  onboarding.SystemAnswers{PanelType: "simon_xt", Module: "4100000017"},
		Pathway: onboarding.PathwayAnswers{Value: "cell"},
		Package: onboarding.PackageAnswers{TemplateID: "t", PackageID: "commercial", AddOns: []onboarding.AddOnAnswer{{ID: "lights", Quantity: 2}, {ID: "locks"}}},
		Forwarding: onboarding.ForwardingAnswers{
			Option: "always", PhoneLineConnected: true, ReceiverID: "r", AccountNumber: "1234", Events: []string{"alarms", "panics"}, ULETL: true, TwoWayVoiceFireCO: true,
		},
		Templates:              onboarding.TemplatesAnswers{DefaultNotifications: &apply, PanelTemplateID: "p"},
		CoverageOverrideReason: "tested\ton site",
	}
	return answers, onboarding.Expected{InstallDate: "2027-03-01", Network: "AT&T", PanelType: "simon_xt", InstallerRep: "i"}
}

func TestCommitmentTable_SurvivesTheWayThroughAFile(t *testing.T) {
	t.Parallel()
	own := len(applicationcsv.CommitmentTable.Header) - len(applicationcsv.Commitments.Header())
	for name, of := range map[string]func() (onboarding.Answers, onboarding.Expected){
		"complete": complete,
		"hardly anything": func() (onboarding.Answers, onboarding.Expected) {
			answers := onboarding.Answers{Kind: onboarding.KindCustomer}
			answers.Customer.Operations.AlternateID = "A-1"
			answers.Forwarding.Events = []string{}
			return answers, onboarding.Expected{}
		},
	} {
		answers, expected := of()
		expires := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
		cells := applicationcsv.CommitmentTable.Cells(onboarding.Commitment{
			ID: "1", Number: "C-7Q2M-4KXD", Answers: answers, Expected: expected, ExpiresAt: expires,
		})
		require.Equal(t, "C-7Q2M-4KXD", cells[1])
		var content bytes.Buffer
		writer := applicationcsv.NewWriter(&content)
		require.NoError(t, writer.Write(applicationcsv.CommitmentTable.Header[own:]...))
		require.NoError(t, writer.Write(cells[own:]...))
		require.NoError(t, writer.Flush())

		row := read(t, content.String()).Rows[0]
		require.Empty(t, row.Problems, name)
		require.Equal(t, answers, row.Answers, name)
		require.Equal(t, expected, row.Expected, name)
		require.Equal(t, "2027-03-01T12:00:00Z", row.ExpiresAt)
	}
}

func TestTables_HaveACellForEachColumn(t *testing.T) {
	t.Parallel()
	require.Len(t, applicationcsv.AccountTable.Cells(onboarding.Account{}), len(applicationcsv.AccountTable.Header))
	require.Len(t, applicationcsv.OnboardingTable.Cells(onboarding.Onboarding{}), len(applicationcsv.OnboardingTable.Header))
	require.Len(t, applicationcsv.CommitmentTable.Cells(onboarding.Commitment{}), len(applicationcsv.CommitmentTable.Header))
}

func TestWriter_WritesNoFormulas(t *testing.T) {
	t.Parallel()
	var content bytes.Buffer
	writer := applicationcsv.NewWriter(&content)
	require.NoError(t, writer.Write(`=cmd|'/C calc'!A0`, "+1", "-1", "@x", "\tx", "plain", "", "a=b"))
	require.NoError(t, writer.Flush())
	require.Equal(t, "'=cmd|'/C calc'!A0,'+1,'-1,'@x,'\tx,plain,,a=b\n", content.String())
}

func TestRejects_AreTheRowsAsTheyCameWithWhatIsWrong(t *testing.T) {
	t.Parallel()
	header := "customer.first_name;" + alternateID + ";customer.referred"
	file := read(t, header+"\n"+
		"John;A-1;\n"+
		"\"Jane; \"\"J\"\"\";A-2;perhaps\n"+
		"=1+1;A-3\n"+
		"Jo\"hn;A-4;\n"+
		"Jill;A-5;\n")
	var problems []onboarding.RowProblem
	for _, row := range file.Rows {
		for _, problem := range row.Problems {
			problems = append(problems, onboarding.RowProblem{Line: row.Line, Problem: problem})
		}
	}
	problems = append(problems,
		onboarding.RowProblem{Line: 6, Problem: onboarding.Problem{Field: "/customer/email", Message: "Enter one."}},
		onboarding.RowProblem{Line: 6, Problem: onboarding.Problem{Field: "/package/add_ons/0/id", Message: "Choose one."}})

	lines := strings.Split(strings.TrimSpace(string(file.Rejects(problems))), "\n")
	require.Equal(t, "line,errors,customer.first_name,"+alternateID+",customer.referred", lines[0])
	require.Len(t, lines, 5)
	require.Equal(t, `3,"customer.referred: Write true or false, or leave it empty.","Jane; ""J""",A-2,perhaps`, lines[1])
	require.True(t, strings.HasSuffix(lines[2], ",'=1+1,A-3"), lines[2])
	require.True(t, strings.HasSuffix(lines[3], `,"Jo""hn;A-4;"`), lines[3])
	require.Equal(t, `6,customer.email: Enter one. | package.add_ons: Choose one.,Jill,A-5,`, lines[4])

	again := read(t, string(file.Rejects(problems)))
	require.Len(t, again.Rows, 4)
	require.Equal(t, `Jane; "J"`, again.Rows[0].Answers.Customer.FirstName)
	require.Empty(t, again.Rows[3].Problems)
}

func TestPart_IsTheSameRowsAlone(t *testing.T) {
	t.Parallel()
	file := read(t, alternateID+",customer.address.street1\nA-1,1 Main St\nA-2,\"2 Main St\nRear\"\nA-3,-\n")
	part := read(t, string(file.Part([]int{1, 2})))
	require.Equal(t, file.Rows[1].Answers, part.Rows[0].Answers)
	require.Equal(t, file.Rows[2].Answers, part.Rows[1].Answers)
	require.Equal(t, 4, part.Rows[1].Line)
}
