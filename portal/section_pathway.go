package portal

import (
	"context"
	"net/url"
	"slices"

	"github.com/latchkey/latchkey/onboarding"
)

// pathwayContent is the seed's "Communication Pathway Selection".
type pathwayContent struct {
	Value   field
	Default string
}

func (pathwayContent) part() string { return "section_pathway" }

func (p pathwayContent) rows(*form) []row {
	if p.Value.Value == "" {
		return []row{{"Communication Pathway", p.Default + " (default)"}}
	}
	return []row{{"Communication Pathway", p.Value.shown()}}
}

func readPathway(_ context.Context, _ sheet, typed url.Values, answers *onboarding.Answers) error {
	answers.Pathway.Value = typed.Get("/pathway/value")
	return nil
}

func buildPathway(_ context.Context, s sheet, f *form) (content, error) {
	module := s.review.Facts.Module
	standard := onboarding.DefaultPathwayOf(module)
	var offered []option
	made := pathwayContent{}
	for _, choice := range choicesOf(onboarding.Pathways) {
		if choice.Value == standard {
			made.Default = choice.Label
		}
		if module == nil || choice.Value == standard || slices.Contains(module.Pathways, choice.Value) {
			offered = append(offered, choice)
		}
	}
	made.Value = f.choice("/pathway/value", "Select Communication Pathway", s.answers.Pathway.Value, withNone("(select)", offered))
	return made, nil
}
