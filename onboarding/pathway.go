package onboarding

import (
	"slices"
	"strings"
)

// Pathways are the choices of "Select Communication Pathway". Choosing none takes the
// module's default.
var Pathways = []Choice{
	{pathwayCell, "Cell"},
	{"broadband", "Broadband"},
	{"cell_and_broadband", "Cell and Broadband"},
	{"non_dual_path", "Not a Dual-Path Panel"},
}

const pathwayCell = "cell"

// DefaultPathwayOf is the pathway a module takes when none is chosen.
func DefaultPathwayOf(module *Module) string {
	if module == nil || module.DefaultPathway == "" {
		return pathwayCell
	}
	return module.DefaultPathway
}

// pathway holds the page "Select the communication pathway" against its rules.
func (c *checking) pathway() {
	chosen := strings.TrimSpace(c.in.Pathway.Value)
	if chosen == "" {
		c.out.Answers.Pathway.Value = DefaultPathwayOf(c.facts.Module)
		return
	}
	if !offers(Pathways, chosen) {
		c.problem("/pathway/value", "invalid_choice", "Choose a communication pathway from the list, or none for the default.")
		return
	}
	if c.facts.Module != nil && !hasPathway(*c.facts.Module, chosen) {
		c.problem("/pathway/value", "pathway_unsupported", "The module does not have this communication pathway. Choose another, or none for the default.")
		return
	}
	c.out.Answers.Pathway.Value = chosen
}

func hasPathway(module Module, pathway string) bool {
	return pathway == DefaultPathwayOf(&module) || slices.Contains(module.Pathways, pathway)
}
