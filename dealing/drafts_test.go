package dealing_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// draft begins a draft of the office's.
func (p *portal) draft() dealing.Draft {
	p.t.Helper()
	draft, err := p.StartDraft(p.ctx(), p.office, "", onboarding.KindCustomer)
	require.NoError(p.t, err)
	return draft
}

// fill saves every section of answers.
func (p *portal) fill(draft dealing.Draft, answers onboarding.Answers) dealing.Draft {
	p.t.Helper()
	for _, section := range onboarding.Sections {
		var err error
		draft, _, err = p.SaveSection(p.ctx(), p.office, draft.ID, section, answers, draft.Saved[section].Version)
		require.NoError(p.t, err)
	}
	return draft
}

func requireRefused(t *testing.T, err error) {
	t.Helper()
	var refusal *onboarding.Refusal
	require.ErrorAs(t, err, &refusal)
}

func TestDraft_KeepsWhatWasTypedWhateverIsWrongWithIt(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.draft()
	require.Empty(t, draft.Saved)
	require.WithinDuration(t, time.Now().Add(30*24*time.Hour), draft.ExpiresAt(), time.Minute)
	typed := onboarding.CustomerAnswers{
		FirstName: "<script>alert('x')</script>", LastName: `'; DROP TABLE drafts; --`, Email: "not an address",
		CompanyName: "\u202Eevil\\u0000\\", SystemDescription: strings.Repeat("long ", 2000),
	}
	saved, problems, err := p.SaveSection(t.Context(), p.office, draft.ID, onboarding.SectionCustomer, onboarding.Answers{Customer: typed}, 0)
	require.NoError(t, err)
	require.Equal(t, typed, saved.Answers.Customer)
	require.Equal(t, 1, saved.Saved[onboarding.SectionCustomer].Version)
	require.Equal(t, "Olivia office", saved.Saved[onboarding.SectionCustomer].By)
	require.True(t, problems.Has("/customer/email", "malformed"))
	require.True(t, problems.Has("/customer/address/street1", "required"))

	again, err := p.Draft(t.Context(), p.office, draft.ID)
	require.NoError(t, err)
	require.Equal(t, saved, again)
}

func TestSaveSection_PutsAVisibleCharacterWhereJSONCannotHoldOne(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.draft()
	typed := onboarding.Answers{Customer: onboarding.CustomerAnswers{FirstName: "a\x00b", LastName: "c\xffd", CompanyName: `\u0000 typed`}}
	saved, problems, err := p.SaveSection(t.Context(), p.office, draft.ID, onboarding.SectionCustomer, typed, 0)
	require.NoError(t, err)
	require.Equal(t, "a\uFFFDb", saved.Answers.Customer.FirstName)
	require.Equal(t, "c\uFFFDd", saved.Answers.Customer.LastName)
	require.Equal(t, `\u0000 typed`, saved.Answers.Customer.CompanyName)
	require.True(t, problems.Has("/customer/first_name", "malformed"))
}

func TestSaveSection_LooksAtItsOwnMemberAlone(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.draft()
	saved, _, err := p.SaveSection(t.Context(), p.office, draft.ID, onboarding.SectionLogin, p.johnDoe(), 0)
	require.NoError(t, err)
	require.Empty(t, saved.Answers.Customer.FirstName)
	_, _, err = p.SaveSection(t.Context(), p.office, draft.ID, "weather", p.johnDoe(), 0)
	require.ErrorIs(t, err, dealing.ErrNotFound)
}

func TestSaveSection_KeepsTwoPeopleFromOverwritingEachOther(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.draft()
	named := func(first string) onboarding.Answers {
		return onboarding.Answers{Customer: onboarding.CustomerAnswers{FirstName: first}}
	}
	save := func(first string, version int) (dealing.Draft, error) {
		draft, _, err := p.SaveSection(t.Context(), p.office, draft.ID, onboarding.SectionCustomer, named(first), version)
		return draft, err
	}
	_, err := save("John", 0)
	require.NoError(t, err)
	saved, err := save("Jane", 1)
	require.NoError(t, err)
	require.Equal(t, 2, saved.Saved[onboarding.SectionCustomer].Version)

	for _, version := range []int{0, 1, 3} {
		theirs, err := save("Jim", version)
		require.ErrorIs(t, err, dealing.ErrStale)
		require.Equal(t, "Jane", theirs.Answers.Customer.FirstName, "both can be shown")
	}
	// The other page of the same draft is free.
	_, _, err = p.SaveSection(t.Context(), p.office, draft.ID, onboarding.SectionSystem, p.johnDoe(), 0)
	require.NoError(t, err)
	// A second click on Next changes nothing and is no conflict.
	saved, err = save("Jane", 1)
	require.NoError(t, err)
	require.Equal(t, 2, saved.Saved[onboarding.SectionCustomer].Version)
	// On purpose, with the version just shown.
	saved, err = save("Jim", 2)
	require.NoError(t, err)
	require.Equal(t, "Jim", saved.Answers.Customer.FirstName)
}

func TestSaveSection_OfManyAtOnceOneWins(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.draft()
	var wait sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wait.Go(func() {
			answers := onboarding.Answers{Login: onboarding.LoginAnswers{Name: "Name" + string(rune('A'+i))}}
			_, _, errs[i] = p.SaveSection(t.Context(), p.office, draft.ID, onboarding.SectionLogin, answers, 0)
		})
	}
	wait.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		require.ErrorIs(t, err, dealing.ErrStale)
	}
	require.Equal(t, 1, won)
}

func TestDraft_IsNobodyElses(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.draft()
	for _, id := range []string{draft.ID, uuid.NewString(), "x", ""} {
		_, err := p.Draft(t.Context(), p.other, id)
		require.ErrorIs(t, err, dealing.ErrNotFound)
		_, _, err = p.SaveSection(t.Context(), p.other, id, onboarding.SectionLogin, onboarding.Answers{}, 0)
		require.ErrorIs(t, err, dealing.ErrNotFound)
		_, err = p.DraftReview(t.Context(), p.other, id)
		require.ErrorIs(t, err, dealing.ErrNotFound)
		_, err = p.SubmitDraft(t.Context(), p.other, id, onboarding.SourcePortal)
		require.ErrorIs(t, err, dealing.ErrNotFound)
		require.ErrorIs(t, p.DiscardDraft(t.Context(), p.other, id), dealing.ErrNotFound)
	}
	page, _, err := p.Drafts(t.Context(), p.other, "", dealing.DraftFilter{Limit: 10})
	require.NoError(t, err)
	require.Empty(t, page)

	_, err = p.StartDraft(t.Context(), p.office, p.otherID, onboarding.KindCustomer)
	require.ErrorIs(t, err, dealing.ErrNotFound)
	_, _, err = p.Drafts(t.Context(), p.office, p.otherID, dealing.DraftFilter{Limit: 10})
	require.ErrorIs(t, err, dealing.ErrNotFound)
	_, err = p.StartDraft(t.Context(), p.ops, p.dealerID, onboarding.KindCustomer)
	require.ErrorIs(t, err, dealing.ErrForbidden)
	_, err = p.StartDraft(t.Context(), p.office, "", "gift")
	var invalid *dealing.Invalid
	require.ErrorAs(t, err, &invalid)
}

func TestDrafts_ListsWhatCanBeContinuedLastSavedFirst(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	clerk := p.user("clerk", onboarding.RoleOffice, p.dealerID)
	first, second, third := p.draft(), p.draft(), p.draft()
	theirs, err := p.StartDraft(t.Context(), clerk, p.branchID, onboarding.KindVirtual)
	require.NoError(t, err)
	p.fill(first, p.johnDoe())
	submitted := p.fill(second, p.johnDoe(func(a *onboarding.Answers) { a.System.Module, a.Forwarding.AccountNumber = "4100000025", "4321" }))
	_, err = p.SubmitDraft(t.Context(), p.office, submitted.ID, onboarding.SourcePortal)
	require.NoError(t, err)

	var seen []string
	for filter := (dealing.DraftFilter{Limit: 1}); ; {
		page, next, err := p.Drafts(t.Context(), p.office, "", filter)
		require.NoError(t, err)
		require.Len(t, page, 1)
		seen = append(seen, page[0].ID)
		if filter.Cursor = next; next == "" {
			break
		}
	}
	require.Equal(t, []string{first.ID, theirs.ID, third.ID}, seen)

	mine, _, err := p.Drafts(t.Context(), p.office, "", dealing.DraftFilter{UserID: p.office.UserID, Limit: 10})
	require.NoError(t, err)
	require.Len(t, mine, 2)
	require.Equal(t, "John", mine[0].Answers.Customer.FirstName)
	_, _, err = p.Drafts(t.Context(), p.office, "", dealing.DraftFilter{Cursor: "forged", Limit: 10})
	require.ErrorIs(t, err, dealing.ErrBadCursor)
}

func TestDraft_IsForgottenAfterThirtyDays(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	old := p.fill(p.draft(), p.johnDoe())
	p.exec(`UPDATE drafts SET updated_at = now() - interval '30 days'`)
	_, err := p.Draft(t.Context(), p.office, old.ID)
	require.ErrorIs(t, err, dealing.ErrNotFound)
	_, err = p.SubmitDraft(t.Context(), p.office, old.ID, onboarding.SourcePortal)
	require.ErrorIs(t, err, dealing.ErrNotFound)
	page, _, err := p.Drafts(t.Context(), p.office, "", dealing.DraftFilter{Limit: 10})
	require.NoError(t, err)
	require.Empty(t, page)
	p.draft()
	require.Equal(t, 1, p.count(`SELECT count(*) FROM drafts`), "what has expired is deleted with the next one")
}

func TestDiscardDraft_DeletesWhatWasTyped(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.fill(p.draft(), p.johnDoe())
	require.NoError(t, p.DiscardDraft(t.Context(), p.office, draft.ID))
	require.ErrorIs(t, p.DiscardDraft(t.Context(), p.office, draft.ID), dealing.ErrNotFound)
	require.Zero(t, p.count(`SELECT count(*) FROM draft_sections`))
}

func TestDraftReview_ShowsWhatIsMissingAndWhatItWouldCost(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.draft()
	review, err := p.DraftReview(t.Context(), p.office, draft.ID)
	require.NoError(t, err)
	require.Len(t, review.Sections, len(onboarding.Sections))
	require.NotEmpty(t, review.Problems)
	require.Nil(t, review.Quote)
	require.False(t, review.Sections[0].Complete())

	answers := p.johnDoe(func(a *onboarding.Answers) { a.Customer.Email = "" })
	p.fill(draft, answers)
	review, err = p.DraftReview(t.Context(), p.office, draft.ID)
	require.NoError(t, err)
	for _, section := range review.Sections {
		require.True(t, section.Saved)
		require.Equal(t, section.Section != onboarding.SectionCustomer, section.Complete(), section.Section)
	}
	require.Equal(t, "Interactive Gold", review.Quote.PackageName)
	require.Equal(t, "JohnDoe", review.SuggestedLogin)
	require.Equal(t, "simon_xt", review.Facts.Module.PanelTypes[0])
	require.Zero(t, review.Application)

	draft, err = p.Draft(t.Context(), p.office, draft.ID)
	require.NoError(t, err)
	p.fill(draft, p.johnDoe())
	review, err = p.DraftReview(t.Context(), p.office, draft.ID)
	require.NoError(t, err)
	require.Empty(t, review.Problems)
	require.Equal(t, "simon_xt", review.Application.Answers.System.PanelType)
	require.Equal(t, "America/New_York", review.Application.Answers.Customer.TimeZone)
}

func TestDraftReview_LeavesOutWhatAnotherAccountTypeDoesNotAsk(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.fill(p.draft(), p.johnDoe())
	video := p.johnDoe(func(a *onboarding.Answers) {
		a.Account.Type, a.Package.PackageID = onboarding.StandaloneVideoAccess, "video_only"
	})
	_, problems, err := p.SaveSection(t.Context(), p.office, draft.ID, onboarding.SectionAccount, video, 1)
	require.NoError(t, err)
	require.Empty(t, problems)
	review, err := p.DraftReview(t.Context(), p.office, draft.ID)
	require.NoError(t, err)
	var sections []onboarding.Section
	for _, section := range review.Sections {
		sections = append(sections, section.Section)
	}
	require.NotContains(t, sections, onboarding.SectionSystem)
	for _, problem := range review.Problems {
		require.Contains(t, problem.Field, "/package", "only the package must be chosen anew")
	}
	require.Equal(t, "4100000017", review.Draft.Answers.System.Module, "what was typed is kept, for a change of mind")
}

func TestSubmitDraft_MakesOneOnboardingWhoeverClicks(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	clerk := p.user("clerk", onboarding.RoleOffice, p.dealerID)
	draft := p.fill(p.draft(), p.johnDoe())
	var wait sync.WaitGroup
	outcomes, errs := make([]dealing.Outcome, 8), make([]error, 8)
	for i := range outcomes {
		actor := []dealing.Actor{p.office, clerk}[i%2]
		wait.Go(func() {
			outcomes[i], errs[i] = p.SubmitDraft(t.Context(), actor, draft.ID, onboarding.SourcePortal)
		})
	}
	wait.Wait()
	for i, outcome := range outcomes {
		require.NoError(t, errs[i])
		require.Empty(t, outcome.Problems)
		require.Equal(t, outcomes[0].Onboarding.ID, outcome.Onboarding.ID)
	}
	require.Equal(t, 1, p.count(`SELECT count(*) FROM onboardings`))

	draft, err := p.Draft(t.Context(), p.office, draft.ID)
	require.NoError(t, err)
	require.Equal(t, outcomes[0].Onboarding.ID, draft.OnboardingID)
	review, err := p.DraftReview(t.Context(), p.office, draft.ID)
	require.NoError(t, err)
	require.Empty(t, review.Problems, "its own module and login are no conflict")
	_, _, err = p.SaveSection(t.Context(), p.office, draft.ID, onboarding.SectionLogin, onboarding.Answers{}, 1)
	requireRefused(t, err)
	requireRefused(t, p.DiscardDraft(t.Context(), p.office, draft.ID))
}

func TestSubmitDraft_LeavesADraftWithProblemsAsItIs(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.fill(p.draft(), p.johnDoe(func(a *onboarding.Answers) { a.System.Module = "4199999999" }))
	outcome, err := p.SubmitDraft(t.Context(), p.office, draft.ID, onboarding.SourcePortal)
	require.NoError(t, err)
	require.True(t, outcome.Problems.Has("/system/module", "module_unknown"))
	require.Empty(t, outcome.Onboarding.ID)
	require.Zero(t, p.count(`SELECT count(*) FROM onboardings`))
	p.fill(draft, p.johnDoe())
	outcome, err = p.SubmitDraft(t.Context(), p.office, draft.ID, onboarding.SourcePortal)
	require.NoError(t, err)
	require.NotEmpty(t, outcome.Onboarding.ID)
	_, err = p.SubmitDraft(t.Context(), p.ops, draft.ID, onboarding.SourcePortal)
	require.ErrorIs(t, err, dealing.ErrForbidden)
}

func TestSubmitDraft_CanBeRepeatedAfterARejection(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.fill(p.draft(), p.johnDoe())
	outcome, err := p.SubmitDraft(t.Context(), p.office, draft.ID, onboarding.SourcePortal)
	require.NoError(t, err)
	p.exec(`UPDATE onboardings SET status = 'rejected', ended_at = now()`)
	p.exec(`UPDATE modules SET onboarding_id = NULL`)
	p.exec(`DELETE FROM logins`)

	draft, err = p.Draft(t.Context(), p.office, draft.ID)
	require.NoError(t, err)
	require.Empty(t, draft.OnboardingID)
	again, err := p.SubmitDraft(t.Context(), p.office, draft.ID, onboarding.SourcePortal)
	require.NoError(t, err)
	require.NotEmpty(t, again.Onboarding.ID)
	require.NotEqual(t, outcome.Onboarding.ID, again.Onboarding.ID)
}

func TestSubmitDraft_SubmitsNothingThatNobodySaw(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	draft := p.fill(p.draft(), p.johnDoe())
	_, _, err := p.store.SubmitDraft(t.Context(), draft.ID, draft.Version-1, onboarding.Submission{
		OnboardingID: uuid.NewString(), DealerID: p.dealerID, UserID: p.office.UserID, Source: onboarding.SourcePortal, Answers: draft.Answers,
	})
	require.ErrorIs(t, err, dealing.ErrStale)
	require.Zero(t, p.count(`SELECT count(*) FROM onboardings`))
}
