package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/onboarding"
)

// An account whose login was given up shows none.
const accountColumns = `
    a.id, a.onboarding_id, a.dealer_id, a.kind, a.type, l.name AS login_name, a.first_name, a.last_name,
    a.company_name, a.email, a.language, a.time_zone, a.module_id, a.package_id, a.state, a.created_at, a.ready_at, a.communicated_at,` + groupOfAccountColumns

const sqlAccountOf = `
SELECT ` + accountColumns + ` FROM accounts a LEFT JOIN logins l ON l.account_id = a.id
WHERE a.onboarding_id = @onboarding`

const sqlAccountByID = `
SELECT ` + accountColumns + ` FROM accounts a LEFT JOIN logins l ON l.account_id = a.id
WHERE a.id = @account AND (@dealers::uuid[] IS NULL OR a.dealer_id = ANY (@dealers))`

type accountRow struct {
	ID             string
	OnboardingID   string
	DealerID       string
	Kind           onboarding.Kind
	Type           onboarding.AccountType
	LoginName      zeronull.Text
	FirstName      string
	LastName       string
	CompanyName    string
	Email          string
	Language       string
	TimeZone       string
	ModuleID       zeronull.Text
	PackageID      string
	State          onboarding.AccountState
	CreatedAt      time.Time
	ReadyAt        zeronull.Timestamptz
	CommunicatedAt zeronull.Timestamptz
	groupOfAccountRow
}

func (r accountRow) account() onboarding.Account {
	return onboarding.Account{
		ID: r.ID, OnboardingID: r.OnboardingID, DealerID: r.DealerID, Kind: r.Kind, Type: r.Type,
		LoginName: string(r.LoginName), FirstName: r.FirstName, LastName: r.LastName, CompanyName: r.CompanyName,
		Email: r.Email, Language: r.Language, TimeZone: r.TimeZone, ModuleID: string(r.ModuleID), Package: r.PackageID, State: r.State,
		CreatedAt: r.CreatedAt, ReadyAt: time.Time(r.ReadyAt), CommunicatedAt: time.Time(r.CommunicatedAt),
		Group: r.group(),
	}
}

// AccountOf is the account that an onboarding made; onboarding.ErrNotFound before.
func (s *Store) AccountOf(ctx context.Context, onboardingID string) (onboarding.Account, error) {
	account, err := accountOf(ctx, s.pool, onboardingID)
	return account, translate("read account", err)
}

// Account reads an account that belongs to one of dealers; nil means every dealer.
func (s *Store) Account(ctx context.Context, dealers []string, accountID string) (onboarding.Account, error) {
	row, err := one[accountRow](ctx, s.pool, sqlAccountByID, pgx.NamedArgs{"account": idOf(accountID), "dealers": idsOf(dealers)})
	return row.account(), translate("read account", err)
}

func accountOf(ctx context.Context, db database, onboardingID string) (onboarding.Account, error) {
	row, err := one[accountRow](ctx, db, sqlAccountOf, pgx.NamedArgs{"onboarding": idOf(onboardingID)})
	return row.account(), err
}

// CreateAccount makes the account, its login and the activation charge, and the step's
// result through encode, in one transaction. The account is ready networkWait after its
// creation when its plan has a network hour. A virtual customer is not charged.
//
// Asked again, for whatever revision, it returns the account there is. *onboarding.Conflict
// when a constraint refuses it, onboarding.ErrStale when the account was closed.
func (s *Store) CreateAccount(ctx context.Context, key onboarding.EffectKey, networkWait time.Duration, encode func(onboarding.Account) []byte) (account onboarding.Account, err error) {
	err = s.transact(ctx, "create account", func(tx pgx.Tx) error {
		step, err := lockStep(ctx, tx, key)
		if err != nil {
			return err
		}
		account, err = accountOf(ctx, tx, key.OnboardingID)
		if errors.Is(err, pgx.ErrNoRows) {
			account, err = makeAccount(ctx, tx, key, step.onboarding.DealerID, networkWait)
		}
		if err != nil {
			return err
		}
		if account.State != onboarding.AccountOpen {
			return onboarding.ErrStale
		}
		if step.effect().State == effectDone {
			return nil
		}
		return finish(ctx, tx, key, encode(account), "")
	})
	if err != nil {
		return onboarding.Account{}, err
	}
	return account, nil
}

func makeAccount(ctx context.Context, tx pgx.Tx, key onboarding.EffectKey, dealerID string, networkWait time.Duration) (onboarding.Account, error) {
	if err := refuseSuspended(ctx, tx, dealerID); err != nil {
		return onboarding.Account{}, err
	}
	application, err := readApplication(ctx, tx, key.OnboardingID, key.Revision)
	if err != nil {
		return onboarding.Account{}, err
	}
	// Held since validate; taken again in case that undo_validate gave them back.
	if err := hold(ctx, tx, key.OnboardingID, dealerID, application); err != nil {
		return onboarding.Account{}, err
	}
	if err := write(ctx, tx, accountStatements(newID(), key, dealerID, networkWait, application)...); err != nil {
		return onboarding.Account{}, err
	}
	return accountOf(ctx, tx, key.OnboardingID)
}

// The lock keeps a suspension from slipping in between the look and the charge.
const sqlDealerSuspended = `SELECT suspended FROM dealers WHERE id = @dealer FOR SHARE`

func refuseSuspended(ctx context.Context, tx pgx.Tx, dealerID string) error {
	suspended, err := scalar[bool](ctx, tx, sqlDealerSuspended, pgx.NamedArgs{"dealer": idOf(dealerID)})
	if err == nil && suspended {
		return &onboarding.Conflict{Reason: onboarding.ReasonDealerSuspended}
	}
	return err
}

const sqlInsertAccount = `
INSERT INTO accounts (id, onboarding_id, dealer_id, kind, type, first_name, last_name, company_name, email, phone,
    language, time_zone, module_id, package_id, receiver_id, account_number, ready_at)
VALUES (@account, @onboarding, @dealer, @kind, @type, @first_name, @last_name, @company_name, @email, @phone,
    @language, @time_zone, @module, @package, @receiver, @account_number, now() + @wait::interval)`

const sqlOwnLogin = `UPDATE logins SET account_id = @account WHERE onboarding_id = @onboarding`

const sqlCharge = `
INSERT INTO ledger (onboarding_id, account_id, dealer_id, kind, amount_cents, currency)
VALUES (@onboarding, @account, @dealer, 'activation', @cents, @currency)`

const sqlReadyAt = `
UPDATE onboardings SET ready_at = (SELECT ready_at FROM accounts WHERE id = @account) WHERE id = @onboarding`

func accountStatements(id uuid.UUID, key onboarding.EffectKey, dealerID string, networkWait time.Duration, application onboarding.Application) []statement {
	answers := application.Answers
	receiver, number := forwarding(answers)
	ids := pgx.NamedArgs{"account": id, "onboarding": idOf(key.OnboardingID)}
	statements := []statement{
		{sqlInsertAccount, pgx.NamedArgs{
			"account": id, "onboarding": idOf(key.OnboardingID), "dealer": idOf(dealerID),
			"kind": answers.Kind, "type": answers.Account.Type,
			"first_name": answers.Customer.FirstName, "last_name": answers.Customer.LastName,
			"company_name": answers.Customer.CompanyName, "email": answers.Customer.Email,
			"phone": answers.Customer.Phone.Number, "language": answers.Customer.Language, "time_zone": answers.Customer.TimeZone,
			"module": optionalID(application.ModuleID), "package": application.Quote.PackageID,
			"receiver": receiver, "account_number": number, "wait": waitOf(answers, networkWait),
		}},
		{sqlOwnLogin, ids},
		{sqlReadyAt, ids},
		announceReady(key.OnboardingID, time.Time{}),
	}
	if answers.Kind != onboarding.KindVirtual {
		statements = append(statements, statement{sqlBeginBilling, ids}, statement{sqlCharge, pgx.NamedArgs{
			"account": id, "onboarding": idOf(key.OnboardingID), "dealer": idOf(dealerID),
			"cents": application.Quote.ActivationFee, "currency": application.Quote.Currency,
		}})
	}
	return append(statements, copyNotifications(id, dealerID, answers)...)
}

// waitOf is NULL for an account without a network hour.
func waitOf(answers onboarding.Answers, networkWait time.Duration) *time.Duration {
	plan, _ := onboarding.PlanFor(answers.Kind, answers.Account.Type)
	if !plan.Has(onboarding.StepAwaitNetwork) {
		return nil
	}
	return &networkWait
}

const sqlCloseAccount = `
UPDATE accounts SET state = 'closed', closed_at = now() WHERE onboarding_id = @onboarding AND state = 'open'`

const sqlReverseCharge = `
INSERT INTO ledger (onboarding_id, account_id, dealer_id, kind, amount_cents, currency)
SELECT onboarding_id, account_id, dealer_id, 'activation_reversal', -amount_cents, currency
FROM ledger WHERE onboarding_id = @onboarding AND kind = 'activation'
ON CONFLICT ON CONSTRAINT ledger_once DO NOTHING`

// CloseAccount closes the account, reverses the charge and frees login and module.
// *onboarding.Conflict with ReasonPanelCommunicating when the panel already
// communicates. Nothing to close is success.
func (s *Store) CloseAccount(ctx context.Context, undo onboarding.EffectKey) error {
	return s.effect(ctx, "close account", undo, nothing, func(tx pgx.Tx, _ lockedOnboarding) error {
		account, err := accountOf(ctx, tx, undo.OnboardingID)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return nil
		case err != nil:
			return err
		case account.State == onboarding.AccountClosed:
			return nil
		case !account.CommunicatedAt.IsZero():
			return &onboarding.Conflict{Reason: onboarding.ReasonPanelCommunicating}
		}
		args := keyArgs(undo)
		if err := write(ctx, tx, statement{sqlCloseAccount, args}, statement{sqlReverseCharge, args}, statement{sqlEndBilling, args}); err != nil {
			return err
		}
		return release(ctx, tx, undo.OnboardingID)
	})
}
