package onboarding

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestOperations_DeriveTheLengthOrTheEndOfAContract(t *testing.T) {
	t.Parallel()
	for _, contract := range []struct {
		name       string
		months     int
		end        string
		wantMonths int
		wantEnd    string
	}{
		{"neither", 0, "", 0, ""},
		{"length", 36, "", 36, "2029-11-24"},
		{"end", 0, "2028-11-24", 24, "2028-11-24"},
		{"end within a month", 0, "2028-11-25", 25, "2028-11-25"},
		{"ends today", 0, "2026-11-24", 0, "2026-11-24"},
		{"both", 36, "2029-12-01", 36, "2029-12-01"},
		{"began before the account", 36, "2028-01-01", 36, "2028-01-01"},
		{"longest", 120, "", 120, "2036-11-24"},
	} {
		t.Run(contract.name, func(t *testing.T) {
			t.Parallel()
			answers := seedCustomer()
			answers.Customer.Operations.ContractMonths = contract.months
			answers.Customer.Operations.ContractEndDate = contract.end
			operations := customerOf(t, answers, emptyWorld()).Operations
			require.Equal(t, contract.wantMonths, operations.ContractMonths)
			require.Equal(t, contract.wantEnd, operations.ContractEndDate)
		})
	}
}

func TestOperations_DerivedContractStaysInOrderWhenItIsCheckedLater(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Customer.Operations.ContractMonths = 36
	answers.Customer.Operations = customerOf(t, answers, emptyWorld()).Operations
	later := emptyWorld()
	later.Now = later.Now.AddDate(0, 5, 0)
	require.Equal(t, answers.Customer.Operations, customerOf(t, answers, later).Operations)
}

func TestOperations_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	for _, broken := range []struct {
		name       string
		operations OperationsAnswers
		want       finding
	}{
		{"negative length", OperationsAnswers{ContractMonths: -1}, finding{"contract_months", "out_of_range"}},
		{"length over ten years", OperationsAnswers{ContractMonths: 121}, finding{"contract_months", "out_of_range"}},
		{"no such day", OperationsAnswers{ContractEndDate: "2027-02-30"}, finding{"contract_end_date", "malformed"}},
		{"another form", OperationsAnswers{ContractEndDate: "1/31/2027"}, finding{"contract_end_date", "malformed"}},
		{"yesterday", OperationsAnswers{ContractEndDate: "2026-11-23"}, finding{"contract_end_date", "in_past"}},
		{"far away", OperationsAnswers{ContractEndDate: "2099-01-01"}, finding{"contract_end_date", "out_of_range"}},
		{"ends after its length", OperationsAnswers{ContractMonths: 12, ContractEndDate: "2028-01-25"}, finding{"contract_end_date", "mismatch"}},
		{"unknown sub-dealer", OperationsAnswers{SubDealerID: "nobody"}, finding{"sub_dealer_id", "unknown"}},
		{"long alternate ID", OperationsAnswers{AlternateID: "12345678901234567890123456"}, finding{"alternate_id", "too_long"}},
		{"unknown sales rep", OperationsAnswers{SalesRep: "nobody"}, finding{"sales_rep", "unknown"}},
		{"unknown installer", OperationsAnswers{InstallerRep: "nobody"}, finding{"installer_rep", "unknown"}},
		{"unknown source", OperationsAnswers{CustomerSource: "moon"}, finding{"customer_source", "unknown"}},
		{"a null byte in an ID", OperationsAnswers{SalesRep: "a\x00"}, finding{"sales_rep", "unknown"}},
	} {
		t.Run(broken.name, func(t *testing.T) {
			t.Parallel()
			answers := seedCustomer()
			answers.Customer.Operations = broken.operations
			broken.want.field = "/customer/operations/" + broken.want.field
			require.Equal(t, []finding{broken.want}, findings(CheckSection(SectionCustomer, answers, emptyWorld())))
		})
	}
}

func TestOperations_TakeWhatTheDealerHas(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Customer.Operations = OperationsAnswers{
		SubDealerID: " branch-1 ", AlternateID: " CRM-7 ", SalesRep: "rep-1", InstallerRep: "rep-2", CustomerSource: "web",
	}
	world := emptyWorld()
	world.SubDealerKnown, world.CustomerSourceKnown = true, true
	world.RepsKnown = map[string]bool{"rep-1": true, "rep-2": true}
	require.Equal(t, OperationsAnswers{
		SubDealerID: "branch-1", AlternateID: "CRM-7", SalesRep: "rep-1", InstallerRep: "rep-2", CustomerSource: "web",
	}, customerOf(t, answers, world).Operations)

	world.AlternateIDTaken = true
	require.True(t, CheckSection(SectionCustomer, answers, world).Has("/customer/operations/alternate_id", "alternate_id_taken"))
}

func TestOperations_EndOfContractIsNotPastWhileItIsTodayAtTheProperty(t *testing.T) {
	t.Parallel()
	answers := seedCustomer()
	answers.Customer.Operations = OperationsAnswers{ContractEndDate: "2026-11-24"}
	world := emptyWorld()
	world.Now = time.Date(2026, time.November, 25, 4, 0, 0, 0, time.UTC) // 11 p.m. in New York
	require.Empty(t, CheckSection(SectionCustomer, answers, world))
}

func TestMonthsAfter_StaysWithinTheMonth(t *testing.T) {
	t.Parallel()
	january := time.Date(2027, time.January, 31, 0, 0, 0, 0, time.UTC)
	require.Equal(t, "2027-02-28", monthsAfter(january, 1).Format(time.DateOnly))
	require.Equal(t, "2028-02-29", monthsAfter(january, 13).Format(time.DateOnly))

	rapid.Check(t, func(t *rapid.T) {
		from := time.Unix(rapid.Int64Range(0, 1<<32).Draw(t, "from"), 0).UTC()
		months := rapid.IntRange(0, maxContractMonths).Draw(t, "months")
		require.Equal(t, months, monthsUntil(dateOf(from), monthsAfter(dateOf(from), months)))
	})
}

func FuzzParseDate(f *testing.F) {
	f.Add("2027-01-31")
	f.Fuzz(func(t *testing.T, typed string) {
		date, fault := ParseDate(typed)
		if fault.Found() {
			return
		}
		again, fault := ParseDate(date.Format(time.DateOnly))
		require.Zero(t, fault)
		require.Equal(t, date, again)
	})
}
