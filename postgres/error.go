package postgres

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/latchkey/latchkey/onboarding"
)

// Error is a fault of the database or of our use of it. Its text is made of words of
// ours, an SQLSTATE and a constraint's name: the driver's own texts quote values, and
// values are personal.
type Error struct {
	// Reason is store_unavailable when trying again may help, internal when it will not.
	Reason onboarding.Reason
	// Doing is what was being done, e.g. "submit".
	Doing      string
	SQLState   string
	Constraint string
	// ended is the context's error when that is what cut the work short.
	ended error
}

// FaultReason names the fault for whoever cannot know this package's types.
func (e *Error) FaultReason() onboarding.Reason { return e.Reason }

// Error gives codes and words of ours.
func (e *Error) Error() string {
	parts := []string{string(e.Reason), e.Doing}
	for _, part := range []string{e.SQLState, e.Constraint} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}

// Is makes errors.Is find onboarding.ErrStoreUnavailable in what may help to try again.
func (e *Error) Is(target error) bool {
	return target == onboarding.ErrStoreUnavailable && e.Reason == onboarding.ReasonStoreUnavailable
}

// Unwrap tells a cancelled caller from a broken database. The driver's error stays
// inside: whoever prints a chain must not find values in it.
func (e *Error) Unwrap() error { return e.ended }

// conflicts are the constraints that a person can do something about.
var conflicts = map[string]onboarding.Conflict{
	"logins_name":              {Field: "/login/name", Reason: onboarding.ReasonLoginTaken},
	"users_login_name":         {Field: "/login_name", Reason: onboarding.ReasonLoginTaken},
	"accounts_account_number":  {Field: "/forwarding/account_number", Reason: onboarding.ReasonAccountNumberTaken},
	"accounts_module":          {Field: "/system/module", Reason: onboarding.ReasonModuleInUse},
	"commitments_alternate_id": {Field: "/customer/operations/alternate_id", Reason: onboarding.ReasonAlternateIDTaken},
	"onboardings_alternate_id": {Field: "/customer/operations/alternate_id", Reason: onboarding.ReasonAlternateIDTaken},
}

// names are the constraints that keep a dealer's things from having one name.
var names = map[string]bool{
	"monitoring_stations_name": true, "receivers_name": true, "panel_templates_name": true, "customer_sources_name": true,
	"enterprise_groups_name": true,
}

// passed are the answers of ours that leave this package as they are.
var passed = []error{
	onboarding.ErrNotFound, onboarding.ErrKeyReused, onboarding.ErrStale, onboarding.ErrBadCursor, onboarding.ErrNameTaken, onboarding.ErrInUse,
	onboarding.ErrTooManyEndpoints,
}

// translate is the only way an error leaves this package. Answers of ours pass, a row
// that is not there is onboarding.ErrNotFound, a broken invariant may be a Conflict.
func translate(doing string, err error) error {
	var (
		conflict *onboarding.Conflict
		made     *onboarding.MadeBefore
		refused  *pgconn.PgError
		tooSoon  *onboarding.TooSoon
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooSoon):
		return tooSoon
	case errors.Is(err, pgx.ErrNoRows):
		return onboarding.ErrNotFound
	case errors.As(err, &conflict):
		return conflict
	case errors.As(err, &made):
		return made
	case errors.As(err, &refused):
		if conflict, known := conflicts[refused.ConstraintName]; known {
			return &conflict
		}
		if names[refused.ConstraintName] {
			return onboarding.ErrNameTaken
		}
		return &Error{Reason: reasonOf(refused.Code), Doing: doing, SQLState: refused.Code, Constraint: refused.ConstraintName}
	}
	for _, answer := range passed {
		if errors.Is(err, answer) {
			return answer
		}
	}
	for _, ended := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, ended) {
			return &Error{Reason: onboarding.ReasonStoreUnavailable, Doing: doing, ended: ended}
		}
	}
	return &Error{Reason: reasonOfDriver(err), Doing: doing}
}

// reasonOf judges an SQLSTATE by its class: broken connections (08), rolled back to
// solve a deadlock (40), no resources (53), shutting down (57), system trouble (58).
func reasonOf(state string) onboarding.Reason {
	switch state[:min(2, len(state))] {
	case "08", "40", "53", "57", "58":
		return onboarding.ReasonStoreUnavailable
	default:
		return onboarding.ReasonInternal
	}
}

func reasonOfDriver(err error) onboarding.Reason {
	var (
		unreachable *pgconn.ConnectError
		network     net.Error
	)
	if errors.As(err, &unreachable) || errors.As(err, &network) || pgconn.SafeToRetry(err) {
		return onboarding.ReasonStoreUnavailable
	}
	return onboarding.ReasonInternal
}
