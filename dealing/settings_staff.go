package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// StaffRoles are the roles that a dealer can give.
var StaffRoles = []onboarding.Choice{
	{Value: string(onboarding.RoleOffice), Label: "Office"},
	{Value: string(onboarding.RoleTechnician), Label: "Technician"},
}

// StaffAnswers describe a user of a dealer.
type StaffAnswers struct {
	LoginName    string
	FirstName    string
	LastName     string
	Role         string
	SalesRep     bool
	InstallerRep bool
	// Email may be empty. It is how an identity provider's person is found the first time.
	Email string
}

// staff reads all but the login name, which stays what it was first.
func (r *answerReader) staff(typed StaffAnswers) StaffMember {
	return StaffMember{
		FirstName: r.needed("/first_name", typed.FirstName, 50, "Enter the first name."),
		LastName:  r.needed("/last_name", typed.LastName, 50, "Enter the last name."),
		Role:      onboarding.Role(r.choice("/role", typed.Role, StaffRoles)), SalesRep: typed.SalesRep, InstallerRep: typed.InstallerRep,
		Email: r.email("/email", typed.Email),
	}
}

// Staff lists the users whose own dealer this is, disabled ones last.
func (d *Desk) Staff(ctx context.Context, actor Actor, dealerID string) ([]StaffMember, error) {
	dealerID, err := seeSettings(actor, dealerID)
	if err != nil {
		return nil, err
	}
	return d.store.Staff(ctx, dealerID)
}

// StaffMember is one user of a dealer.
func (d *Desk) StaffMember(ctx context.Context, actor Actor, dealerID, userID string) (StaffMember, error) {
	staff, err := d.Staff(ctx, actor, dealerID)
	if err != nil {
		return StaffMember{}, err
	}
	for _, member := range staff {
		if member.ID == userID {
			return member, nil
		}
	}
	return StaffMember{}, ErrNotFound
}

// AddStaff adds a user and draws their first password, which is told here and nowhere
// else. *Invalid with fields /login_name, /first_name, /last_name, /email and /role.
func (d *Desk) AddStaff(ctx context.Context, actor Actor, dealerID string, typed StaffAnswers) (member StaffMember, password string, err error) {
	if dealerID, err = changeSettings(actor, dealerID); err != nil {
		return StaffMember{}, "", err
	}
	var read answerReader
	member = read.staff(typed)
	login, fault := onboarding.ParseLoginName(typed.LoginName)
	read.note("/login_name", fault)
	member.LoginName = login
	if err := read.err(); err != nil {
		return StaffMember{}, "", err
	}
	member.ID = newID()
	password, hash, err := d.drawPassword(ctx)
	if err != nil {
		return StaffMember{}, "", err
	}
	err = d.store.AddStaff(ctx, dealerID, member, hash, auditEntry(ctx, actor, dealerID, "settings.add_user", member.ID, ""))
	var conflict *onboarding.Conflict
	if errors.As(err, &conflict) {
		return StaffMember{}, "", invalid("/login_name", "taken", "Somebody has this login name. Choose another one.")
	}
	return member, password, err
}

// ChangeStaff gives a user their names, role and marks; the login name stays. Nobody
// changes their own role.
func (d *Desk) ChangeStaff(ctx context.Context, actor Actor, dealerID, userID string, typed StaffAnswers) error {
	dealerID, now, err := d.staffToChange(ctx, actor, dealerID, userID)
	if err != nil {
		return err
	}
	var read answerReader
	member := read.staff(typed)
	member.ID = userID
	if userID == actor.UserID && member.Role != now.Role {
		read.note("/role", onboarding.Fault{Code: "own_role", Message: "You cannot change your own role. Ask somebody else of your office."})
	}
	if err := read.err(); err != nil {
		return err
	}
	defer d.actors.forget()
	return d.store.ChangeStaff(ctx, dealerID, member, auditEntry(ctx, actor, dealerID, "settings.change_user", userID, ""))
}

// DisableStaff keeps a user and their API keys out from now on. Nobody disables themselves.
func (d *Desk) DisableStaff(ctx context.Context, actor Actor, dealerID, userID string) error {
	dealerID, _, err := d.staffToChange(ctx, actor, dealerID, userID)
	switch {
	case err != nil:
		return err
	case userID == actor.UserID:
		return refused("You cannot disable yourself. Ask somebody else of your office.")
	}
	defer d.actors.forget()
	return d.store.DisableStaff(ctx, dealerID, userID, auditEntry(ctx, actor, dealerID, "settings.disable_user", userID, ""))
}

// EnableStaff lets a disabled user in again, with the password and the keys from before.
func (d *Desk) EnableStaff(ctx context.Context, actor Actor, dealerID, userID string) error {
	dealerID, _, err := d.staffToChange(ctx, actor, dealerID, userID)
	if err != nil {
		return err
	}
	return d.store.EnableStaff(ctx, dealerID, userID, auditEntry(ctx, actor, dealerID, "settings.enable_user", userID, ""))
}

// ResetStaffPassword draws a new password for a user, which is told here and nowhere else.
// It ends their sessions and lifts a lock after failed attempts.
func (d *Desk) ResetStaffPassword(ctx context.Context, actor Actor, dealerID, userID string) (member StaffMember, password string, err error) {
	if dealerID, member, err = d.staffToChange(ctx, actor, dealerID, userID); err != nil {
		return StaffMember{}, "", err
	}
	password, hash, err := d.drawPassword(ctx)
	if err != nil {
		return StaffMember{}, "", err
	}
	err = d.store.SetStaffPassword(ctx, dealerID, userID, hash, auditEntry(ctx, actor, dealerID, "settings.reset_password", userID, ""))
	if err != nil {
		return StaffMember{}, "", err
	}
	return member, password, d.store.ForgetAttempts(ctx, onboarding.DoorPortal, attemptName(member.LoginName))
}

func (d *Desk) drawPassword(ctx context.Context) (password, hash string, err error) {
	password = temporaryPassword()
	hash, err = d.passwords.Hash(ctx, password)
	return password, hash, err
}

// staffToChange is a user whom the actor may change. A user who also works for dealers out
// of the actor's reach is left to those who run the installation: with their password or
// a key of theirs one would reach those dealers.
func (d *Desk) staffToChange(ctx context.Context, actor Actor, dealerID, userID string) (ofDealer string, member StaffMember, err error) {
	if ofDealer, err = changeSettings(actor, dealerID); err != nil {
		return "", StaffMember{}, err
	}
	if member, err = d.StaffMember(ctx, actor, ofDealer, userID); err != nil {
		return "", StaffMember{}, err
	}
	reach, err := d.store.DealersOf(ctx, userID)
	if err != nil {
		return "", StaffMember{}, err
	}
	for _, dealer := range reach {
		if !actor.Sees(dealer.ID) {
			return "", StaffMember{}, refused("This user also works for other dealers. Ask who runs your installation.")
		}
	}
	return ofDealer, member, nil
}
