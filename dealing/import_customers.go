package dealing

import (
	"context"
	"sync"

	"github.com/latchkey/latchkey/onboarding"
)

// customerImport onboards each row at once. What is committed is an order like any other:
// its run checks it again, and is rejected or parked for people to see when the world has
// changed since.
type customerImport struct{ desk *Desk }

func (c customerImport) known(ctx context.Context, dealerID string, alternateIDs []string) ([]onboarding.KnownImport, error) {
	return c.desk.store.KnownImports(ctx, dealerID, alternateIDs)
}

func (customerImport) ask(row onboarding.ImportRow) onboarding.Questions {
	return onboarding.Ask(row.Answers)
}

func (customerImport) check(row onboarding.ImportRow, facts onboarding.Facts) (candidate, onboarding.Problems) {
	application, problems := onboarding.Check(row.Answers, facts)
	return candidate{application: application, answers: row.Answers}, problems
}

func (c customerImport) add(ctx context.Context, actor Actor, dealerID string, rows []candidate) (added int, err error) {
	submissions := make([]Submission, len(rows))
	for i, row := range rows {
		submissions[i] = Submission{
			OnboardingID: newID(), DealerID: dealerID, UserID: actor.UserID, Source: onboarding.SourceImport, Answers: row.answers,
		}
	}
	ids, err := c.desk.store.SubmitImported(ctx, submissions)
	if err == nil {
		c.desk.begin(ctx, dealerID, ids)
	}
	return len(ids), err
}

// beginsAtOnce is how many runs an import asks for at the same time. Its runs have a lower
// priority than those of people, so that it is enough to keep the engine busy.
const beginsAtOnce = 8

// begin begins the runs of imported onboardings. They are committed, so what cannot be begun
// now is left to the reconciler, or to the same import when it is tried again.
func (d *Desk) begin(ctx context.Context, dealerID string, onboardingIDs []string) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	waiting := make(chan string)
	var all sync.WaitGroup
	for range min(beginsAtOnce, len(onboardingIDs)) {
		all.Go(func() {
			for id := range waiting {
				start := onboarding.StartRun{OnboardingID: id, DealerID: dealerID, Source: onboarding.SourceImport}
				if err := d.engine.Begin(ctx, start); err != nil {
					stop(err) // an engine that is away would be asked in vain thousands of times
				}
			}
		})
	}
	for _, id := range onboardingIDs {
		if ctx.Err() != nil {
			break
		}
		waiting <- id
	}
	close(waiting)
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		d.log.ErrorContext(ctx, "beginning imported onboardings failed; the reconciler will", "error", err)
	}
}
