package dealing

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// The plain types of a panel's activity.
type (
	PanelActivity  = onboarding.PanelActivity
	ActivityFilter = onboarding.ActivityFilter
)

// PanelActivity is what the simulated panel of a virtual customer has reported, newest
// first. A refusal for a customer with a real panel and for one that is removed,
// ErrBadCursor for a cursor that no page gave.
func (d *Desk) PanelActivity(ctx context.Context, actor Actor, accountID string, filter ActivityFilter) (page []PanelActivity, nextCursor string, err error) {
	account, err := d.Account(ctx, actor, accountID)
	if err != nil {
		return nil, "", err
	}
	panel, simulated := account.SimulatedPanel()
	switch {
	case !simulated:
		return nil, "", refused("This customer has a real system. Only the simulated panel of a virtual customer tells its activity here.")
	case account.State == onboarding.AccountClosed:
		return nil, "", refused("This virtual customer was removed, and its panel with it.")
	}
	before := PanelActivity{At: d.now()}
	if filter.Cursor != "" {
		if before, err = parseActivityCursor(filter.Cursor, before.At); err != nil {
			return nil, "", err
		}
	}
	page = panel.Activity(filter.Since, before, filter.Limit+1)
	if len(page) > filter.Limit {
		page = page[:filter.Limit]
		nextCursor = activityCursor(page[len(page)-1])
	}
	return page, nextCursor, nil
}

// activityCursor is the last report of a page: the next one begins before it.
func activityCursor(last PanelActivity) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(last.At.Unix(), 10) + " " + last.ID))
}

// parseActivityCursor refuses what has not come yet, in which a search for earlier reports
// could go on for ages.
func parseActivityCursor(text string, now time.Time) (PanelActivity, error) {
	packed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return PanelActivity{}, ErrBadCursor
	}
	at, id, found := strings.Cut(string(packed), " ")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !found || seconds > now.Unix() {
		return PanelActivity{}, ErrBadCursor
	}
	return PanelActivity{At: time.Unix(seconds, 0).UTC(), ID: id}, nil
}
