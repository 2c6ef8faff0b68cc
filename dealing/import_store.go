package dealing

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// Imports is what importing a file needs of the record.
type Imports interface {
	// FactsOfMany answers the questions of many applications of a dealer, in their order.
	FactsOfMany(ctx context.Context, dealerID string, questions []onboarding.Questions) ([]onboarding.Facts, error)
	// KnownImports are those of the alternate IDs that came with an earlier import.
	KnownImports(ctx context.Context, dealerID string, alternateIDs []string) ([]onboarding.KnownImport, error)
	// KnownCommitments are those of the alternate IDs that a commitment has already.
	KnownCommitments(ctx context.Context, dealerID string, alternateIDs []string) ([]onboarding.KnownImport, error)
	// SubmitImported commits onboardings of one dealer in one transaction, all or nothing,
	// and returns the IDs of those whose alternate ID was free.
	SubmitImported(ctx context.Context, submissions []Submission) (added []string, err error)
	// StageImport keeps a file that was looked at, and forgets those older than a week.
	StageImport(ctx context.Context, staged StagedImport) error
	StagedImport(ctx context.Context, dealers []string, id string) (StagedImport, error)
	// ClaimImport makes a staged import running. ErrStale when it runs already or is done;
	// one that was not heard of for silence does not run any more.
	ClaimImport(ctx context.Context, id string, silence time.Duration) error
	ImportProgress(ctx context.Context, id string, doneRows int) error
	// EndImport keeps how an import ended: done with its report, or stopped.
	EndImport(ctx context.Context, id string, state onboarding.ImportState, report ImportReport) error
}
