package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *surface) registerErasure(v1 huma.API) {
	handle(s, v1, operation{
		id: "erase-account", method: http.MethodPost, path: "/accounts/{id}/erase", tag: "Accounts",
		errors:  []int{http.StatusForbidden, http.StatusConflict},
		summary: "Erase a customer's personal data for ever",
		description: "For administrators. The ID is an account's, an onboarding's or a commitment's. Names, addresses, what was typed and the reasons " +
			"that people gave are taken out of the record; IDs, dates, states, the ledger and the lines of the audit trail stay. " +
			"409 while the account is open, the onboarding under way or the commitment waiting. Erasing once more is no error.",
	}, s.erase)
}

type eraseIn struct {
	ID   string `path:"id"`
	Body struct {
		Reason string `json:"reason" doc:"Kept in the audit trail, so it names nobody: the number of the request, for instance" example:"Request 2027-14"`
	}
}

// Erased says which customer was erased.
type Erased struct {
	OnboardingID string `json:"onboarding_id" doc:"Under which the audit trail has it"`
}

type erasedOut struct{ Body Erased }

func (s *surface) erase(ctx context.Context, in *eraseIn) (*erasedOut, error) {
	customer, err := s.desk.Erase(ctx, actorOf(ctx), in.ID, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &erasedOut{Erased{customer}}, nil
}
