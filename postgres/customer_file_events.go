package postgres

import (
	"time"

	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// maxFileEvents is how many events a file shows, the newest ones: a carrier's outage can
// leave hundreds.
const maxFileEvents = 500

// A user's ID stands for who acted, and "audit" with the ID of a line of the audit trail
// for the reason, since neither names nor reasons may travel through Temporal.
const sqlFileEvents = `
SELECT e.seq, e.onboarding_id, e.at, e.kind, e.step, e.code, e.by, e.note,
    CASE WHEN u.id IS NULL THEN '' ELSE ` + nameOfUser + ` END AS by_name, coalesce(x.reason, '') AS reason
FROM (SELECT * FROM onboarding_events WHERE onboarding_id = @onboarding ORDER BY seq DESC LIMIT @most) e
LEFT JOIN users u ON u.id = CASE WHEN e.by ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN e.by::uuid END
LEFT JOIN audit x ON x.id = CASE WHEN e.note ~ '^audit [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN substr(e.note, 7)::uuid END
ORDER BY e.seq`

type fileEventRow struct {
	eventRow
	ByName string
	Reason string
}

func (r fileEventRow) event() onboarding.FileEvent {
	return onboarding.FileEvent{Event: onboarding.Event(r.eventRow), ByName: r.ByName, Reason: r.Reason}
}

const sqlFileLetters = `
SELECT l.id, l.version, l.channel, l.state, l.issued_at, l.origin, CASE WHEN u.id IS NULL THEN '' ELSE ` + nameOfUser + ` END AS by_name,
    l.token_expires, l.token_used_at
FROM letters l LEFT JOIN users u ON u.id = l.created_by
WHERE l.onboarding_id = @onboarding
ORDER BY l.version`

type fileLetterRow struct {
	ID           string
	Version      int
	Channel      string
	State        onboarding.LetterState
	IssuedAt     time.Time
	Origin       onboarding.LetterOrigin
	ByName       string
	TokenExpires zeronull.Timestamptz
	TokenUsedAt  zeronull.Timestamptz
}

const sqlDeliveries = `
SELECT m.letter_id, m.began_at, m.ended_at, m.state, m.receipt, m.code
FROM emails m JOIN letters l ON l.id = m.letter_id
WHERE l.onboarding_id = @onboarding
ORDER BY m.id`

type deliveryRow struct {
	LetterID string
	BeganAt  time.Time
	EndedAt  zeronull.Timestamptz
	State    onboarding.LetterState
	Receipt  string
	Code     string
}

func lettersOf(letters []fileLetterRow, emails []deliveryRow) []onboarding.LetterRecord {
	deliveries := map[string][]onboarding.Delivery{}
	for _, email := range emails {
		deliveries[email.LetterID] = append(deliveries[email.LetterID], onboarding.Delivery{
			BeganAt: email.BeganAt, EndedAt: time.Time(email.EndedAt), State: email.State, Receipt: email.Receipt, Code: email.Code,
		})
	}
	var records []onboarding.LetterRecord
	for _, letter := range letters {
		records = append(records, onboarding.LetterRecord{
			ID: letter.ID, Version: letter.Version, Channel: letter.Channel, State: letter.State, IssuedAt: letter.IssuedAt,
			Origin: letter.Origin, ByName: letter.ByName, LinkExpires: time.Time(letter.TokenExpires), LinkUsed: time.Time(letter.TokenUsedAt),
			Deliveries: deliveries[letter.ID],
		})
	}
	return records
}
