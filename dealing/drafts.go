package dealing

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"github.com/latchkey/latchkey/onboarding"
)

// StartDraft begins an empty draft for a customer of a dealer; an empty dealerID is the
// actor's own. *Invalid for a kind that is none.
func (d *Desk) StartDraft(ctx context.Context, actor Actor, dealerID string, kind onboarding.Kind) (Draft, error) {
	return d.startDraft(ctx, actor, onboarding.NewDraft{DealerID: dealerID, Kind: kind, Purpose: onboarding.PurposeAccount})
}

// StartCommitment begins an empty draft that is to become a commitment of a customer.
func (d *Desk) StartCommitment(ctx context.Context, actor Actor, dealerID string) (Draft, error) {
	return d.startDraft(ctx, actor, onboarding.NewDraft{DealerID: dealerID, Kind: onboarding.KindCustomer, Purpose: onboarding.PurposeCommitment})
}

func (d *Desk) startDraft(ctx context.Context, actor Actor, draft onboarding.NewDraft) (Draft, error) {
	if actor.SeesAll() {
		return Draft{}, ErrForbidden // who runs the installation sells nothing
	}
	dealerID, err := forDealer(actor, draft.DealerID)
	if err != nil {
		return Draft{}, err
	}
	if draft.Kind != onboarding.KindCustomer && draft.Kind != onboarding.KindVirtual {
		return Draft{}, invalid("/kind", "invalid_choice", "Choose what to create: a customer or a virtual customer.")
	}
	draft.ID, draft.DealerID, draft.UserID = newID(), dealerID, actor.UserID
	if err := d.store.CreateDraft(ctx, draft, auditEntry(ctx, actor, dealerID, "draft.start", draft.ID, "")); err != nil {
		return Draft{}, err
	}
	return d.Draft(ctx, actor, draft.ID)
}

// Drafts lists the drafts that can be continued, last saved first. filter.Dealers is set
// here, from the actor and from dealerID, which narrows the list to one dealer unless
// empty; filter.UserID = actor.UserID lists the actor's own ones.
func (d *Desk) Drafts(ctx context.Context, actor Actor, dealerID string, filter DraftFilter) (page []Draft, nextCursor string, err error) {
	if filter.Dealers, err = narrowed(actor, dealerID); err != nil {
		return nil, "", err
	}
	return d.store.Drafts(ctx, filter)
}

// Draft is a draft as it stands. ErrNotFound for one that is another dealer's, was
// discarded or has expired (onboarding.DraftLifetime after it was last saved).
func (d *Desk) Draft(ctx context.Context, actor Actor, id string) (Draft, error) {
	if !isID(id) {
		return Draft{}, ErrNotFound
	}
	return d.store.Draft(ctx, scope(actor), id)
}

// changeable is a draft that the actor may change.
func (d *Desk) changeable(ctx context.Context, actor Actor, id string) (Draft, error) {
	draft, err := d.Draft(ctx, actor, id)
	switch {
	case err != nil:
		return Draft{}, err
	case actor.SeesAll():
		return Draft{}, ErrForbidden
	case draft.OnboardingID != "":
		return draft, draftSubmitted()
	}
	return draft, nil
}

func draftSubmitted() error {
	return refused("This draft has been submitted and cannot be changed any more. Look at the customer instead.")
}

// SaveSection keeps what was typed on one page, whatever is wrong with it, and returns
// what is wrong with it. Only the section's own member of answers is looked at. ErrNotFound
// for a section that is none.
//
// version is Draft.Saved[section].Version as the writer saw it: 0 for a section that was
// never saved. When somebody else saved the section meanwhile nothing is kept: ErrStale,
// with the draft as it stands now, so that the caller can show both. To save over it on
// purpose, pass the newer version. *onboarding.Refusal for a draft that was submitted.
func (d *Desk) SaveSection(ctx context.Context, actor Actor, id string, section onboarding.Section, answers onboarding.Answers, version int) (Draft, onboarding.Problems, error) {
	if !slices.Contains(onboarding.Sections, section) {
		return Draft{}, nil, ErrNotFound
	}
	draft, err := d.changeable(ctx, actor, id)
	if err != nil {
		return draft, nil, err
	}
	saveErr := d.store.SaveSection(ctx, id, actor.UserID, section, version, answers)
	if saveErr != nil && !errors.Is(saveErr, ErrStale) {
		return Draft{}, nil, saveErr
	}
	draft, err = d.Draft(ctx, actor, id)
	switch {
	case err != nil:
		return Draft{}, nil, err
	case saveErr != nil && draft.OnboardingID != "":
		return draft, nil, draftSubmitted()
	case saveErr != nil:
		return draft, nil, ErrStale
	}
	asked := draft.Answers.Asked()
	facts, err := d.store.Facts(ctx, draft.DealerID, "", onboarding.Ask(asked))
	if err != nil {
		return Draft{}, nil, err
	}
	return draft, sectionProblems(draft.Purpose, section, asked, facts), nil
}

// sectionProblems is what is wrong with a section; nothing is with one that the chosen
// account type does not ask for.
func sectionProblems(purpose onboarding.Purpose, section onboarding.Section, asked onboarding.Answers, facts onboarding.Facts) onboarding.Problems {
	switch {
	case !slices.Contains(sectionsOf(asked), section):
		return nil
	case purpose == onboarding.PurposeCommitment:
		return onboarding.CheckCommitmentSection(section, asked, facts)
	default:
		return onboarding.CheckSection(section, asked, facts)
	}
}

// sectionsOf are the sections that apply. While the account type is not chosen they are
// those of a security system, which has the most.
func sectionsOf(answers onboarding.Answers) []onboarding.Section {
	plan, known := onboarding.PlanFor(answers.Kind, answers.Account.Type)
	if !known {
		plan, _ = onboarding.PlanFor(answers.Kind, onboarding.SecuritySystem)
	}
	return plan.Sections
}

// DiscardDraft deletes a draft. *onboarding.Refusal for one that was submitted.
func (d *Desk) DiscardDraft(ctx context.Context, actor Actor, id string) error {
	draft, err := d.changeable(ctx, actor, id)
	if err != nil {
		return err
	}
	if _, err := d.audit(ctx, actor, draft.DealerID, "draft.discard", draft.ID, ""); err != nil {
		return err
	}
	err = d.store.DiscardDraft(ctx, id)
	if errors.Is(err, ErrStale) {
		return draftSubmitted()
	}
	return err
}

// SubmitDraft makes the onboarding of a draft, once: whoever submits it again, or at the
// same time, gets the same one. With problems the draft stays as it is. ErrStale when a
// section was saved while it was being submitted.
func (d *Desk) SubmitDraft(ctx context.Context, actor Actor, id string, source onboarding.Source) (Outcome, error) {
	draft, err := d.Draft(ctx, actor, id)
	switch {
	case err != nil:
		return Outcome{}, err
	case actor.SeesAll():
		return Outcome{}, ErrForbidden
	case draft.Purpose == onboarding.PurposeCommitment:
		return Outcome{}, refused("This draft is to become a commitment. Create the commitment, and activate it when the system is installed.")
	}
	onboardingID, problems, err := d.commitDraft(ctx, actor, draft, source)
	if err != nil || len(problems) > 0 {
		return Outcome{Problems: problems}, err
	}
	// Like in Submit: what is committed will be done, whoever hangs up now.
	return d.start(context.WithoutCancel(ctx), onboarding.StartRun{OnboardingID: onboardingID, DealerID: draft.DealerID, Source: source})
}

func (d *Desk) commitDraft(ctx context.Context, actor Actor, draft Draft, source onboarding.Source) (onboardingID string, problems onboarding.Problems, err error) {
	if draft.OnboardingID != "" {
		return draft.OnboardingID, nil, nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		return "", nil, err
	}
	answers := draft.Answers.Asked()
	facts, err := d.store.Facts(ctx, draft.DealerID, id.String(), onboarding.Ask(answers))
	if err != nil {
		return "", nil, err
	}
	if _, problems := onboarding.Check(answers, facts); len(problems) > 0 {
		// What is "taken" may be so by this very draft, submitted twice at the same time:
		// the other one committed after the look above.
		again, err := d.Draft(ctx, actor, draft.ID)
		if err != nil || again.OnboardingID != "" {
			return again.OnboardingID, nil, err
		}
		return "", problems, nil
	}
	onboardingID, _, err = d.store.SubmitDraft(ctx, draft.ID, draft.Version, Submission{
		OnboardingID: id.String(), DealerID: draft.DealerID, UserID: actor.UserID, Source: source, Answers: answers,
	})
	return onboardingID, nil, err
}
