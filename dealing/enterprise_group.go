package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// The plain types of enterprise groups.
type (
	EnterpriseGroup = onboarding.EnterpriseGroup
	GroupFilter     = onboarding.GroupFilter
)

// EnterpriseGroups is what enterprise groups need of the record. Every change keeps its
// line of the audit trail with it, or changes nothing.
type EnterpriseGroups interface {
	EnterpriseGroups(ctx context.Context, filter GroupFilter) (page []EnterpriseGroup, nextCursor string, err error)
	EnterpriseGroup(ctx context.Context, dealerID, groupID string) (EnterpriseGroup, error)
	// EnterpriseGroupCalled finds a group by its name, in any case, or its number.
	EnterpriseGroupCalled(ctx context.Context, dealerID, called string) (EnterpriseGroup, error)
	// FoundEnterpriseGroup makes a group with an open account, its administrator's, in it, and
	// claims the key of the entry for it. onboarding.ErrNameTaken when another group of the dealer has the name.
	FoundEnterpriseGroup(ctx context.Context, group EnterpriseGroup, entry AuditEntry) error
	// PutInEnterpriseGroup moves an open account into a group of the same dealer, or out of
	// any for an empty groupID.
	PutInEnterpriseGroup(ctx context.Context, dealerID, accountID, groupID string, entry AuditEntry) error
}

// EnterpriseGroups lists and finds the groups of a dealer, newest first: by the beginning of
// a word of the name, or of the group ID. filter.DealerID may be empty for the actor's own
// dealer. *Invalid for a query that cannot be read, ErrBadCursor for a cursor that no list
// gave.
func (d *Desk) EnterpriseGroups(ctx context.Context, actor Actor, filter GroupFilter) (page []EnterpriseGroup, nextCursor string, err error) {
	if filter.DealerID, err = forDealer(actor, filter.DealerID); err != nil {
		return nil, "", err
	}
	query, fault := onboarding.ParseLine(filter.Query, maxQuery)
	if fault.Found() {
		return nil, "", invalid("q", fault.Code, fault.Message)
	}
	filter.Query = query
	return d.store.EnterpriseGroups(ctx, filter)
}

// EnterpriseGroup is the group that an account is in; ErrNotFound when it is in none.
func (d *Desk) EnterpriseGroup(ctx context.Context, actor Actor, accountID string) (EnterpriseGroup, error) {
	account, err := d.Account(ctx, actor, accountID)
	if err != nil {
		return EnterpriseGroup{}, err
	}
	return d.store.EnterpriseGroup(ctx, account.DealerID, account.Group.ID)
}

// CreateEnterpriseGroup makes a group with the account in it: "The primary login for this
// account will be the administrator for this group" (the seed). It leaves the group that it
// was in. Asked again it is the group made then, and fresh is false. *Invalid about /name, a
// refusal for an account that may be in no group.
func (d *Desk) CreateEnterpriseGroup(ctx context.Context, actor Actor, accountID, name string) (group EnterpriseGroup, fresh bool, err error) {
	account, err := d.accountForGroup(ctx, actor, accountID)
	if err != nil {
		return EnterpriseGroup{}, false, err
	}
	var read answerReader
	name = read.needed("/name", name, onboarding.MaxGroupName, "Enter the name of the new group.")
	if err := read.err(); err != nil {
		return EnterpriseGroup{}, false, err
	}
	group = EnterpriseGroup{ID: newID(), Name: name, DealerID: account.DealerID, AdministratorID: account.ID}
	err = d.store.FoundEnterpriseGroup(ctx, group, auditEntry(ctx, actor, account.DealerID, "account.create_enterprise_group", account.ID, ""))
	if errors.Is(err, onboarding.ErrNameTaken) {
		group, err = d.foundedBefore(ctx, account, name)
		return group, false, err
	}
	if err != nil {
		return EnterpriseGroup{}, false, err
	}
	group, err = d.store.EnterpriseGroup(ctx, account.DealerID, group.ID)
	return group, true, err
}

// FoundedEnterpriseGroup is the group that was created for an account, whoever is in it by
// now.
func (d *Desk) FoundedEnterpriseGroup(ctx context.Context, actor Actor, accountID, groupID string) (EnterpriseGroup, error) {
	account, err := d.Account(ctx, actor, accountID)
	if err != nil {
		return EnterpriseGroup{}, err
	}
	return d.store.EnterpriseGroup(ctx, account.DealerID, groupID)
}

// foundedBefore is the group with this name, when the account administers it already.
func (d *Desk) foundedBefore(ctx context.Context, account onboarding.Account, name string) (EnterpriseGroup, error) {
	group, err := d.store.EnterpriseGroupCalled(ctx, account.DealerID, name)
	if err == nil && group.AdministratorID != account.ID {
		return EnterpriseGroup{}, invalid("/name", "taken", "Another group has this name. Choose it as an existing group, or choose a different name.")
	}
	return group, err
}

// JoinEnterpriseGroup puts the account in a group of the same dealer; it leaves the one it
// was in, and joining again changes nothing. ErrNotFound for a group that the dealer has
// not, a refusal for an account that may be in no group.
func (d *Desk) JoinEnterpriseGroup(ctx context.Context, actor Actor, accountID, groupID string) error {
	account, err := d.accountForGroup(ctx, actor, accountID)
	if err != nil {
		return err
	}
	group, err := d.store.EnterpriseGroup(ctx, account.DealerID, groupID)
	if err != nil {
		return err
	}
	return d.join(ctx, actor, account, group)
}

// JoinEnterpriseGroupCalled is JoinEnterpriseGroup for a group by name or group ID, as
// people type it; *Invalid about /group.
func (d *Desk) JoinEnterpriseGroupCalled(ctx context.Context, actor Actor, accountID, called string) error {
	const field = "/group"
	account, err := d.accountForGroup(ctx, actor, accountID)
	if err != nil {
		return err
	}
	var read answerReader
	called = read.needed(field, called, onboarding.MaxGroupName, "Enter the name or ID of the group.")
	if err := read.err(); err != nil {
		return err
	}
	group, err := d.store.EnterpriseGroupCalled(ctx, account.DealerID, called)
	if errors.Is(err, ErrNotFound) {
		return invalid(field, "unknown", "Choose one of your groups, by its name or ID.")
	}
	if err != nil {
		return err
	}
	return d.join(ctx, actor, account, group)
}

func (d *Desk) join(ctx context.Context, actor Actor, account onboarding.Account, group EnterpriseGroup) error {
	if group.ID == account.Group.ID {
		return nil
	}
	entry := auditEntry(ctx, actor, account.DealerID, "account.join_enterprise_group", account.ID, "")
	return d.store.PutInEnterpriseGroup(ctx, account.DealerID, account.ID, group.ID, entry)
}

// LeaveEnterpriseGroup takes the account out of its group. Out of none it changes nothing.
func (d *Desk) LeaveEnterpriseGroup(ctx context.Context, actor Actor, accountID string) error {
	account, err := d.accountForGroup(ctx, actor, accountID)
	if err != nil || account.Group.ID == "" {
		return err
	}
	entry := auditEntry(ctx, actor, account.DealerID, "account.leave_enterprise_group", account.ID, "")
	return d.store.PutInEnterpriseGroup(ctx, account.DealerID, account.ID, "", entry)
}

// accountForGroup is an account whose group a dealer's user may choose.
func (d *Desk) accountForGroup(ctx context.Context, actor Actor, accountID string) (onboarding.Account, error) {
	account, err := d.Account(ctx, actor, accountID)
	switch {
	case err != nil:
		return onboarding.Account{}, err
	case actor.SeesAll():
		return onboarding.Account{}, ErrForbidden // it is the dealer's business
	case account.State == onboarding.AccountClosed:
		return onboarding.Account{}, refused("This account is closed, so it is in no group.")
	}
	row, err := d.store.Onboarding(ctx, scope(actor), account.OnboardingID)
	if err != nil {
		return onboarding.Account{}, err
	}
	application, err := d.store.Application(ctx, row.ID, row.Revision)
	if err == nil && !onboarding.MayJoinGroup(application.Quote) {
		err = refused("Only an account with a Commercial or Commercial Plus service package and the Enterprise Security Console add-on can be in an enterprise group.")
	}
	return account, err
}
