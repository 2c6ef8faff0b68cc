package portal

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *site) showPanelTemplates(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "AirFX panel templates", "/panel-templates")
	if err != nil {
		return err
	}
	templates, err := s.desk.OwnPanelTemplates(c.Request.Context(), userOf(c).Actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	panels := dealing.PanelsWithTemplates()
	table := settingsTable{Title: "Your panel templates", Columns: []string{"Template", "Panel"}, Empty: "There is no panel template yet. With one, a new panel configures itself the first time it communicates."}
	for _, template := range templates {
		table.Lines = append(table.Lines, settingsLine{
			Name: template.Name, Href: here(c, "/panel-templates/"+template.ID), Cells: []settingsCell{{"Panel", labelOf(panels, template.PanelType)}},
		})
	}
	page.Tables = []settingsTable{table}
	get := typedOr(typed, "/template", nil)
	f := newForm(problems)
	page.Forms = []settingsForm{{ID: "/template", Title: "Add a panel template", Action: here(c, "/panel-templates"), Button: "Add the template", Fields: []field{
		f.text("/template/name", "Name", get("name"), required),
		f.choice("/template/panel_type", "Panel", get("panel_type"), withNone("(select)", choicesOf(panels)), required, hint("It cannot be changed later.")),
	}}}
	page.Problems = f.summary()
	return s.show(c, status, page)
}

func (s *site) addPanelTemplate(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(typed url.Values) error {
			_, err := s.desk.AddPanelTemplate(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), dealing.PanelTemplateAnswers{
				Name: typed.Get("/template/name"), PanelType: typed.Get("/template/panel_type"),
			})
			return err
		},
		again: s.showPanelTemplates, at: "/template", notice: "The panel template is added.", target: here(c, "/panel-templates"),
	})
}

func (s *site) showPanelTemplate(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "Panel template", "/panel-templates")
	if err != nil {
		return err
	}
	templates, err := s.desk.OwnPanelTemplates(c.Request.Context(), userOf(c).Actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	for _, template := range templates {
		if template.ID == c.Param("id") {
			page.Intro = "Panel: " + labelOf(dealing.PanelsWithTemplates(), template.PanelType) + "."
			s.fillNamed(c, &page, named{
				name: template.Name, list: "/panel-templates", listLabel: "All panel templates", version: template.Version,
				text: "New accounts cannot choose it any more. Panels that wait for it still get it.",
			}, typed, problems)
			return s.show(c, status, page)
		}
	}
	return dealing.ErrNotFound
}

func (s *site) renamePanelTemplate(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(typed url.Values) error {
			version, err := strconv.Atoi(typed.Get("version"))
			if err != nil {
				return &unreadableForm{errors.New("no version")}
			}
			_, err = s.desk.ChangePanelTemplate(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"), dealing.PanelTemplateAnswers{Name: typed.Get("/thing/name")}, version)
			return err
		},
		again: s.showPanelTemplate, at: "/thing", notice: "The panel template is renamed.", target: here(c, "/panel-templates"),
	})
}

func (s *site) retirePanelTemplate(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(url.Values) error {
			return s.desk.RetirePanelTemplate(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"))
		},
		again: s.showPanelTemplate, notice: "The panel template is removed.", target: here(c, "/panel-templates"),
	})
}

// named is something of which only the name can be changed.
type named struct {
	name string
	// list is the part of the settings that it is listed in.
	list      string
	listLabel string
	version   int
	// text says what removing it means.
	text string
}

func (s *site) fillNamed(c *gin.Context, page *settingsPage, thing named, typed url.Values, problems onboarding.Problems) {
	at := here(c, thing.list+"/"+url.PathEscape(c.Param("id")))
	page.Heading, page.Back = thing.name, &stateLink{Label: thing.listLabel, Href: here(c, thing.list)}
	f := newForm(problems)
	page.Forms = []settingsForm{{
		ID: "/thing", Title: "Rename", Action: at, Button: "Save", Hidden: []row{{"version", strconv.Itoa(thing.version)}},
		Fields: []field{f.text("/thing/name", "Name", typedOr(typed, "/thing", map[string]string{"name": thing.name})("name"), required)},
	}}
	page.Actions = []settingsAction{{Title: "Remove", Text: thing.text, Action: at + "/retire", Button: "Remove", Tone: "danger"}}
	page.Problems = f.summary()
}

func (s *site) showSources(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "Customer sources", "/customer-sources")
	if err != nil {
		return err
	}
	sources, err := s.desk.CustomerSources(c.Request.Context(), userOf(c).Actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	table := settingsTable{Title: "Where your customers come from", Columns: []string{"Source"}, Empty: "There is no customer source yet. Add one to see what brings you customers."}
	for _, source := range sources {
		table.Lines = append(table.Lines, settingsLine{Name: source.Name, Href: here(c, "/customer-sources/"+source.ID)})
	}
	page.Tables = []settingsTable{table}
	f := newForm(problems)
	page.Forms = []settingsForm{{ID: "/source", Title: "Add a customer source", Action: here(c, "/customer-sources"), Button: "Add the source", Fields: []field{
		f.text("/source/name", "Name", typedOr(typed, "/source", nil)("name"), required),
	}}}
	page.Problems = f.summary()
	return s.show(c, status, page)
}

func (s *site) addSource(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(typed url.Values) error {
			return s.desk.AddCustomerSource(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), typed.Get("/source/name"))
		},
		again: s.showSources, at: "/source", notice: "The customer source is added.", target: here(c, "/customer-sources"),
	})
}

func (s *site) showSource(c *gin.Context, status int, typed url.Values, problems onboarding.Problems) error {
	page, err := s.settingsPage(c, "Customer source", "/customer-sources")
	if err != nil {
		return err
	}
	sources, err := s.desk.CustomerSources(c.Request.Context(), userOf(c).Actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	for _, source := range sources {
		if source.ID == c.Param("id") {
			s.fillNamed(c, &page, named{
				name: source.Name, list: "/customer-sources", listLabel: "All customer sources",
				text: "New customers cannot be given it any more. Those who have it keep it.",
			}, typed, problems)
			return s.show(c, status, page)
		}
	}
	return dealing.ErrNotFound
}

func (s *site) renameSource(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(typed url.Values) error {
			return s.desk.RenameCustomerSource(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"), typed.Get("/thing/name"))
		},
		again: s.showSource, at: "/thing", notice: "The customer source is renamed.", target: here(c, "/customer-sources"),
	})
}

func (s *site) retireSource(c *gin.Context) error {
	return s.answer(c, answered{
		do: func(url.Values) error {
			return s.desk.RetireCustomerSource(c.Request.Context(), userOf(c).Actor, c.Param("dealer"), c.Param("id"))
		},
		again: s.showSource, notice: "The customer source is removed.", target: here(c, "/customer-sources"),
	})
}

func (s *site) packageTemplates(c *gin.Context) error {
	page, err := s.settingsPage(c, "Package templates", "/package-templates")
	if err != nil {
		return err
	}
	templates, err := s.desk.PackageTemplates(c.Request.Context(), userOf(c).Actor, page.Dealer.ID)
	if err != nil {
		return err
	}
	page.Intro = "They are kept by whoever runs your installation."
	table := settingsTable{Title: "Your package templates", Columns: []string{"Template", "Package", "Add-ons"}, Empty: "There is no package template."}
	for _, template := range templates {
		table.Lines = append(table.Lines, settingsLine{Name: template.Name, Cells: []settingsCell{
			{"Package", packageName(template.PackageID)}, {"Add-ons", addOnNames(template)},
		}})
	}
	page.Tables = []settingsTable{table}
	return s.show(c, http.StatusOK, page)
}

func addOnNames(template catalog.PackageTemplate) string {
	if len(template.AddOns) == 0 {
		return "None"
	}
	names := make([]string, len(template.AddOns))
	for i, chosen := range template.AddOns {
		names[i] = addOnName(chosen.ID)
	}
	return strings.Join(names, " · ")
}

func addOnName(id string) string {
	if addOn, known := catalog.Current().AddOn(id); known {
		return addOn.Name
	}
	return words(id)
}
