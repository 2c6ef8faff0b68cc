package applicationcsv

import (
	"slices"
	"strconv"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// Table is the columns of an export of T, named like the members of its JSON form.
type Table[T any] struct {
	Header []string
	Cells  func(T) []string
}

// What is exported; a commitment with its whole application, as it was typed.
var (
	AccountTable = Table[onboarding.Account]{
		Header: []string{
			"id", "onboarding_id", "dealer_id", "kind", "type", "state", "login_name", "login_blocked", "first_name", "last_name",
			"company_name", "email", "language", "package", "created_at", "ready_at", "communicated_at",
		},
		Cells: func(a onboarding.Account) []string {
			return []string{
				a.ID, a.OnboardingID, a.DealerID, string(a.Kind), string(a.Type), string(a.State), a.LoginName, strconv.FormatBool(a.LoginBlocked()), a.FirstName, a.LastName,
				a.CompanyName, a.Email, a.Language, a.Package, moment(a.CreatedAt), moment(a.ReadyAt), moment(a.CommunicatedAt),
			}
		},
	}
	OnboardingTable = Table[onboarding.Onboarding]{
		Header: []string{
			"id", "dealer_id", "kind", "account_type", "source", "status", "step", "revision", "account_id", "commitment_id",
			"created_at", "ready_at", "parked_step", "parked_reason", "parked_since",
		},
		Cells: func(o onboarding.Onboarding) []string {
			var park onboarding.Park
			if o.Parked != nil {
				park = *o.Parked
			}
			return []string{
				o.ID, o.DealerID, string(o.Kind), string(o.AccountType), string(o.Source), string(o.Status), string(o.Step), strconv.Itoa(o.Revision), o.AccountID, o.CommitmentID,
				moment(o.CreatedAt), moment(o.ReadyAt), string(park.Step), string(park.Reason), moment(park.Since),
			}
		},
	}
	CommitmentTable = Table[onboarding.Commitment]{
		Header: slices.Concat([]string{
			"id", "number", "dealer_id", "state", "time_zone", "onboarding_id", "account_id", "created_at",
		}, Commitments.Header()),
		Cells: func(c onboarding.Commitment) []string {
			return slices.Concat([]string{
				c.ID, c.Number, c.DealerID, string(c.State), c.TimeZone, c.OnboardingID, c.AccountID, moment(c.CreatedAt),
			}, Commitments.cells(onboarding.ImportRow{
				Answers: c.Answers, Expected: c.Expected, ExpiresAt: moment(c.ExpiresAt), ActivateAt: moment(c.ActivateAt),
			}))
		},
	}
)

// moment is a time as the API writes it; empty for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
