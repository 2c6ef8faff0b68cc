package dealing

import "context"

// Stuck lists the parked onboardings that the actor may see, the longest parked first.
// filter.Dealers is set here, from the actor and from dealerID, which narrows the list
// to one dealer unless empty. What may be decided about each is
// onboarding.AllowedActions(row.Parked.Step, row.Parked.Reason).
func (d *Desk) Stuck(ctx context.Context, actor Actor, dealerID string, filter StuckFilter) (page []Stuck, nextCursor string, err error) {
	if filter.Dealers, err = narrowed(actor, dealerID); err != nil {
		return nil, "", err
	}
	return d.store.Stuck(ctx, filter)
}

// StuckCounts tells how many onboardings are parked for which reason, the most first.
func (d *Desk) StuckCounts(ctx context.Context, actor Actor) ([]StuckCount, error) {
	return d.store.StuckCounts(ctx, scope(actor))
}

// maxAuditLines is what a page of an object's trail shows.
const maxAuditLines = 200

// AuditTrail is what people did to an object (an onboarding, an account, a user) and
// why, newest first; at most 200 lines. Lines about other dealers' objects are not shown.
func (d *Desk) AuditTrail(ctx context.Context, actor Actor, objectID string) ([]AuditLine, error) {
	if !isID(objectID) {
		return nil, ErrNotFound
	}
	return d.store.AuditTrail(ctx, scope(actor), objectID, maxAuditLines)
}
