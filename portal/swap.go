package portal

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// swapPage asks for the module that replaces another.
type swapPage struct {
	frame
	Name  string
	Back  string
	Old   string
	Panel string
	replacementFields
	Reason field
}

func (swapPage) template() string { return "swap" }

// replacementFields ask for a new module and the panel that it is in.
type replacementFields struct {
	Module    field
	PanelType field
}

func (f *form) replacement(typed url.Values) replacementFields {
	panels := withNone("The same control panel", choicesOf(onboarding.PanelTypes()))
	return replacementFields{
		Module: f.text("/module_serial", "Serial # of the new module", typed.Get("/module_serial"), required, keyboard("text"), width("20"),
			hint("The serial number or IMEI of the module. Only the last 10 digits of a serial number are required.")),
		PanelType: f.choice("/panel_type", "Control Panel Type", typed.Get("/panel_type"), panels,
			hint("Choose one when the control panel is replaced as well.")),
	}
}

func readReplacement(typed url.Values) onboarding.SwapAnswers {
	return onboarding.SwapAnswers{Module: typed.Get("/module_serial"), PanelType: typed.Get("/panel_type")}
}

// accountFile is the file of a customer who has an account.
func (s *site) accountFile(c *gin.Context) (dealing.CustomerFile, error) {
	file, err := s.desk.OnboardingFile(c.Request.Context(), userOf(c).Actor, c.Param("id"))
	if err == nil && file.Account == nil {
		err = &onboarding.Refusal{Sentence: "This customer has no account yet."}
	}
	return file, err
}

func (s *site) showSwap(c *gin.Context) error {
	file, err := s.accountFile(c)
	if err != nil {
		return err
	}
	return s.askSwap(c, http.StatusOK, file, nil, url.Values{})
}

func (s *site) askSwap(c *gin.Context, status int, file dealing.CustomerFile, problems onboarding.Problems, typed url.Values) error {
	base, err := s.frame(c, "Swap Module", navCustomers)
	if err != nil {
		return err
	}
	f := newForm(problems)
	page := swapPage{frame: base, Name: nameIn(file), Back: "/customers/" + file.Onboarding.ID, replacementFields: f.replacement(typed)}
	page.Reason = f.text("/reason", "Reason", typed.Get("/reason"), required, hint("It is kept in the audit trail."))
	if file.Module != nil {
		page.Old = joined(file.Module.Network, moduleNumber(*file.Module))
	}
	page.Problems = f.summary()
	allowScanning(c)
	return s.show(c, status, page)
}

func (s *site) swap(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	file, err := s.accountFile(c)
	if err != nil {
		return err
	}
	_, err = s.desk.SwapModule(c.Request.Context(), userOf(c).Actor, file.Account.ID, dealing.SwapOrder{
		SwapAnswers: readReplacement(typed), Reason: typed.Get("/reason"),
	})
	var invalid *dealing.Invalid
	if errors.As(err, &invalid) {
		return s.askSwap(c, http.StatusUnprocessableEntity, file, invalid.Problems, typed)
	}
	if err != nil {
		return err
	}
	s.tell(c, "The module is being swapped. The old one works until the network hour of the new one is over.")
	return seeOther(c, "/customers/"+file.Onboarding.ID)
}
