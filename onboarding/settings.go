package onboarding

import (
	"errors"
	"time"
)

// What a change of a dealer's settings can meet.
var (
	// ErrNameTaken says that another one in use has the name.
	ErrNameTaken = errors.New("name taken")
	// ErrInUse says that open accounts, or onboardings under way, need the thing.
	ErrInUse = errors.New("in use")
)

// MonitoringStation is a monitoring station with the dealer's receivers there.
type MonitoringStation struct {
	ID        string
	Name      string
	Phone     string
	Receivers []Receiver
}

// OwnPanelTemplate is a panel template as its dealer keeps it.
type OwnPanelTemplate struct {
	PanelTemplate
	// Version grows with every change, so that two people do not overwrite each other.
	Version int
}

// StaffMember is a user as the settings of their dealer show them.
type StaffMember struct {
	ID           string
	Role         Role
	LoginName    string
	FirstName    string
	LastName     string
	SalesRep     bool
	InstallerRep bool
	// HasPassword is false for a user who only has API keys.
	HasPassword bool
	Disabled    bool
	// Email is how a provider's person is found at the first sign-in; empty when none is known.
	Email string
	// Linked says that the user has signed in through a provider.
	Linked bool
}

// APIKey is what the record tells of a key; the key itself is known to its owner alone.
type APIKey struct {
	ID string
	// UserName is whom the key acts as, for people to read.
	UserName string
	// Prefix is the readable beginning, by which people tell their keys apart.
	Prefix    string
	Label     string
	CreatedAt time.Time
	// The zero time stands for never.
	ExpiresAt  time.Time
	LastUsedAt time.Time
	RevokedAt  time.Time
}
