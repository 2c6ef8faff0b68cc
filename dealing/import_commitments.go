package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/onboarding/places"
)

// commitmentImport keeps each row for later. Nobody is charged.
type commitmentImport struct{ desk *Desk }

func (c commitmentImport) known(ctx context.Context, dealerID string, alternateIDs []string) ([]onboarding.KnownImport, error) {
	return c.desk.store.KnownCommitments(ctx, dealerID, alternateIDs)
}

func (commitmentImport) ask(row onboarding.ImportRow) onboarding.Questions {
	return onboarding.AskCommitment(commitmentOf(row))
}

func commitmentOf(row onboarding.ImportRow) CommitmentAnswers {
	return CommitmentAnswers{Answers: row.Answers, Expected: row.Expected, ExpiresAt: row.ExpiresAt}
}

func (commitmentImport) check(row onboarding.ImportRow, facts onboarding.Facts) (candidate, onboarding.Problems) {
	terms, problems := onboarding.CheckCommitment(commitmentOf(row), facts)
	if len(problems) > 0 || row.ActivateAt == "" {
		return candidate{terms: terms}, problems
	}
	zone, _ := places.Location(terms.TimeZone)
	at, fault := onboarding.ParseActivationDate(row.ActivateAt, zone, facts.Now, terms.ExpiresAt)
	return candidate{terms: terms, activateAt: at}, problemsOf("/activate_at", fault)
}

func (c commitmentImport) add(ctx context.Context, actor Actor, dealerID string, rows []candidate) (added []string, err error) {
	request, _ := ctx.Value(requestKey{}).(string)
	commitments := make([]onboarding.NewCommitment, len(rows))
	for i, row := range rows {
		commitments[i] = onboarding.NewCommitment{
			ID: newID(), DealerID: dealerID, UserID: actor.UserID, Request: request, Terms: row.terms, ActivateAt: row.activateAt,
		}
	}
	made, err := c.desk.store.AddCommitments(ctx, commitments)
	for _, one := range made {
		if !one.Known {
			added = append(added, one.CommitmentID)
		}
	}
	return added, err
}

// begin does nothing: a commitment waits until it is activated.
func (commitmentImport) begin(context.Context, string, []string) {}
