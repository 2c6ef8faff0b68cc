package onboarding

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// checkedCommitment checks a commitment of johnDoe without a module after a change.
func checkedCommitment(change func(*CommitmentAnswers, *Facts)) (CommitmentTerms, []found) {
	typed, facts := CommitmentAnswers{Answers: johnDoe()}, sampleFacts()
	typed.Answers.System.Module, facts.Module = "", nil
	if change != nil {
		change(&typed, &facts)
	}
	terms, problems := CheckCommitment(typed, facts)
	return terms, faultsOf(problems)
}

func TestCheckCommitment_LetsTheModuleComeLater(t *testing.T) {
	t.Parallel()
	terms, problems := checkedCommitment(nil)
	require.Empty(t, problems)
	require.Equal(t, "America/New_York", terms.TimeZone)
	require.Equal(t, sampleFacts().Now.Add(CommitmentLifetime), terms.ExpiresAt)
	require.Contains(t, terms.Words, "doe")
	require.Empty(t, terms.Answers.Login.Name, "the answers stay as they were typed")
	require.Equal(t, PanelAuto, terms.Answers.System.PanelType)
}

func TestCheckCommitment_HoldsEverythingElseAgainstTheRules(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*CommitmentAnswers, *Facts)
		want   []found
	}{
		"a module that is typed": {func(a *CommitmentAnswers, _ *Facts) { a.Answers.System.Module = "4100000017" }, []found{{"/system/module", "module_unknown"}}},
		"a module in use": {func(a *CommitmentAnswers, f *Facts) {
			a.Answers.System.Module, f.Module = "4100000017", sampleFacts().Module
			f.Module.State = ModuleInUse
		}, []found{{"/system/module", "module_in_use"}}},
		"a panel of no list":   {func(a *CommitmentAnswers, _ *Facts) { a.Answers.System.PanelType = "toaster" }, []found{{"/system/panel_type", "invalid_choice"}}},
		"a panel":              {func(a *CommitmentAnswers, _ *Facts) { a.Answers.System.PanelType = "gc3" }, nil},
		"a pathway of no list": {func(a *CommitmentAnswers, _ *Facts) { a.Answers.Pathway.Value = "pigeon" }, []found{{"/pathway/value", "invalid_choice"}}},
		"a pathway":            {func(a *CommitmentAnswers, _ *Facts) { a.Answers.Pathway.Value = "broadband" }, nil},
		"a login that is taken": {func(a *CommitmentAnswers, f *Facts) {
			a.Answers.Login.Name, f.TakenLoginNames = "JohnDoe", map[string]bool{"johndoe": true}
		}, []found{{"/login/name", "login_taken"}}},
		"no free suggestion": {func(a *CommitmentAnswers, f *Facts) {
			f.TakenLoginNames = map[string]bool{}
			for _, name := range a.Answers.suggestedLogins() {
				f.TakenLoginNames[LoginKey(name)] = true
			}
		}, nil},
		"an account number in use": {func(_ *CommitmentAnswers, f *Facts) { f.AccountNumberTaken = true }, []found{{"/forwarding/account_number", "account_number_taken"}}},
		"two-way voice": {func(a *CommitmentAnswers, _ *Facts) {
			a.Answers.Forwarding.TwoWayVoiceFireCO = true
			a.Answers.Package.AddOns = append(a.Answers.Package.AddOns, AddOnAnswer{ID: "two_way_voice"})
		}, nil},
		"no name and no e-mail": {func(a *CommitmentAnswers, _ *Facts) { a.Answers.Customer.FirstName = ""; a.Answers.Customer.Email = "" }, []found{{"/customer/first_name", "required"}, {"/customer/email", "required"}}},
		"a suspended dealer":    {func(_ *CommitmentAnswers, f *Facts) { f.DealerActive = false }, []found{{"", "dealer_suspended"}}},
		"no kind of account":    {func(a *CommitmentAnswers, _ *Facts) { a.Answers.Account.Type = "" }, []found{{"/account/type", "required"}}},
		"nothing at all":        {func(a *CommitmentAnswers, _ *Facts) { *a = CommitmentAnswers{} }, []found{{"/kind", "required"}, {"/account/type", "required"}}},
		"bad expectations": {func(a *CommitmentAnswers, _ *Facts) {
			a.Expected = Expected{InstallDate: "2027-02-29", Network: "Tin Can", PanelType: "toaster", InstallerRep: "nobody"}
		}, []found{{"/expected/network", "invalid_choice"}, {"/expected/installer_rep", "unknown"}, {"/expected/panel_type", "invalid_choice"}, {"/expected/install_date", "malformed"}}},
		"a bad expiry": {func(a *CommitmentAnswers, _ *Facts) { a.ExpiresAt = "2026-11-01" }, []found{{"/expires_at", "in_past"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := checkedCommitment(c.change)
			require.Equal(t, c.want, problems)
		})
	}
}

func TestCheckCommitment_KnowsWhatDayItIsAtTheProperty(t *testing.T) {
	t.Parallel()
	expecting := func(date string, now time.Time) []found {
		_, problems := checkedCommitment(func(a *CommitmentAnswers, f *Facts) { a.Expected.InstallDate, f.Now = date, now })
		return problems
	}
	// Three in the morning in London, still the day before in Virginia.
	night := time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
	require.Empty(t, expecting("2026-11-24", night))
	require.Equal(t, []found{{"/expected/install_date", "in_past"}}, expecting("2026-11-23", night))
	require.Equal(t, []found{{"/expected/install_date", "in_past"}}, expecting("2026-11-24", night.Add(2*time.Hour)))
	require.Empty(t, expecting("2028-02-29", night))
}

func TestCheckCommitment_TakesExpectationsInCanonicalForm(t *testing.T) {
	t.Parallel()
	terms, problems := checkedCommitment(func(a *CommitmentAnswers, f *Facts) {
		a.Expected = Expected{InstallDate: " 2026-12-01 ", Network: "verizon 4g", PanelType: " gc3", InstallerRep: " tech "}
		require.Equal(t, []string{"tech"}, AskCommitment(*a).Reps)
		f.RepsKnown = map[string]bool{"tech": true}
	})
	require.Empty(t, problems)
	require.Equal(t, Expected{InstallDate: "2026-12-01", Network: "Verizon 4G", PanelType: "gc3", InstallerRep: "tech"}, terms.Expected)
}

func TestCheckChange_LetsAnInstallDateStayThatHasPassed(t *testing.T) {
	t.Parallel()
	facts := sampleFacts()
	commitment := Commitment{
		Answers: johnDoe(), Expected: Expected{InstallDate: "2026-11-20"}, TimeZone: "America/New_York",
		ExpiresAt: facts.Now.Add(30 * 24 * time.Hour), ActivateAt: facts.Now.Add(24 * time.Hour),
	}
	typed := CommitmentAnswers{Answers: commitment.Answers, Expected: commitment.Expected}
	terms, problems := commitment.CheckChange(typed, facts)
	require.Empty(t, problems)
	require.Equal(t, commitment.Expected, terms.Expected)
	require.Equal(t, commitment.ExpiresAt, terms.ExpiresAt)

	typed.Expected.InstallDate = "2026-11-21"
	_, problems = commitment.CheckChange(typed, facts)
	require.Equal(t, []found{{"/expected/install_date", "in_past"}}, faultsOf(problems))

	typed.Expected.InstallDate, typed.ExpiresAt = "", "2026-11-24"
	_, problems = commitment.CheckChange(typed, facts)
	require.Equal(t, []found{{"/expires_at", "out_of_range"}}, faultsOf(problems), "it is activated the day after")
}

func TestActivatedWith_CarriesEverythingOver(t *testing.T) {
	t.Parallel()
	commitment := Commitment{Answers: johnDoe(), Expected: Expected{InstallerRep: "tech"}}
	require.Equal(t, commitment.Answers, commitment.ActivatedWith(Activation{}))

	want := johnDoe()
	want.System = SystemAnswers{PanelType: "gc3", Module: "4100000025"}
	want.CoverageOverrideReason = "Tested on site"
	want.Customer.Operations.InstallerRep = "tech"
	require.Equal(t, want, commitment.ActivatedWith(Activation{
		Module: "4100000025", PanelType: "gc3", CoverageOverrideReason: "Tested on site", ByExpectedInstaller: true,
	}))
	require.Equal(t, johnDoe(), commitment.Answers)
}

func TestNeedsModule_AsksOnlyWhereThereIsOne(t *testing.T) {
	t.Parallel()
	answers := johnDoe()
	require.False(t, NeedsModule(answers))
	answers.System.Module = " "
	require.True(t, NeedsModule(answers))
	answers.Account.Type = StandaloneVideoAccess
	require.False(t, NeedsModule(answers))
}
