package dealing

import (
	"context"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

// DraftReview is a draft as it would be submitted now.
type DraftReview struct {
	Draft Draft
	// Sections are those that apply, in the seed's order. While the account type is not
	// chosen they are those of a security system.
	Sections []SectionReview
	// Problems is everything that keeps the draft from being submitted, in the order of
	// the sections.
	Problems onboarding.Problems
	// Application is complete, with all defaults filled in, when there are no Problems;
	// zero otherwise, and for what is to become a commitment: its defaults are those of the
	// day on which it is activated.
	Application onboarding.Application
	// Quote is what the package costs, as far as the section package is in order; nil otherwise.
	Quote *catalog.Quote
	// TwoWayVoice is the seed's table of three lines.
	TwoWayVoice onboarding.TwoWayVoiceReadiness
	// Facts are what the answers refer to: module, receiver, panel template.
	Facts onboarding.Facts
	// SuggestedLogin is the login name that an empty one becomes; empty when none is free.
	SuggestedLogin string
}

// SectionReview is how far one section is.
type SectionReview struct {
	Section onboarding.Section
	// Saved is false for a section that nobody has filled in yet.
	Saved    bool
	Version  int
	Problems onboarding.Problems
}

// Complete reports whether the section was filled in and is in order.
func (s SectionReview) Complete() bool { return s.Saved && len(s.Problems) == 0 }

// DraftReview holds a draft against every rule. What was typed in sections that do not
// apply any more, after another account type was chosen, is left out of account.
func (d *Desk) DraftReview(ctx context.Context, actor Actor, id string) (DraftReview, error) {
	draft, err := d.Draft(ctx, actor, id)
	if err != nil {
		return DraftReview{}, err
	}
	return d.review(ctx, draft)
}

func (d *Desk) review(ctx context.Context, draft Draft) (DraftReview, error) {
	asked := draft.Answers.Asked()
	// A draft that was submitted holds its own module and login name.
	facts, err := d.store.Facts(ctx, draft.DealerID, draft.OnboardingID, onboarding.Ask(asked))
	if err != nil {
		return DraftReview{}, err
	}
	review := DraftReview{
		Draft: draft, Facts: facts, TwoWayVoice: onboarding.TwoWayVoiceOf(asked, facts), SuggestedLogin: suggested(asked, facts),
	}
	if draft.Purpose == onboarding.PurposeCommitment {
		_, review.Problems = onboarding.CheckCommitment(CommitmentAnswers{Answers: asked}, facts)
	} else {
		review.Application, review.Problems = onboarding.Check(asked, facts)
	}
	for _, section := range sectionsOf(asked) {
		saved, found := draft.Saved[section]
		review.Sections = append(review.Sections, SectionReview{
			Section: section, Saved: found, Version: saved.Version, Problems: sectionProblems(draft.Purpose, section, asked, facts),
		})
	}
	if quote, problems := onboarding.QuotePackage(asked, facts); len(problems) == 0 {
		review.Quote = &quote
	}
	return review, nil
}

func suggested(answers onboarding.Answers, facts onboarding.Facts) string {
	customer := answers.Customer
	for _, suggestion := range onboarding.SuggestLogins(customer.FirstName, customer.LastName, customer.Email) {
		if !facts.TakenLoginNames[onboarding.LoginKey(suggestion)] {
			return suggestion
		}
	}
	return ""
}
