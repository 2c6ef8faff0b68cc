package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// nextRevision is a checked application that follows the newest one of its onboarding.
type nextRevision struct {
	OnboardingID string
	// Was is the newest revision as whoever made this one saw it.
	Was    int
	UserID string
	// Event is what the history says of it.
	Event       onboarding.EventKind
	Typed       onboarding.Answers
	Application onboarding.Application
}

const sqlLatestRevision = `SELECT max(revision) FROM applications WHERE onboarding_id = @onboarding HAVING count(*) > 0`

const sqlInsertResolved = `
INSERT INTO applications (onboarding_id, revision, typed, resolved, module_id, quote, created_by, resolved_at)
VALUES (@onboarding, @revision, @typed, @resolved, @module, @quote, @user, now())`

const sqlMoveToRevision = `
UPDATE onboardings SET revision = @revision, alternate_id = @alternate_id, updated_at = now() WHERE id = @onboarding`

// The name stays: "The name entered for the customer on this page cannot be edited
// after the account has been created" (the seed). So does what was charged.
const sqlAccountFollows = `
UPDATE accounts
SET company_name = @company_name, email = @email, phone = @phone, language = @language, time_zone = @time_zone, module_id = @module,
    receiver_id = @receiver, account_number = @account_number
WHERE onboarding_id = @onboarding AND state = 'open'`

// writeRevision stores a revision and lets what is made of it follow: the account but for
// its name, the words it is found by, the history. The caller holds the onboarding's lock
// and has made login and module its own. onboarding.ErrStale when there is a newer one.
func writeRevision(ctx context.Context, tx pgx.Tx, next nextRevision) (revision int, err error) {
	latest, err := scalar[int](ctx, tx, sqlLatestRevision, pgx.NamedArgs{"onboarding": idOf(next.OnboardingID)})
	if err != nil {
		return 0, err
	}
	if latest != next.Was {
		return 0, onboarding.ErrStale
	}
	revision = next.Was + 1
	if err := write(ctx, tx, revised(revision, next)...); err != nil {
		return 0, err
	}
	return revision, indexCustomer(ctx, tx, next.OnboardingID, next.Application)
}

func revised(revision int, next nextRevision) []statement {
	event := stepEvent(onboarding.EffectKey{OnboardingID: next.OnboardingID, Revision: revision}, next.Event, "", string(next.Event))
	event.By = next.UserID
	application := next.Application
	customer := application.Answers.Customer
	receiver, number := forwarding(application.Answers)
	return []statement{
		{sqlInsertResolved, pgx.NamedArgs{
			"onboarding": idOf(next.OnboardingID), "revision": revision, "typed": answersToJSON(next.Typed),
			"resolved": answersToJSON(application.Answers), "module": optionalID(application.ModuleID),
			"quote": quoteToJSON(application.Quote), "user": optionalID(next.UserID),
		}},
		{sqlMoveToRevision, pgx.NamedArgs{
			"onboarding": idOf(next.OnboardingID), "revision": revision, "alternate_id": customer.Operations.AlternateID,
		}},
		{sqlAccountFollows, pgx.NamedArgs{
			"onboarding": idOf(next.OnboardingID), "company_name": customer.CompanyName, "email": customer.Email,
			"phone": customer.Phone.Number, "language": customer.Language, "time_zone": customer.TimeZone,
			"module": optionalID(application.ModuleID), "receiver": receiver, "account_number": number,
		}},
		appendEvent(event),
	}
}
