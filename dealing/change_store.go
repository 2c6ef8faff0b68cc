package dealing

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// The plain types of changes to accounts that the record shares with its readers.
type (
	Change       = onboarding.Change
	ChangeFilter = onboarding.ChangeFilter
	StuckChange  = onboarding.StuckChange
)

// Changes is what happens to accounts later in their life.
type Changes interface {
	Change(ctx context.Context, dealers []string, changeID string) (Change, error)
	Changes(ctx context.Context, filter ChangeFilter) (page []Change, nextCursor string, err error)
	// StuckChanges are the parked ones, the longest parked first.
	StuckChanges(ctx context.Context, filter StuckFilter) ([]StuckChange, error)
	// CreateSwap commits a swap with its key and holds its module. *onboarding.Conflict when
	// somebody was faster with the module, ErrStale when the account is not as it was.
	CreateSwap(ctx context.Context, swap onboarding.NewSwap) error
	// AmendSwap puts another new module in place of that of revision was; ErrStale when one
	// is registered by now.
	AmendSwap(ctx context.Context, changeID string, was int, equipment onboarding.Equipment) (revision int, err error)
	// Terminate closes an account, with its key; ErrStale when it is not as it was.
	Terminate(ctx context.Context, termination onboarding.NewTermination) error
	// AwaitedReplacement is the swap whose new module has not been heard of yet.
	AwaitedReplacement(ctx context.Context, identifier string) (swap Change, found bool, err error)
}

// ChangeEngine runs changes to accounts, as workflows.Client does over Temporal.
type ChangeEngine interface {
	// BeginChange starts the run of a committed change; one that has begun is success.
	BeginChange(ctx context.Context, start onboarding.StartChange) error
	// RestartChange begins anew the run of a change whose workflow is gone.
	RestartChange(ctx context.Context, start onboarding.StartChange) error
	// DecideChange sends a decision to a parked run. *onboarding.Refusal when it does not fit.
	DecideChange(ctx context.Context, kind onboarding.ChangeKind, changeID string, decision onboarding.Decision) (onboarding.Next, error)
	// CancelSwap asks a swap to stop; *onboarding.Refusal when it is over.
	CancelSwap(ctx context.Context, changeID string) error
	// AdjustSwapWait is AdjustWait for the network hour of a swap.
	AdjustSwapWait(ctx context.Context, changeID string, readyAt time.Time, by, reason string) error
	// ReplacementCommunicated tells that a panel communicates through its new module.
	ReplacementCommunicated(ctx context.Context, swap Change, eventID string, at time.Time) error
}
