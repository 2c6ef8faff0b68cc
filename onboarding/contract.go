package onboarding

import (
	"strings"
	"time"
)

const maxContractMonths = 120

// westernmost is the clock of the last place we serve where a day ends. A contract's
// end counts as past only when it is past there too, so that nobody is refused a date
// that is still today at the property.
var westernmost = time.FixedZone("Pacific/Pago_Pago", -11*60*60)

// contract holds the contract's length against its end, and derives the one that is
// missing. The end may come earlier than the length from today tells, since a contract
// may have begun before the account; it cannot come more than a month later.
func (c *checking) contract(field string, in OperationsAnswers, out *OperationsAnswers) {
	today := dateOf(c.facts.Now.In(westernmost))
	if in.ContractMonths < 0 || in.ContractMonths > maxContractMonths {
		c.problem(field+"/contract_months", "out_of_range", "Enter a contract length from 0 to 120 months.")
		return
	}
	if strings.TrimSpace(in.ContractEndDate) == "" {
		if in.ContractMonths > 0 {
			out.ContractEndDate = monthsAfter(today, in.ContractMonths).Format(time.DateOnly)
		}
		return
	}
	end, fault := ParseDate(in.ContractEndDate)
	switch {
	case fault.Found():
		c.problem(field+"/contract_end_date", fault.Code, fault.Message)
		return
	case end.Before(today):
		c.problem(field+"/contract_end_date", "in_past", "Enter a contract end date that is today or later.")
		return
	case end.After(monthsAfter(today, maxContractMonths+1)):
		c.problem(field+"/contract_end_date", "out_of_range", "Enter a contract end date within the next 120 months.")
		return
	case in.ContractMonths > 0 && end.After(monthsAfter(today, in.ContractMonths+1)):
		c.problem(field+"/contract_end_date", "mismatch", "The contract would end later than its length allows. Correct the contract length or the contract end date, or leave one of them empty.")
		return
	}
	out.ContractEndDate = end.Format(time.DateOnly)
	if in.ContractMonths == 0 {
		out.ContractMonths = monthsUntil(today, end)
	}
}

// ParseDate reads a calendar date, YYYY-MM-DD, as midnight UTC.
//
// Codes: malformed.
func ParseDate(typed string) (time.Time, Fault) {
	date, err := time.Parse(time.DateOnly, strings.TrimSpace(typed))
	if err != nil {
		return time.Time{}, Fault{"malformed", "Enter the date as year, month and day, such as 2027-01-31."}
	}
	return date, Fault{}
}

func dateOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// monthsAfter stays within the month: a month after 31 January is the last of February.
func monthsAfter(date time.Time, months int) time.Time {
	first := time.Date(date.Year(), date.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return first.AddDate(0, 0, min(date.Day(), last.Day())-1)
}

// monthsUntil is the fewest months that reach end, at most maxContractMonths.
func monthsUntil(today, end time.Time) int {
	months := 0
	for months < maxContractMonths && monthsAfter(today, months).Before(end) {
		months++
	}
	return months
}
