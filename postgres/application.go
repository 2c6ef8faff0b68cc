package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlSubmittedAnswers = `
SELECT o.dealer_id, a.typed
FROM applications a JOIN onboardings o ON o.id = a.onboarding_id
WHERE a.onboarding_id = @onboarding AND a.revision = @revision`

// SubmittedAnswers are the answers of a revision as typed, with the dealer they belong to.
func (s *Store) SubmittedAnswers(ctx context.Context, onboardingID string, revision int) (dealerID string, answers onboarding.Answers, err error) {
	row, err := one[struct {
		DealerID string
		Typed    []byte
	}](ctx, s.pool, sqlSubmittedAnswers, pgx.NamedArgs{"onboarding": idOf(onboardingID), "revision": revision})
	if err == nil {
		answers, err = answersFromJSON(row.Typed)
	}
	return row.DealerID, answers, translate("read answers", err)
}

const sqlLatestAnswers = `
SELECT a.revision, a.typed, coalesce(l.name, '') AS login_name
FROM applications a LEFT JOIN logins l ON l.onboarding_id = a.onboarding_id AND l.account_id IS NOT NULL
WHERE a.onboarding_id = @onboarding ORDER BY a.revision DESC LIMIT 1`

// LatestAnswers are the newest revision as typed. Once an account has the login, its name
// is the one there is now: the customer may have chosen another, and somebody else may
// have the one that was typed.
func (s *Store) LatestAnswers(ctx context.Context, onboardingID string) (revision int, answers onboarding.Answers, err error) {
	row, err := one[struct {
		Revision  int
		Typed     []byte
		LoginName string
	}](ctx, s.pool, sqlLatestAnswers, pgx.NamedArgs{"onboarding": idOf(onboardingID)})
	if err == nil {
		answers, err = answersFromJSON(row.Typed)
	}
	if row.LoginName != "" {
		answers.Login.Name = row.LoginName
	}
	return row.Revision, answers, translate("read answers", err)
}

const sqlApplication = `
SELECT resolved, module_id, quote FROM applications
WHERE onboarding_id = @onboarding AND revision = @revision AND resolved IS NOT NULL`

type applicationRow struct {
	Resolved []byte
	ModuleID zeronull.Text
	Quote    []byte
}

// Application is the checked application of a revision; onboarding.ErrNotFound before
// it was accepted.
func (s *Store) Application(ctx context.Context, onboardingID string, revision int) (onboarding.Application, error) {
	application, err := readApplication(ctx, s.pool, onboardingID, revision)
	return application, translate("read application", err)
}

func readApplication(ctx context.Context, db database, onboardingID string, revision int) (onboarding.Application, error) {
	row, err := one[applicationRow](ctx, db, sqlApplication, pgx.NamedArgs{"onboarding": idOf(onboardingID), "revision": revision})
	if err != nil {
		return onboarding.Application{}, err
	}
	answers, answersErr := answersFromJSON(row.Resolved)
	quote, quoteErr := quoteFromJSON(row.Quote)
	return onboarding.Application{Answers: answers, Revision: revision, ModuleID: string(row.ModuleID), Quote: quote},
		errors.Join(answersErr, quoteErr)
}
