package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// newEvent is an event to append. An empty At is the database's now.
type newEvent struct {
	onboarding.Event
	// once names what happened: telling it twice leaves one event.
	once string
}

const sqlAppendEvent = `
INSERT INTO onboarding_events (onboarding_id, at, kind, step, code, by, note, dedupe_key)
VALUES (@onboarding, coalesce(@at::timestamptz, now()), @kind, @step, @code, @by, @note, @once)
ON CONFLICT ON CONSTRAINT onboarding_events_once DO NOTHING`

func appendEvent(event newEvent) statement {
	return statement{sqlAppendEvent, pgx.NamedArgs{
		"onboarding": idOf(event.OnboardingID), "at": nullTime(event.At), "kind": event.Kind, "step": event.Step,
		"code": event.Code, "by": event.By, "note": event.Note, "once": event.once,
	}}
}

// stepEvent is an event of an effect.
func stepEvent(key onboarding.EffectKey, kind onboarding.EventKind, code, once string) newEvent {
	return newEvent{
		onboarding.Event{OnboardingID: key.OnboardingID, Kind: kind, Step: key.Step, Code: code},
		fmt.Sprintf("%s:%d:%s", key.Step, key.Revision, once),
	}
}

const sqlEvents = `
SELECT seq, onboarding_id, at, kind, step, code, by, note
FROM onboarding_events
WHERE onboarding_id = @onboarding AND seq > @after
ORDER BY seq
LIMIT @limit`

type eventRow struct {
	Seq          int64
	OnboardingID string
	At           time.Time
	Kind         onboarding.EventKind
	Step         onboarding.Step
	Code         string
	By           string
	Note         string
}

// Events are the events after a sequence number, oldest first.
func (s *Store) Events(ctx context.Context, onboardingID string, after int64, limit int) ([]onboarding.Event, error) {
	rows, err := all[eventRow](ctx, s.pool, sqlEvents, pgx.NamedArgs{"onboarding": idOf(onboardingID), "after": after, "limit": limit})
	if err != nil {
		return nil, translate("read events", err)
	}
	events := make([]onboarding.Event, len(rows))
	for i, row := range rows {
		events[i] = onboarding.Event(row)
	}
	return events, nil
}

// nullTime is NULL for the zero time.
func nullTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
