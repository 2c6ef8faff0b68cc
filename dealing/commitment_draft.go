package dealing

import (
	"context"
	"errors"

	"github.com/latchkey/latchkey/onboarding"
)

// CommitDraft makes the commitment of a draft that was begun with StartCommitment, once:
// whoever does it again, or at the same time, gets the same one. expected and activateAt are
// what the draft does not keep. With problems, as those of CreateCommitment, the draft stays.
func (d *Desk) CommitDraft(ctx context.Context, actor Actor, draftID string, expected onboarding.Expected, activateAt string) (Commitment, onboarding.Problems, error) {
	draft, err := d.Draft(ctx, actor, draftID)
	switch {
	case errors.Is(err, ErrNotFound) && isID(draftID):
		made, err := d.store.Commitment(ctx, scope(actor), draftID)
		return made, nil, err // perhaps it became one already
	case err != nil:
		return Commitment{}, nil, err
	case draft.Purpose != onboarding.PurposeCommitment:
		return Commitment{}, nil, refused("This draft is to become a customer. Create the account instead.")
	}
	commitment, problems, err := d.CheckCommitment(ctx, actor, CommitmentOrder{
		DealerID: draft.DealerID, ActivateAt: activateAt,
		Typed: CommitmentAnswers{Answers: draft.Answers.Asked(), Expected: expected},
	})
	if err != nil {
		return Commitment{}, nil, err
	}
	commitment.ID = draft.ID // so that the draft becomes one commitment
	if made, err := d.store.Commitment(ctx, scope(actor), draft.ID); !errors.Is(err, ErrNotFound) {
		return made, nil, err
	}
	if len(problems) > 0 {
		return Commitment{}, problems, nil
	}
	addErr := d.store.AddCommitment(ctx, commitment)
	made, err := d.store.Commitment(ctx, scope(actor), draft.ID)
	if errors.Is(err, ErrNotFound) { // nobody was faster
		return Commitment{}, overtaken(addErr), ifNotOvertaken(addErr)
	}
	if err != nil {
		return Commitment{}, nil, err
	}
	// The commitment is whole; a draft that stays behind is a nuisance, not a loss.
	if err := d.store.DiscardDraft(context.WithoutCancel(ctx), draft.ID); err != nil && !errors.Is(err, ErrNotFound) {
		d.log.WarnContext(ctx, "discarding the draft of a commitment failed", "draft_id", draft.ID, "error", err)
	}
	return made, nil, nil
}

func ifNotOvertaken(err error) error {
	if overtaken(err) != nil {
		return nil
	}
	return err
}

// CommitmentReview is a commitment held against every rule as it is now.
type CommitmentReview struct {
	Commitment Commitment
	DealerName string
	// Review has its sections with what is wrong with them.
	Review DraftReview
}

// CommitmentReview reads a commitment like Commitment does, with what its answers refer to.
func (d *Desk) CommitmentReview(ctx context.Context, actor Actor, idOrNumber string) (CommitmentReview, error) {
	commitment, err := d.Commitment(ctx, actor, idOrNumber)
	if err != nil {
		return CommitmentReview{}, err
	}
	dealer, err := d.store.Dealer(ctx, commitment.DealerID)
	if err != nil {
		return CommitmentReview{}, err
	}
	review, err := d.review(ctx, Draft{
		DealerID: commitment.DealerID, Kind: commitment.Answers.Kind, Purpose: onboarding.PurposeCommitment,
		Answers: commitment.Answers, OnboardingID: commitment.OnboardingID,
	})
	return CommitmentReview{commitment, dealer.Name, review}, err
}
