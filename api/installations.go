package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerInstallations(v1 huma.API) {
	handle(s, v1, operation{
		id: "list-installations", method: http.MethodGet, path: "/installations", tag: "Installations",
		summary: "List what is to be installed on a day",
		description: "Accounts whose commitment was expected on that day, accounts created on it whose panel has not communicated, " +
			"and commitments expected on it that are not activated yet. Days are those of each property's time zone.",
	}, s.installations)
}

type installationsIn struct {
	DealerChoice
	Date      string `query:"date" maxLength:"50" doc:"YYYY-MM-DD; today on the clock of each property when left out" example:"2027-01-31"`
	Installer string `query:"installer" maxLength:"100" doc:"Only those of this rep, by login name"`
}

// Installation is a system to be installed.
type Installation struct {
	OnboardingID   *string    `json:"onboarding_id" doc:"Null for a commitment that is not activated yet"`
	CommitmentID   *string    `json:"commitment_id" doc:"Null for an account that was no commitment"`
	DealerID       string     `json:"dealer_id"`
	FirstName      string     `json:"first_name" example:"John"`
	LastName       string     `json:"last_name" example:"Doe"`
	Date           string     `json:"date" example:"2027-01-31"`
	TimeZone       string     `json:"time_zone" example:"America/New_York"`
	InstallerRep   string     `json:"installer_rep" doc:"Login name of who installs it; empty when nobody is named"`
	ReadyAt        *time.Time `json:"ready_at" doc:"When the network hour is over; null when there is none"`
	CommunicatedAt *time.Time `json:"communicated_at" doc:"The panel's first communication; null before it"`
}

// InstallationList is the installations of a day.
type InstallationList page[Installation]

type installationsOut struct{ Body InstallationList }

func (s *surface) installations(ctx context.Context, in *installationsIn) (*installationsOut, error) {
	rows, err := s.desk.Installations(ctx, actorOf(ctx), in.DealerID, onboarding.InstallationFilter{Date: in.Date, InstallerRep: in.Installer})
	if err != nil {
		return nil, err
	}
	return &installationsOut{InstallationList(listed(rows, viewInstallation))}, nil
}

func viewInstallation(i onboarding.Installation) Installation {
	return Installation{
		OnboardingID: orNull(i.OnboardingID), CommitmentID: orNull(i.CommitmentID), DealerID: i.DealerID, FirstName: i.FirstName, LastName: i.LastName,
		Date: i.Date, TimeZone: i.TimeZone, InstallerRep: i.InstallerRep, ReadyAt: timeOrNull(i.ReadyAt), CommunicatedAt: timeOrNull(i.CommunicatedAt),
	}
}
