package postgres

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlLoginName = `SELECT name FROM logins WHERE onboarding_id = @onboarding`

const sqlIndexCustomer = `
INSERT INTO customer_words (onboarding_id, words)
SELECT @onboarding, array_to_tsvector(@words::text[] || array_remove(ARRAY[m.serial, m.imei, lower(m.meid)], NULL))
FROM (SELECT) AS customer LEFT JOIN modules m ON m.id = @module
ON CONFLICT (onboarding_id) DO UPDATE SET words = excluded.words`

// indexCustomer makes a customer be found by what the application says and by the login
// name there is now.
func indexCustomer(ctx context.Context, tx pgx.Tx, onboardingID string, application onboarding.Application) error {
	args := pgx.NamedArgs{"onboarding": idOf(onboardingID), "module": optionalID(application.ModuleID)}
	answers := application.Answers
	name, err := scalar[string](ctx, tx, sqlLoginName, args)
	switch {
	case err == nil:
		answers.Login.Name = name
	case !errors.Is(err, pgx.ErrNoRows):
		return err
	}
	_, err = tx.Exec(ctx, sqlIndexCustomer, with(args, "words", onboarding.SearchableWords(answers)))
	return err
}

// beginnings asks for every word to begin one of the customer's. The words are letters
// and digits alone, so that nothing in them means anything to a tsquery.
func beginnings(words []string) string {
	terms := make([]string, len(words))
	for i, word := range words {
		terms[i] = "'" + word + "':*"
	}
	return strings.Join(terms, " & ")
}
