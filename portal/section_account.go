package portal

import (
	"context"
	"net/url"

	"github.com/latchkey/latchkey/onboarding"
)

// accountContent is the seed's "Choose the account type".
type accountContent struct {
	Type field
	// NoStation warns a dealer who cannot forward signals yet.
	NoStation *stationWarning
}

// stationWarning is the seed's, in its words.
type stationWarning struct {
	Title      string
	Message    string
	DealerName string
	// Register is where a station is registered; empty for who may not.
	Register string
}

func (accountContent) part() string { return "section_account" }

func (a accountContent) rows(*form) []row { return []row{{"System Type", a.Type.shown()}} }

func readAccount(_ context.Context, _ sheet, typed url.Values, answers *onboarding.Answers) error {
	answers.Account.Type = onboarding.AccountType(typed.Get("/account/type"))
	return nil
}

func buildAccount(ctx context.Context, s sheet, f *form) (content, error) {
	choices := make([]option, len(onboarding.AccountTypes))
	for i, choice := range onboarding.AccountTypes {
		choices[i] = option{Value: string(choice.Type), Label: choice.Label, Help: choice.Help}
	}
	made := accountContent{
		Type: f.choice("/account/type", "Please select the type of customer account you would like to create.", string(s.answers.Account.Type), choices, required),
	}
	stations, err := s.desk.Stations(ctx, s.user.Actor, s.dealerID)
	if err != nil {
		return nil, err
	}
	made.NoStation = s.noStation(stations, onboarding.SectionAccount)
	return made, nil
}
