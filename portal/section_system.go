package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// systemContent is the seed's "System Information".
type systemContent struct {
	PanelType field
	Module    field
	// Override is the reason to go on with low coverage; Asked says that it was given, or
	// asked for, so that it must show.
	Override field
	Asked    bool
	// SerialHelp answers where the number is.
	SerialHelp serialHelp
	Found      moduleAnswer
	// Coverage is nil until it is asked for: the carrier may be slow, the page must not be.
	Coverage *coverageAnswer
	// Live is where coverage and module are looked up; empty when they are not.
	Live string
}

func (systemContent) part() string { return "section_system" }

// rows leave the reason out that hardly ever is needed.
func (p systemContent) rows(f *form) []row {
	return rowsOf(f, func(made field) bool { return made.Name == p.Override.Name && made.Value == "" })
}

func readSystem(_ context.Context, _ sheet, typed url.Values, answers *onboarding.Answers) error {
	answers.System = onboarding.SystemAnswers{PanelType: typed.Get("/system/panel_type"), Module: typed.Get("/system/module")}
	answers.CoverageOverrideReason = typed.Get("/coverage_override_reason")
	return nil
}

func buildSystem(ctx context.Context, s sheet, f *form) (content, error) {
	made := systemContent{Live: s.live, Found: foundModule(s.review.Facts.Module)}
	panelType := s.answers.System.PanelType
	if panelType == "" {
		panelType = onboarding.PanelAuto
	}
	made.SerialHelp = serialHelpFor(s.picture, knownPanel(s.review.Facts.Module, panelType))
	made.PanelType = f.choice("/system/panel_type", "Control Panel Type", panelType, choicesOf(onboarding.PanelTypes()), required,
		hint("With Auto Detect Equipment the panel type is detected from the module's serial number."))
	made.Module = f.text("/system/module", "Module Serial #", s.answers.System.Module, keyboard("text"), width("20"), moduleNeeded(s.review.Draft.Purpose))
	made.Override = f.text("/coverage_override_reason", "Reason to create the account with low coverage", s.answers.CoverageOverrideReason,
		hint("Such as: tested on site with an active module. It is kept in the audit trail."))
	made.Asked = made.Override.Value != "" || made.Override.Error != ""
	if made.Module.Error != "" {
		made.Found = moduleAnswer{} // it is about the module before
	}
	if s.withCoverage {
		answer, err := coverageOf(ctx, s.desk, s.answers)
		if err != nil {
			return nil, err
		}
		made.Coverage = &answer
	}
	return made, nil
}

// moduleNeeded lets a commitment leave the module open.
func moduleNeeded(purpose onboarding.Purpose) fieldOption {
	const which = "The serial number or IMEI of the module. Only the last 10 digits of a serial number are required."
	if purpose == onboarding.PurposeCommitment {
		return hint(which + " Leave it empty when it is not known yet: it is asked for when the commitment is activated.")
	}
	return func(f *field) {
		required(f)
		hint(which)(f)
	}
}

// knownPanel is the panel that the module is for, or else the one that was chosen.
func knownPanel(module *onboarding.Module, chosen string) string {
	if module != nil && len(module.PanelTypes) > 0 && module.State != onboarding.ModuleOtherDealer {
		return module.PanelTypes[0]
	}
	return chosen
}

// coverageAnswer is the seed's coverage summary, or why there is none.
type coverageAnswer struct {
	Networks   []onboarding.NetworkCoverage
	Notes      []string
	Disclaimer string
	Obstacle   string
	// Low is what is wrong with the coverage of the address; empty when nothing is.
	Low string
}

func (coverageAnswer) template() string { return "coverage_answer" }

func coverageOf(ctx context.Context, desk *dealing.Desk, answers onboarding.Answers) (coverageAnswer, error) {
	summary, err := desk.Coverage(ctx, answers.InstallationAddress())
	var invalid *dealing.Invalid
	switch {
	case errors.As(err, &invalid):
		return coverageAnswer{Obstacle: "Coverage can be shown once the installation address is complete. " + sentences(invalid.Problems)}, nil
	case errors.Is(err, dealing.ErrCarrierUnavailable):
		return coverageAnswer{Obstacle: "The carrier cannot be asked now. Go on: coverage is checked again when the account is created."}, nil
	case err != nil:
		return coverageAnswer{}, err
	}
	answer := coverageAnswer{Networks: summary.Networks, Notes: summary.Notes, Disclaimer: dealing.CoverageDisclaimer}
	switch onboarding.CoverageReason(summary.Networks) {
	case onboarding.ReasonNoCoverage:
		answer.Low = "No network covers the installation address."
	case onboarding.ReasonLowCoverage:
		answer.Low = "Networks cover the installation address only in part."
	}
	return answer, nil
}

func (s *site) coverage(c *gin.Context) error {
	ctx := c.Request.Context()
	draft, err := s.desk.Draft(ctx, userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	answer, err := coverageOf(ctx, s.desk, draft.Answers)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, answer)
}

// moduleAnswer is what Auto Detect found.
type moduleAnswer struct {
	Found    bool
	Panel    string
	Network  string
	TwoWay   bool
	Obstacle string
}

func (moduleAnswer) template() string { return "module_answer" }

func foundModule(module *onboarding.Module) moduleAnswer {
	if module == nil || module.State == onboarding.ModuleOtherDealer {
		return moduleAnswer{}
	}
	answer := moduleAnswer{Found: true, Network: module.Network, TwoWay: module.TwoWayVoice}
	if len(module.PanelTypes) > 0 {
		panel, _ := catalog.Current().Panel(module.PanelTypes[0])
		answer.Panel = panel.Name
	}
	return answer
}

func (s *site) lookUpModule(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	draft, err := s.desk.Draft(ctx, userOf(c).Actor, c.Param("id"))
	if err != nil {
		return err
	}
	report, err := s.desk.Module(ctx, userOf(c).Actor, draft.DealerID, typed.Get("/system/module"))
	var invalid *dealing.Invalid
	switch {
	case errors.As(err, &invalid):
		return s.show(c, http.StatusOK, moduleAnswer{Obstacle: sentences(invalid.Problems)})
	case errors.Is(err, dealing.ErrNotFound):
		return s.show(c, http.StatusOK, moduleAnswer{Obstacle: unknownModule(typed.Get("/system/module"))})
	case err != nil:
		return err
	}
	answer := foundModule(&report.Module)
	answer.Obstacle = report.Obstacle.Message
	return s.show(c, http.StatusOK, answer)
}

// unknownModule is the rule's own sentence about a module that the inventory does not know.
func unknownModule(typed string) string {
	answers := onboarding.Answers{System: onboarding.SystemAnswers{PanelType: onboarding.PanelAuto, Module: typed}}
	return sentences(onboarding.CheckSection(onboarding.SectionSystem, answers, onboarding.Facts{}))
}
