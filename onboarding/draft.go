package onboarding

import "time"

// DraftLifetime is how long a draft is kept after it was last saved.
const DraftLifetime = 30 * 24 * time.Hour

// Purpose is what a draft is to become.
type Purpose string

// The purposes of a draft.
const (
	PurposeAccount    Purpose = "account"
	PurposeCommitment Purpose = "commitment"
)

// Draft is what a dealer has typed so far, section by section, perhaps incomplete.
type Draft struct {
	ID       string
	DealerID string
	Kind     Kind
	Purpose  Purpose
	// Answers are the saved sections; the others are empty.
	Answers Answers
	// Saved are the sections that were saved at least once.
	Saved map[Section]SavedSection
	// Version grows with every save of any section.
	Version int
	// CreatedBy is who began it, for people to read; empty when that is not known.
	CreatedBy string
	CreatedAt time.Time
	UpdatedAt time.Time
	// OnboardingID is what the draft became; empty while it can be changed.
	OnboardingID string
}

// NewDraft is a draft to begin.
type NewDraft struct {
	ID       string
	DealerID string
	UserID   string
	Kind     Kind
	Purpose  Purpose
}

// SavedSection tells when and by whom a section was saved last. Version grows with
// every save of the section and begins at 1.
type SavedSection struct {
	Version int
	By      string
	At      time.Time
}

// ExpiresAt is when the draft is forgotten unless it is saved before.
func (d Draft) ExpiresAt() time.Time { return d.UpdatedAt.Add(DraftLifetime) }

// DraftFilter narrows a list of drafts that can be continued, last saved first.
type DraftFilter struct {
	Dealers []string // nil means every dealer
	// UserID narrows the list to those a user began, unless empty.
	UserID string
	Cursor string
	Limit  int
}
