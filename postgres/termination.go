package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/onboarding"
)

// An account without a module has nothing to release: its termination is over at once.
const sqlInsertTermination = `
INSERT INTO account_changes (id, kind, account_id, onboarding_id, dealer_id, old_module_id, reason, draft_id, created_by, status, ended_at)
SELECT a.id, 'termination', a.id, a.onboarding_id, a.dealer_id, a.module_id, @reason, @draft, @user,
    CASE WHEN a.module_id IS NULL THEN 'completed' ELSE 'submitted' END, CASE WHEN a.module_id IS NULL THEN now() END
FROM accounts a JOIN onboardings o ON o.id = a.onboarding_id
WHERE a.id = @account AND a.state = 'open' AND a.kind <> 'virtual' AND o.status = 'completed'
  AND NOT EXISTS (SELECT FROM account_changes c WHERE c.account_id = a.id AND c.ended_at IS NULL)`

const sqlModuleToTermination = `
UPDATE modules SET onboarding_id = NULL, change_id = @account WHERE onboarding_id = @onboarding`

// Terminate closes an account: its login is free, its letters are void, its panel template
// is taken back, its billing ends, and its module waits for the carrier to release it. What
// is recycled becomes a draft of the same dealer. onboarding.ErrStale when the account is
// not as it was, *onboarding.MadeBefore when the key stands for its termination already.
func (s *Store) Terminate(ctx context.Context, termination onboarding.NewTermination) error {
	return s.transact(ctx, "terminate account", func(tx pgx.Tx) error {
		if err := claimKey(ctx, tx, termination.Audit.Key, keyed{object: termination.AccountID, account: termination.AccountID}); err != nil {
			return err
		}
		account, err := lockAccount(ctx, tx, termination.AccountID)
		if err != nil {
			return err
		}
		by := optionalID(termination.Audit.UserID)
		var draft *uuid.UUID
		if termination.Recycled != nil {
			id := newID()
			draft = &id
			if err := write(ctx, tx, recycledDraft(id, by, account.DealerID, *termination.Recycled)...); err != nil {
				return err
			}
		}
		args := pgx.NamedArgs{
			"account": idOf(account.ID), "onboarding": idOf(account.OnboardingID), "reason": termination.Reason, "draft": draft, "user": by,
		}
		inserted, err := changed(ctx, tx, sqlInsertTermination, args)
		if err == nil && !inserted {
			return onboarding.ErrStale
		}
		if err != nil {
			return err
		}
		return write(ctx, tx,
			statement{sqlCloseAccount, args}, statement{sqlEndBilling, args}, statement{sqlModuleToTermination, args},
			statement{sqlReleaseLogin, args}, statement{sqlVoidLetters, args}, statement{sqlUnqueueTemplate, args},
			insertAudit(newID(), termination.Audit),
			appendEvent(changeEvent(account.OnboardingID, account.ID, onboarding.EventAccountTerminated, termination.Audit.UserID)),
			announce(onboarding.Announcement{
				Kind: onboarding.AnnounceAccountTerminated, DealerID: account.DealerID, OnboardingID: account.OnboardingID,
				AccountID: account.ID, Code: string(termination.Reason), Once: account.ID,
			}),
		)
	})
}

// recycledSections are the pages on which a recycled module's draft has something.
var recycledSections = []onboarding.Section{onboarding.SectionAccount, onboarding.SectionCustomer, onboarding.SectionSystem}

func recycledDraft(id uuid.UUID, by *uuid.UUID, dealerID string, answers onboarding.Answers) []statement {
	typed := applicationjson.FromAnswers(answers)
	statements := []statement{{sqlInsertDraft, pgx.NamedArgs{
		"id": id, "dealer": idOf(dealerID), "user": by, "kind": answers.Kind, "purpose": onboarding.PurposeAccount,
	}}}
	for _, section := range recycledSections {
		statements = append(statements, statement{sqlSaveSection, pgx.NamedArgs{
			"draft": id, "section": section, "user": by, "content": toJSON(memberOf(&typed, section)),
		}})
	}
	return statements
}
