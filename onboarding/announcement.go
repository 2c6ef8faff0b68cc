package onboarding

import "time"

// AnnouncementKind names something that a dealer's own systems may want to hear of.
type AnnouncementKind string

// What is announced. The words are those of webhooks and never change their meaning.
const (
	AnnounceOnboardingCreated     AnnouncementKind = "onboarding.created"
	AnnounceOnboardingParked      AnnouncementKind = "onboarding.parked"
	AnnounceOnboardingCompleted   AnnouncementKind = "onboarding.completed"
	AnnounceOnboardingRejected    AnnouncementKind = "onboarding.rejected"
	AnnounceOnboardingCancelled   AnnouncementKind = "onboarding.cancelled"
	AnnounceAccountReadyToInstall AnnouncementKind = "account.ready_to_install"
	AnnounceAccountActivated      AnnouncementKind = "account.activated"
	AnnounceAccountCorrected      AnnouncementKind = "account.corrected"
	AnnounceAccountTerminated     AnnouncementKind = "account.terminated"
	AnnounceModuleSwapped         AnnouncementKind = "account.module_swapped"
	AnnounceCommitmentDue         AnnouncementKind = "commitment.due"
	AnnounceCommitmentNeedsSerial AnnouncementKind = "commitment.needs_serial"
	AnnounceCommitmentActivated   AnnouncementKind = "commitment.activated"
	AnnounceCommitmentExpired     AnnouncementKind = "commitment.expired"
	AnnounceLetterBounced         AnnouncementKind = "letter.bounced"
)

// Announcement is one thing that happened, by IDs and codes alone: whoever is told reads
// the rest through the API, with the rights they have then.
type Announcement struct {
	Kind     AnnouncementKind
	DealerID string
	// OnboardingID, AccountID and CommitmentID are what it is about; empty when it has none.
	OnboardingID string
	AccountID    string
	CommitmentID string
	// Code is a reason or a fault; often empty.
	Code string
	// Once names what happened, so that telling it twice leaves one announcement.
	Once string
	At   time.Time // zero is now
}
