package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// terminatePage asks why an account ends, and to confirm that it does.
type terminatePage struct {
	frame
	ending
	Name      string
	Back      string
	Reason    field
	Note      field
	Confirmed field
}

func (terminatePage) template() string { return "terminate" }

// ending is one of the two ways in which an account ends.
type ending struct {
	// Heading is also on the button.
	Heading string
	Lead    string
	Confirm string
	// end does it, and says where to go then and what to tell.
	end func(ctx context.Context, desk *dealing.Desk, actor dealing.Actor, accountID string, order dealing.TerminationOrder) (target, told string, err error)
}

var terminating = ending{
	Heading: "Terminate Account",
	Lead:    "The account is closed at once: the customer cannot log in any more, billing ends, and the module is released. This cannot be taken back.",
	Confirm: "Yes, close this account",
	end: func(ctx context.Context, desk *dealing.Desk, actor dealing.Actor, accountID string, order dealing.TerminationOrder) (target, told string, err error) {
		_, err = desk.Terminate(ctx, actor, accountID, order)
		return "", "The account is closed. Its module can be used again as soon as the carrier has released it.", err
	},
}

var recycling = ending{
	Heading: "Recycle Module",
	Lead: "The account is closed as when it is terminated, and a draft for the next customer begins with the same installation address, control panel and module. " +
		"Nothing of this customer's is in it. It can be submitted as soon as the carrier has released the module.",
	Confirm: "Yes, close this account and keep its system for a new customer",
	end: func(ctx context.Context, desk *dealing.Desk, actor dealing.Actor, accountID string, order dealing.TerminationOrder) (target, told string, err error) {
		change, err := desk.Recycle(ctx, actor, accountID, order)
		return "/drafts/" + change.DraftID, "The account is closed. Here is the next customer's draft, with the module and the address.", err
	},
}

func (s *site) showEnding(how ending) func(*gin.Context) error {
	return func(c *gin.Context) error {
		file, err := s.accountFile(c)
		if err != nil {
			return err
		}
		return s.askEnding(c, http.StatusOK, how, file, nil, url.Values{})
	}
}

func (s *site) askEnding(c *gin.Context, status int, how ending, file dealing.CustomerFile, problems onboarding.Problems, typed url.Values) error {
	base, err := s.frame(c, how.Heading, navCustomers)
	if err != nil {
		return err
	}
	f := newForm(problems)
	page := terminatePage{
		frame: base, ending: how, Name: nameIn(file), Back: "/customers/" + file.Onboarding.ID,
		Reason:    f.choice("/reason", "Reason", typed.Get("/reason"), choicesOf(onboarding.TerminateReasons), required),
		Note:      f.text("/note", "Note", typed.Get("/note"), hint("What there is to add; kept in the audit trail.")),
		Confirmed: f.tick("/confirmed", how.Confirm, typed.Get("/confirmed") != ""),
	}
	page.Problems = f.summary()
	return s.show(c, status, page)
}

func (s *site) endAccount(how ending) func(*gin.Context) error {
	return func(c *gin.Context) error {
		typed, err := readForm(c)
		if err != nil {
			return err
		}
		file, err := s.accountFile(c)
		if err != nil {
			return err
		}
		if typed.Get("/confirmed") == "" {
			return s.askEnding(c, http.StatusUnprocessableEntity, how, file, unconfirmed(typed), typed)
		}
		target, told, err := how.end(c.Request.Context(), s.desk, userOf(c).Actor, file.Account.ID, dealing.TerminationOrder{
			Reason: typed.Get("/reason"), Note: typed.Get("/note"),
		})
		var invalid *dealing.Invalid
		if errors.As(err, &invalid) {
			return s.askEnding(c, http.StatusUnprocessableEntity, how, file, invalid.Problems, typed)
		}
		if err != nil {
			return err
		}
		s.tell(c, told)
		if target == "" {
			target = "/customers/" + file.Onboarding.ID
		}
		return seeOther(c, target)
	}
}

// unconfirmed names everything that is missing at once.
func unconfirmed(typed url.Values) onboarding.Problems {
	var problems onboarding.Problems
	if _, fault := onboarding.ParseTerminateReason(typed.Get("/reason")); fault.Found() {
		problems = problemsAt("/reason", fault)
	}
	return append(problems, onboarding.Problem{Field: "/confirmed", Code: "required", Message: "Confirm that the account is to be closed."})
}
