package api

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/trail"
)

// problemOf says what a use case's error is to the client. What has no words of its own
// is logged and told as a fault of ours, without details.
func (s *surface) problemOf(ctx context.Context, err error) *Problem {
	problem := s.translate(ctx, err)
	t := trail.Of(ctx)
	problem.RequestID, t.Code = t.RequestID, problem.Code
	return problem
}

func (s *surface) translate(ctx context.Context, err error) *Problem {
	var (
		problem *Problem
		invalid *dealing.Invalid
		refusal *onboarding.Refusal
		tooSoon *dealing.TooSoon
	)
	switch {
	case errors.As(err, &problem):
		return problem
	case errors.As(err, &invalid):
		return problemInvalid(invalid.Problems)
	case errors.As(err, &tooSoon):
		return problemTooSoon(tooSoon)
	case errors.As(err, &refusal):
		return problemConflict(refusal.Sentence)
	case errors.Is(err, dealing.ErrNotFound):
		return problemNotFound()
	case errors.Is(err, dealing.ErrUnauthenticated):
		return problemUnauthenticated()
	case errors.Is(err, dealing.ErrForbidden):
		return problemForbidden()
	case errors.Is(err, dealing.ErrKeyReused):
		return problemBadField("Idempotency-Key", "idempotency_key_reused", "This key was used before with another body. Use a new key for a new request.")
	case errors.Is(err, dealing.ErrBadCursor):
		return problemBadField("cursor", "malformed", "Use the next_cursor of an earlier page.")
	case errors.Is(err, dealing.ErrStale):
		return problemConflict("Somebody else changed this meanwhile. Look at it again.")
	case errors.Is(err, dealing.ErrCarrierUnavailable):
		s.log.WarnContext(ctx, "carrier unavailable", "request_id", trail.Of(ctx).RequestID, "error", err)
		return problemUnavailable("carrier_unavailable", "The carrier cannot be asked now. Try again later.", 30)
	case errors.Is(err, dealing.ErrEngineUnavailable):
		s.log.ErrorContext(ctx, "engine unavailable", "request_id", trail.Of(ctx).RequestID, "error", err)
		return problemUnavailable("engine_unavailable", "This could not be handed over now, and nothing has changed. Try again in a moment.", 5)
	case ctx.Err() == nil && errors.Is(err, onboarding.ErrStoreUnavailable):
		s.log.ErrorContext(ctx, "record unavailable", "request_id", trail.Of(ctx).RequestID, "error", err)
		return problemUnavailable("store_unavailable", "Our records cannot be reached now. Try again in a moment; with an Idempotency-Key nothing happens twice.", 5)
	case ctx.Err() != nil:
		return problemUnavailable("timeout", "This took too long. Try again in a moment.", 5)
	default:
		s.log.ErrorContext(ctx, "request failed", "request_id", trail.Of(ctx).RequestID, "error", err)
		return problemInternal()
	}
}
