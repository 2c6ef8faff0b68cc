package webhook

import (
	"encoding/json"
	"net/url"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// Body is what a receiver gets: IDs and codes alone. Whoever is told reads the rest
// through the API, with the rights they have then.
type Body struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"` // of what happened, not of the delivery
	Data      Data      `json:"data"`
}

// Data is what an announcement is about; a member that it has none of is left out.
type Data struct {
	DealerID     string `json:"dealer_id"`
	OnboardingID string `json:"onboarding_id,omitempty"`
	AccountID    string `json:"account_id,omitempty"`
	CommitmentID string `json:"commitment_id,omitempty"`
	Code         string `json:"code,omitempty"`
	Links        Links  `json:"links"`
}

// Links are paths of the API.
type Links struct {
	Onboarding string `json:"onboarding,omitempty"`
	Account    string `json:"account,omitempty"`
	Commitment string `json:"commitment,omitempty"`
}

// BodyOf writes an announcement. It is the same, byte for byte, at every try.
func BodyOf(a onboarding.Announcement) []byte {
	written, err := json.Marshal(Body{
		Type: string(a.Kind), Timestamp: a.At.UTC(),
		Data: Data{
			DealerID: a.DealerID, OnboardingID: a.OnboardingID, AccountID: a.AccountID, CommitmentID: a.CommitmentID, Code: a.Code,
			Links: Links{
				Onboarding: at("/v1/onboardings/", a.OnboardingID), Account: at("/v1/accounts/", a.AccountID),
				Commitment: at("/v1/commitments/", a.CommitmentID),
			},
		},
	})
	if err != nil {
		panic(err) // strings and a time: cannot happen
	}
	return written
}

func at(path, id string) string {
	if id == "" {
		return ""
	}
	return path + url.PathEscape(id)
}
