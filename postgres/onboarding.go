package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// Of an onboarding o and its account a.
const onboardingColumns = `
    o.id, o.dealer_id, o.kind, o.account_type, o.source, o.status, o.step, o.revision, a.id AS account_id,
    o.commitment_id, o.created_at, o.ready_at, o.park_step, o.park_no, o.park_reason, o.parked_since, o.problems`

type onboardingRow struct {
	ID           string
	DealerID     string
	Kind         onboarding.Kind
	AccountType  onboarding.AccountType
	Source       onboarding.Source
	Status       onboarding.Status
	Step         onboarding.Step
	Revision     int
	AccountID    zeronull.Text
	CommitmentID zeronull.Text
	CreatedAt    time.Time
	ReadyAt      zeronull.Timestamptz
	ParkStep     zeronull.Text
	ParkNo       int
	ParkReason   zeronull.Text
	ParkedSince  zeronull.Timestamptz
	Problems     []byte
}

func (r onboardingRow) onboarding() (onboarding.Onboarding, error) {
	problems, err := problemsFromJSON(r.Problems)
	o := onboarding.Onboarding{
		ID: r.ID, DealerID: r.DealerID, Kind: r.Kind, AccountType: r.AccountType, Source: r.Source, Status: r.Status,
		Step: r.Step, Revision: r.Revision, AccountID: string(r.AccountID), CommitmentID: string(r.CommitmentID),
		CreatedAt: r.CreatedAt, ReadyAt: time.Time(r.ReadyAt), Problems: problems,
	}
	if r.Status == onboarding.StatusParked {
		o.Parked = &onboarding.Park{
			Step: onboarding.Step(r.ParkStep), No: r.ParkNo, Reason: onboarding.Reason(r.ParkReason), Since: time.Time(r.ParkedSince),
		}
	}
	return o, err
}

const sqlOnboarding = `
SELECT ` + onboardingColumns + `
FROM onboardings o LEFT JOIN accounts a ON a.onboarding_id = o.id
WHERE o.id = @onboarding AND (@dealers::uuid[] IS NULL OR o.dealer_id = ANY (@dealers))`

// Onboarding reads the record of one run of one of dealers; nil means every dealer.
func (s *Store) Onboarding(ctx context.Context, dealers []string, id string) (onboarding.Onboarding, error) {
	var rows []onboardingRow
	var steps []stepRow
	batch := &pgx.Batch{}
	ask(batch, sqlOnboarding, pgx.NamedArgs{"onboarding": idOf(id), "dealers": idsOf(dealers)}, &rows)
	ask(batch, sqlSteps, pgx.NamedArgs{"onboardings": idsOf([]string{id})}, &steps)
	if err := s.pool.SendBatch(ctx, batch).Close(); err != nil {
		return onboarding.Onboarding{}, translate("read onboarding", err)
	}
	if len(rows) == 0 {
		return onboarding.Onboarding{}, onboarding.ErrNotFound
	}
	page, err := withTimelines(rows, steps)
	if err != nil {
		return onboarding.Onboarding{}, translate("read onboarding", err)
	}
	return page[0], nil
}

const sqlOnboardings = `
SELECT ` + onboardingColumns + `
FROM onboardings o LEFT JOIN accounts a ON a.onboarding_id = o.id
WHERE (@dealers::uuid[] IS NULL OR o.dealer_id = ANY (@dealers))
  AND (@status = '' OR o.status = @status)
  AND (@step = '' OR o.step = @step)
  AND (@park_reason = '' OR o.park_reason = @park_reason)
  AND (@source = '' OR o.source = @source)
  AND (@since::timestamptz IS NULL OR o.created_at >= @since)
  AND (@after_at::timestamptz IS NULL OR (o.created_at, o.id) < (@after_at, @after_id::uuid))
ORDER BY o.created_at DESC, o.id DESC
LIMIT @limit`

// Onboardings is one page of a list, newest first. nextCursor is empty on the last page;
// onboarding.ErrBadCursor for a cursor that is none of ours.
func (s *Store) Onboardings(ctx context.Context, filter onboarding.Filter) (page []onboarding.Onboarding, nextCursor string, err error) {
	after, err := parseCursor(filter.Cursor)
	if err != nil {
		return nil, "", err
	}
	rows, err := planned[onboardingRow](ctx, s.pool, sqlOnboardings, pgx.NamedArgs{
		"dealers": idsOf(filter.Dealers), "status": filter.Status, "step": filter.Step, "park_reason": filter.ParkReason,
		"source": filter.Source, "since": nullTime(filter.Since), "after_at": nullTime(after.at), "after_id": after.id,
		"limit": filter.Limit + 1, // one more tells whether there is a next page
	})
	if err != nil {
		return nil, "", translate("list onboardings", err)
	}
	if len(rows) > filter.Limit {
		rows = rows[:filter.Limit]
		last := rows[len(rows)-1]
		nextCursor = cursor{last.CreatedAt, idOf(last.ID)}.String()
	}
	page, err = s.withSteps(ctx, rows)
	return page, nextCursor, translate("list onboardings", err)
}

const sqlSteps = `
SELECT onboarding_id, step, status, attempts, started_at, ended_at, code
FROM onboarding_steps WHERE onboarding_id = ANY (@onboardings::uuid[])
ORDER BY onboarding_id, started_at, step`

type stepRow struct {
	OnboardingID string
	Step         onboarding.Step
	Status       onboarding.StepStatus
	Attempts     int
	StartedAt    zeronull.Timestamptz
	EndedAt      zeronull.Timestamptz
	Code         string
}

// withSteps reads the timelines of all rows at once.
func (s *Store) withSteps(ctx context.Context, rows []onboardingRow) ([]onboarding.Onboarding, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	steps, err := all[stepRow](ctx, s.pool, sqlSteps, pgx.NamedArgs{"onboardings": idsOf(ids)})
	if err != nil {
		return nil, err
	}
	return withTimelines(rows, steps)
}

func withTimelines(rows []onboardingRow, steps []stepRow) (page []onboarding.Onboarding, err error) {
	timelines := map[string][]onboarding.StepProgress{}
	for _, step := range steps {
		timelines[step.OnboardingID] = append(timelines[step.OnboardingID], onboarding.StepProgress{
			Step: step.Step, Status: step.Status, Attempts: step.Attempts,
			StartedAt: time.Time(step.StartedAt), EndedAt: time.Time(step.EndedAt), Code: step.Code,
		})
	}
	page = make([]onboarding.Onboarding, len(rows))
	for i, row := range rows {
		if page[i], err = row.onboarding(); err != nil {
			return nil, err
		}
		page[i].Steps = timelines[row.ID]
	}
	return page, nil
}
