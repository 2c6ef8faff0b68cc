package api

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// AccountDetails is an account with everything that may be corrected.
type AccountDetails struct {
	Account
	Revision int                      `json:"revision" doc:"Grows with every correction; the ETag" example:"1"`
	Customer applicationjson.Customer `json:"customer" doc:"The customer information as it stands"`
	Module   string                   `json:"module" doc:"Serial number of the module, or what else it is known by; empty without one" example:"4100000017"`
	Password string                   `json:"password" enum:"none,temporary,own" doc:"Whether the customer has a password, and whether it is the one of a printed letter"`
	Letters  string                   `json:"letters" doc:"Where to look at its welcome letters"`
}

type accountDetailsOut struct {
	ETag string `header:"ETag" doc:"The account's revision, for the If-Match of a correction"`
	Body AccountDetails
}

func (s *surface) account(ctx context.Context, in *accountIn) (*accountDetailsOut, error) {
	file, err := s.desk.Customer(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &accountDetailsOut{etag(file.Onboarding.Revision), viewAccountDetails(file)}, nil
}

func viewAccountDetails(file dealing.CustomerFile) AccountDetails {
	password := "none"
	switch {
	case file.MustChange:
		password = "temporary"
	case file.PasswordSet:
		password = "own"
	}
	return AccountDetails{
		Account: viewAccount(*file.Account), Revision: file.Onboarding.Revision,
		Customer: applicationjson.FromAnswers(file.Answers).Customer, Module: file.Answers.System.Module,
		Password: password, Letters: accountPath(file.Account.ID) + "/letters",
	}
}

type listAccountsIn struct {
	DealerChoice
	Query  string `query:"q" maxLength:"200" doc:"Words of name, company, login, serial number, phone, alternate ID and address, each perhaps only begun"`
	State  string `query:"state" enum:"open,closed"`
	Cursor string `query:"cursor" maxLength:"500" doc:"The next_cursor of an earlier page"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// AccountList is a page of accounts.
type AccountList page[Account]

type accountListOut struct{ Body AccountList }

func (s *surface) listAccounts(ctx context.Context, in *listAccountsIn) (*accountListOut, error) {
	accounts, next, err := s.desk.Accounts(ctx, actorOf(ctx), in.DealerID, dealing.AccountFilter{
		Query: in.Query, State: onboarding.AccountState(in.State), Cursor: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return &accountListOut{AccountList{Items: views(accounts, viewAccount), NextCursor: orNull(next)}}, nil
}

// WelcomeLetter is a letter that was made.
type WelcomeLetter struct {
	ID          string     `json:"id"`
	Version     int        `json:"version" example:"2"`
	Channel     string     `json:"channel" enum:"email,print"`
	Origin      string     `json:"origin" enum:"onboarding,office,customer,correction" doc:"What asked for it"`
	State       string     `json:"state" enum:"pending,sending,accepted,unknown,refused,void,printed" doc:"void: a newer letter, or the end of the account, made its link useless"`
	IssuedAt    time.Time  `json:"issued_at"`
	By          string     `json:"by" doc:"Who asked for it, for people to read; empty when nobody of the office did"`
	LinkExpires *time.Time `json:"link_expires" doc:"Until when its set-up link works, unless a newer letter voids it; null without one"`
	LinkUsed    *time.Time `json:"link_used" doc:"When its set-up link set a password"`
	Deliveries  []Delivery `json:"deliveries" doc:"Every attempt to hand it to the mail server, the oldest first"`
}

// Delivery is one attempt to hand an e-mail to the mail server.
type Delivery struct {
	BeganAt time.Time  `json:"began_at"`
	EndedAt *time.Time `json:"ended_at" doc:"Null while it is going on"`
	State   string     `json:"state" enum:"pending,sending,accepted,unknown,refused" doc:"pending: it failed in a way that passes, and is tried again"`
	Code    string     `json:"code" doc:"Why it failed" example:"recipient_rejected"`
}

// WelcomeLetterList is every welcome letter of an account.
type WelcomeLetterList page[WelcomeLetter]

type welcomeLetterListOut struct{ Body WelcomeLetterList }

func (s *surface) listLetters(ctx context.Context, in *accountIn) (*welcomeLetterListOut, error) {
	letters, err := s.desk.Letters(ctx, actorOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &welcomeLetterListOut{WelcomeLetterList(listed(letters, viewLetter))}, nil
}

func viewLetter(letter onboarding.LetterRecord) WelcomeLetter {
	return WelcomeLetter{
		ID: letter.ID, Version: letter.Version, Channel: letter.Channel, Origin: string(letter.Origin), State: string(letter.State),
		IssuedAt: letter.IssuedAt.UTC(), By: letter.ByName, LinkExpires: timeOrNull(letter.LinkExpires), LinkUsed: timeOrNull(letter.LinkUsed),
		Deliveries: views(letter.Deliveries, func(d onboarding.Delivery) Delivery {
			return Delivery{BeganAt: d.BeganAt.UTC(), EndedAt: timeOrNull(d.EndedAt), State: string(d.State), Code: d.Code}
		}),
	}
}
