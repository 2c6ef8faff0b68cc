package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// Of an account a and its login l.
const customerLoginColumns = accountColumns + `, l.password_hash, l.must_change`

const sqlCustomerLogin = `
SELECT ` + customerLoginColumns + ` FROM logins l JOIN accounts a ON a.id = l.account_id
WHERE lower(l.name) = lower(@name) AND a.state = 'open'`

const sqlCustomerLoginOf = `
SELECT ` + customerLoginColumns + ` FROM logins l JOIN accounts a ON a.id = l.account_id
WHERE a.id = @account AND a.state = 'open'`

type customerLoginRow struct {
	accountRow
	PasswordHash string
	MustChange   bool
}

func (r customerLoginRow) login() onboarding.CustomerLogin {
	return onboarding.CustomerLogin{Account: r.account(), PasswordHash: r.PasswordHash, MustChange: r.MustChange}
}

// CustomerLogin finds the login of an open account by its name, in any case.
func (s *Store) CustomerLogin(ctx context.Context, loginName string) (onboarding.CustomerLogin, error) {
	row, err := one[customerLoginRow](ctx, s.pool, sqlCustomerLogin, pgx.NamedArgs{"name": loginName})
	return row.login(), translate("find login", err)
}

// CustomerLoginOf is the login of an open account.
func (s *Store) CustomerLoginOf(ctx context.Context, accountID string) (onboarding.CustomerLogin, error) {
	row, err := one[customerLoginRow](ctx, s.pool, sqlCustomerLoginOf, pgx.NamedArgs{"account": idOf(accountID)})
	return row.login(), translate("read login", err)
}

const setupState = `
CASE
    WHEN t.token_used_at IS NOT NULL THEN 'used'
    WHEN t.state = 'void' OR t.token_expires <= now() THEN 'expired'
    ELSE 'open'
END`

const sqlSetupLink = `
SELECT ` + customerLoginColumns + `, ` + setupState + ` AS setup_state
FROM letters t JOIN accounts a ON a.id = t.account_id JOIN logins l ON l.account_id = a.id
WHERE t.token_hash = @hash AND a.state = 'open'`

type setupLinkRow struct {
	customerLoginRow
	SetupState onboarding.SetupState
}

// SetupLink finds what a set-up link stands for by the SHA-256 of its token.
func (s *Store) SetupLink(ctx context.Context, tokenHash [32]byte) (onboarding.SetupLink, error) {
	row, err := one[setupLinkRow](ctx, s.pool, sqlSetupLink, pgx.NamedArgs{"hash": tokenHash[:]})
	return onboarding.SetupLink{Login: row.login(), State: row.SetupState}, translate("read set-up link", err)
}

const sqlUseSetupLink = `
UPDATE letters t SET token_used_at = now() WHERE t.token_hash = @hash AND ` + setupState + ` = 'open'
RETURNING t.account_id::text`

const sqlChoosePassword = `
UPDATE logins l SET password_hash = @password, must_change = false
FROM accounts a WHERE a.id = l.account_id AND a.id = @account AND a.state = 'open'`

// UseSetupLink sets the password that a set-up link is for and uses the link up;
// onboarding.ErrStale when it is not open any more.
func (s *Store) UseSetupLink(ctx context.Context, tokenHash [32]byte, passwordHash string) (accountID string, err error) {
	err = s.transact(ctx, "use set-up link", func(tx pgx.Tx) error {
		accounts, err := all[struct{ AccountID string }](ctx, tx, sqlUseSetupLink, pgx.NamedArgs{"hash": tokenHash[:]})
		if err != nil {
			return err
		}
		if len(accounts) == 0 {
			return onboarding.ErrStale
		}
		accountID = accounts[0].AccountID
		set, err := changed(ctx, tx, sqlChoosePassword, pgx.NamedArgs{"account": idOf(accountID), "password": passwordHash})
		if err == nil && !set {
			return onboarding.ErrStale // the account was closed meanwhile
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return accountID, nil
}

const sqlChangePassword = `
UPDATE logins SET password_hash = @password, must_change = false WHERE account_id = @account AND password_hash = @was`

// ChangeCustomerPassword replaces the password wasHash; onboarding.ErrStale when it is
// another by now.
func (s *Store) ChangeCustomerPassword(ctx context.Context, accountID, wasHash, passwordHash string) error {
	set, err := changed(ctx, s.pool, sqlChangePassword, pgx.NamedArgs{"account": idOf(accountID), "was": wasHash, "password": passwordHash})
	if err == nil && !set {
		return onboarding.ErrStale
	}
	return translate("change password", err)
}

const sqlRenameLogin = `UPDATE logins SET name = @name WHERE account_id = @account`

// RenameLogin changes the login name of an open account; *onboarding.Conflict when
// somebody has it.
func (s *Store) RenameLogin(ctx context.Context, accountID, name string) error {
	return s.transact(ctx, "rename login", func(tx pgx.Tx) error { return renameLogin(ctx, tx, accountID, name) })
}

func renameLogin(ctx context.Context, tx pgx.Tx, accountID, name string) error {
	args := pgx.NamedArgs{"account": idOf(accountID), "name": name}
	row, err := one[customerLoginRow](ctx, tx, sqlCustomerLoginOf, args)
	if err != nil {
		return err
	}
	locked, err := lockOnboarding(ctx, tx, row.OnboardingID)
	if err != nil {
		return err
	}
	renamed, err := changed(ctx, tx, sqlRenameLogin, args)
	if err == nil && !renamed {
		return onboarding.ErrNotFound
	}
	if err != nil {
		return err
	}
	application, err := readApplication(ctx, tx, row.OnboardingID, locked.Revision)
	if err != nil {
		return err
	}
	return indexCustomer(ctx, tx, row.OnboardingID, application)
}
