package dealing

import (
	"context"

	"github.com/latchkey/latchkey/onboarding"
)

// The plain types of the settings that the record shares with its readers.
type (
	OwnPanelTemplate = onboarding.OwnPanelTemplate
	StaffMember      = onboarding.StaffMember
	APIKey           = onboarding.APIKey
)

// SettingsStore keeps what dealers change about themselves. Every change keeps its line of
// the audit trail with it, or changes nothing. ErrNotFound is what the dealer has not, or
// what is retired; onboarding.ErrNameTaken a name that another one in use has;
// onboarding.ErrInUse what open accounts or onboardings under way need.
type SettingsStore interface {
	NotificationStore

	EveryDealer(ctx context.Context) ([]NamedID, error)
	ProfileSaved(ctx context.Context, dealerID string) (onboarding.SavedSection, error)
	// ChangeProfile is ErrNotFound as well when the profile has another version by now.
	ChangeProfile(ctx context.Context, dealer onboarding.Dealer, version int, entry AuditEntry) error
	ChangeLogo(ctx context.Context, dealerID string, logo []byte, entry AuditEntry) error

	// Stations have their receivers with them.
	Stations(ctx context.Context, dealerID string) ([]Station, error)
	// AddStation adds the receivers in it as well.
	AddStation(ctx context.Context, dealerID string, station Station, entry AuditEntry) error
	ChangeStation(ctx context.Context, dealerID string, station Station, entry AuditEntry) error
	RetireStation(ctx context.Context, dealerID, stationID string, entry AuditEntry) error
	AddReceiver(ctx context.Context, dealerID string, receiver onboarding.Receiver, entry AuditEntry) error
	ChangeReceiver(ctx context.Context, dealerID string, receiver onboarding.Receiver, entry AuditEntry) error
	RetireReceiver(ctx context.Context, dealerID, receiverID string, entry AuditEntry) error

	OwnPanelTemplates(ctx context.Context, dealerID string) ([]OwnPanelTemplate, error)
	AddPanelTemplate(ctx context.Context, dealerID string, template onboarding.PanelTemplate, entry AuditEntry) error
	// RenamePanelTemplate is ErrNotFound as well when the template has another version by now.
	RenamePanelTemplate(ctx context.Context, dealerID string, template OwnPanelTemplate, entry AuditEntry) error
	WithdrawPanelTemplate(ctx context.Context, dealerID, templateID string, entry AuditEntry) error
	AddCustomerSource(ctx context.Context, dealerID string, source NamedID, entry AuditEntry) error
	RenameCustomerSource(ctx context.Context, dealerID string, source NamedID, entry AuditEntry) error
	RetireCustomerSource(ctx context.Context, dealerID, sourceID string, entry AuditEntry) error

	Staff(ctx context.Context, dealerID string) ([]StaffMember, error)
	AddStaff(ctx context.Context, dealerID string, member StaffMember, passwordHash string, entry AuditEntry) error
	ChangeStaff(ctx context.Context, dealerID string, member StaffMember, entry AuditEntry) error
	DisableStaff(ctx context.Context, dealerID, userID string, entry AuditEntry) error
	EnableStaff(ctx context.Context, dealerID, userID string, entry AuditEntry) error
	UnlinkStaff(ctx context.Context, dealerID, userID string, entry AuditEntry) error
	SetStaffPassword(ctx context.Context, dealerID, userID, passwordHash string, entry AuditEntry) error
	APIKeys(ctx context.Context, dealerID string) ([]APIKey, error)
	// AddAPIKey is ErrNotFound as well for a keyID that is used already.
	AddAPIKey(ctx context.Context, dealerID, keyID, userID, key, label string, entry AuditEntry) error
	WithdrawAPIKey(ctx context.Context, dealerID, keyID string, entry AuditEntry) error
}
