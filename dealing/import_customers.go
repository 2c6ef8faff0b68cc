package dealing

import (
	"context"
	"sync"
	"time"

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

func (c customerImport) add(ctx context.Context, actor Actor, dealerID string, rows []candidate) (added []string, err error) {
	submissions := make([]Submission, len(rows))
	for i, row := range rows {
		submissions[i] = Submission{
			OnboardingID: newID(), DealerID: dealerID, UserID: actor.UserID, Source: onboarding.SourceImport, Answers: row.answers,
		}
	}
	return c.desk.store.SubmitImported(ctx, submissions)
}

const (
	// beginsAtOnce is how many runs an import asks for at the same time.
	beginsAtOnce = 8
	// beginsWithin is how long it does so. What is committed is as good as begun, so a file of
	// thousands need not keep its sender waiting, nor fill the engine's queues at one go.
	beginsWithin = time.Second
)

// begin begins the runs of imported onboardings as far as it gets. The others are left to the
// reconciler, or to the same import when it is tried again. They have a lower priority than
// those of people.
func (c customerImport) begin(ctx context.Context, dealerID string, ids []string) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan string)
	var all sync.WaitGroup
	for range min(beginsAtOnce, len(ids)) {
		all.Go(func() {
			for id := range next {
				start := onboarding.StartRun{OnboardingID: id, DealerID: dealerID, Source: onboarding.SourceImport}
				if err := c.desk.engine.Begin(ctx, start); err != nil {
					stop(err) // an engine that is away would be asked in vain thousands of times
				}
			}
		})
	}
	for until := c.desk.now().Add(beginsWithin); len(ids) > 0 && ctx.Err() == nil && c.desk.now().Before(until); ids = ids[1:] {
		next <- ids[0]
	}
	close(next)
	all.Wait()
	if err := context.Cause(ctx); err != nil || len(ids) > 0 {
		c.desk.log.InfoContext(ctx, "imported onboardings are left to the reconciler", "dealer_id", dealerID, "onboardings", len(ids), "error", err)
	}
}
