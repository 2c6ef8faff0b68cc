package dealing

import (
	"context"

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
}
