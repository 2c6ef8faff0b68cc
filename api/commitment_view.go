package api

import (
	"time"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// Commitment is an application stored ahead, as it was typed, and how it stands.
type Commitment struct {
	ID       string `json:"id"`
	Number   string `json:"number" doc:"The Commitment ID that people read and type" example:"C-7Q2M-4KXD"`
	DealerID string `json:"dealer_id"`
	State    string `json:"state" enum:"open,needs_serial,activated,cancelled,expired" doc:"needs_serial: its date has come, and no module is known"`
	applicationjson.Application
	Expected     Expected        `json:"expected"`
	ActivateAt   *time.Time      `json:"activate_at" doc:"When it is activated by itself; null when it has no date"`
	TimeZone     string          `json:"time_zone" doc:"The property's: dates sent for the commitment are of this zone" example:"America/New_York"`
	ExpiresAt    time.Time       `json:"expires_at" doc:"Until when it can be activated"`
	OnboardingID *string         `json:"onboarding_id" doc:"What it became; null until it is activated"`
	AccountID    *string         `json:"account_id" doc:"Null until the account exists"`
	Version      int             `json:"version" doc:"Grows with every change; also the ETag"`
	CreatedBy    string          `json:"created_by" doc:"Who made it, for people to read"`
	CreatedAt    time.Time       `json:"created_at"`
	UpdatedAt    time.Time       `json:"updated_at"`
	Links        CommitmentLinks `json:"links"`
}

// Expected is what is expected of an installation; all of it may be left out.
type Expected struct {
	InstallDate  string `json:"install_date,omitempty" doc:"YYYY-MM-DD, a date of the property's time zone" example:"2027-01-31"`
	Network      string `json:"network,omitempty" doc:"A network of GET /v1/coverage" example:"AT&T"`
	PanelType    string `json:"panel_type,omitempty" doc:"A panel of GET /v1/options" example:"twog_gc2"`
	InstallerRep string `json:"installer_rep,omitempty" doc:"Login name of who is expected to install"`
}

// CommitmentLinks are where to go from here.
type CommitmentLinks struct {
	Self       string  `json:"self"`
	Activate   string  `json:"activate"`
	Schedule   string  `json:"schedule"`
	Onboarding *string `json:"onboarding"`
	Account    *string `json:"account"`
}

func viewCommitment(commitment dealing.Commitment) Commitment {
	self := commitmentPath(commitment.ID)
	view := Commitment{
		ID: commitment.ID, Number: commitment.Number, DealerID: commitment.DealerID, State: string(commitment.State),
		Application: applicationjson.FromAnswers(commitment.Answers), Expected: Expected(commitment.Expected),
		ActivateAt: timeOrNull(commitment.ActivateAt), TimeZone: commitment.TimeZone, ExpiresAt: commitment.ExpiresAt.UTC(),
		AccountID: orNull(commitment.AccountID), Version: commitment.Version,
		CreatedBy: commitment.CreatedBy, CreatedAt: commitment.CreatedAt.UTC(), UpdatedAt: commitment.UpdatedAt.UTC(),
		Links: CommitmentLinks{Self: self, Activate: self + "/activate", Schedule: self + "/schedule"},
	}
	if commitment.State == onboarding.CommitmentActivated {
		path := onboardingPath(commitment.OnboardingID)
		view.OnboardingID, view.Links.Onboarding = &commitment.OnboardingID, &path
	}
	if commitment.AccountID != "" {
		path := accountPath(commitment.AccountID)
		view.Links.Account = &path
	}
	return view
}

func commitmentPath(id string) string { return "/v1/commitments/" + id }
