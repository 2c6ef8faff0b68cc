package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerAccounts(v1 huma.API) {
	const tag = "Accounts"
	letterErrors := []int{http.StatusForbidden, http.StatusConflict}
	handle(s, v1, operation{
		id: "get-account", method: http.MethodGet, path: "/accounts/{id}", tag: tag,
		summary: "Look at an account",
	}, s.account)
	handle(s, v1, operation{
		id: "list-accounts", method: http.MethodGet, path: "/accounts", tag: tag,
		summary: "List and find accounts, newest first",
	}, s.listAccounts)
	handle(s, v1, operation{
		id: "list-welcome-letters", method: http.MethodGet, path: "/accounts/{id}/letters", tag: tag,
		summary: "List the welcome letters of an account, the oldest first",
	}, s.listLetters)
	handle(s, v1, operation{
		id: "print-welcome-letter", method: http.MethodPost, path: "/accounts/{id}/welcome-letter", tag: tag, errors: letterErrors,
		summary: "Make the welcome letter to print",
		description: "Each letter has a new temporary password, which replaces the customer's password, whoever chose it, and must be changed at the " +
			"next login. It is kept nowhere but on the letter. Letters printed before are void; a link that was mailed still works.",
		responses: map[string]*huma.Response{"200": {
			Description: "The letter",
			Content:     map[string]*huma.MediaType{"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
		}},
	}, s.printLetter)
	handle(s, v1, operation{
		id: "email-welcome-letter", method: http.MethodPost, path: "/accounts/{id}/welcome-letter/email", tag: tag,
		status: http.StatusAccepted, errors: letterErrors,
		summary: "E-mail the welcome letter to the customer now",
		description: "While the onboarding waits for the network, its letter goes out at once instead of after the hour. Afterwards the letter is sent again, " +
			"with a new link that makes those before it useless: once a minute and five times in 24 hours, otherwise 409 with the code too_soon, a sentence " +
			"that says when, and Retry-After. A second request within a minute is refused like that, so this needs no Idempotency-Key. " +
			"409 while the onboarding is parked or at another step.",
	}, s.emailLetter)
}

type accountIn struct {
	ID string `path:"id"`
}

// Account is an account as it stands.
type Account struct {
	ID             string     `json:"id"`
	OnboardingID   string     `json:"onboarding_id"`
	DealerID       string     `json:"dealer_id"`
	Kind           string     `json:"kind" example:"customer"`
	Type           string     `json:"type" example:"security_system"`
	State          string     `json:"state" enum:"open,closed"`
	LoginName      string     `json:"login_name" example:"JohnDoe"`
	LoginBlocked   bool       `json:"login_blocked" doc:"The customer will not be able to log in until the system has communicated"`
	FirstName      string     `json:"first_name" example:"John"`
	LastName       string     `json:"last_name" example:"Doe"`
	CompanyName    string     `json:"company_name"`
	Email          string     `json:"email" example:"john.doe@example.com"`
	Language       string     `json:"language" example:"en"`
	Package        string     `json:"package" example:"interactive_gold"`
	CreatedAt      time.Time  `json:"created_at"`
	ReadyAt        *time.Time `json:"ready_at" doc:"When the system can be installed; null when there is no network hour"`
	CommunicatedAt *time.Time `json:"communicated_at" doc:"The panel's first communication; null before it"`
	// EnterpriseGroup is null for an account that is in none.
	EnterpriseGroup nullable[GroupOfAccount] `json:"enterprise_group"`
	Onboarding      string                   `json:"onboarding" doc:"Where to look at its onboarding"`
}

func accountPath(id string) string { return "/v1/accounts/" + id }

func viewAccount(a onboarding.Account) Account {
	return Account{
		ID: a.ID, OnboardingID: a.OnboardingID, DealerID: a.DealerID, Kind: string(a.Kind), Type: string(a.Type), State: string(a.State),
		LoginName: a.LoginName, LoginBlocked: a.LoginBlocked(), FirstName: a.FirstName, LastName: a.LastName,
		CompanyName: a.CompanyName, Email: a.Email, Language: a.Language, Package: a.Package,
		CreatedAt: a.CreatedAt.UTC(), ReadyAt: timeOrNull(a.ReadyAt), CommunicatedAt: timeOrNull(a.CommunicatedAt),
		EnterpriseGroup: nullable[GroupOfAccount]{orNull(GroupOfAccount(a.Group))}, Onboarding: onboardingPath(a.OnboardingID),
	}
}

type letterOut struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

func (s *surface) printLetter(ctx context.Context, in *accountIn) (*letterOut, error) {
	pdf, err := s.desk.PrintLetter(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &letterOut{"application/pdf", `inline; filename="welcome-letter.pdf"`, pdf}, nil
}

// LetterRequested says that the letter is on its way.
type LetterRequested struct {
	AccountID string  `json:"account_id"`
	Requested bool    `json:"requested"`
	LetterID  *string `json:"letter_id" doc:"The letter that is sent again, as GET /v1/accounts/{id}/letters lists it; null for the onboarding's own"`
}

type emailLetterOut struct{ Body LetterRequested }

func (s *surface) emailLetter(ctx context.Context, in *accountIn) (*emailLetterOut, error) {
	letterID, err := s.desk.EmailLetter(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &emailLetterOut{LetterRequested{in.ID, true, orNull(letterID)}}, nil
}
