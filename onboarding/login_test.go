package onboarding

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSuggestLogins_FollowTheName(t *testing.T) {
	t.Parallel()
	for _, customer := range []struct {
		first, last, email string
		want               []string
	}{
		{"John", "Doe", "jd@example.com", []string{"JohnDoe", "JDoe", "JohnD", "jd", "JohnDoe2", "JohnDoe3"}},
		{"mary ann", "o'neill-smith", "", []string{"MaryAnnOneillSmith", "MOneillSmith", "MaryAnnO", "MaryAnnOneillSmith2"}},
		{"Zoë", "Łukasiewicz", "", []string{"ZoeLukasiewicz", "ZLukasiewicz", "ZoeL", "ZoeLukasiewicz2"}},
		{"Jörg", "Großmann", "", []string{"JorgGrossmann", "JGrossmann", "JorgG", "JorgGrossmann2"}},
		{"김", "민준", "minjun.kim@example.com", []string{"minjunkim", "customer", "minjunkim2"}},
		{"김", "민준", "", []string{"customer", "customer2"}},
		{"Prince", "민준", "", []string{"Prince", "customer", "Prince2"}},
	} {
		suggestions := SuggestLogins(customer.first, customer.last, customer.email)
		require.Equal(t, customer.want, suggestions[:len(customer.want)])
	}
	require.Equal(t, "JohnDoe50", SuggestLogins("John", "Doe", "")[51])
}

func TestSuggestLogins_AreAlwaysWellFormedAndDifferent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first, last, email := rapid.String().Draw(t, "first"), rapid.String().Draw(t, "last"), rapid.String().Draw(t, "email")
		seen := map[string]bool{}
		for _, suggestion := range SuggestLogins(first, last, email) {
			name, fault := ParseLoginName(suggestion)
			require.Zero(t, fault)
			require.Equal(t, suggestion, name)
			require.False(t, seen[LoginKey(name)], name)
			seen[LoginKey(name)] = true
		}
		require.GreaterOrEqual(t, len(seen), 50)
		require.Equal(t, SuggestLogins(first, last, email), SuggestLogins(first, last, email))
	})
}

func TestSuggestLogins_OfLongNamesLeaveRoomForANumber(t *testing.T) {
	t.Parallel()
	suggestions := SuggestLogins(strings.Repeat("a", 60), strings.Repeat("b", 60), "")
	require.Len(t, suggestions[0], 99)
	require.Len(t, suggestions[len(suggestions)-1], 99)
}

func loginOf(t *testing.T, name string, taken ...string) string {
	t.Helper()
	answers, world := seedCustomer(), emptyWorld()
	answers.Login.Name = name
	world.TakenLoginNames = map[string]bool{}
	for _, key := range taken {
		world.TakenLoginNames[key] = true
	}
	c := newChecking(answers, world)
	c.login()
	require.Empty(t, c.problems)
	return c.out.Answers.Login.Name
}

func TestLogin_LeftEmptyTakesTheFirstFreeSuggestion(t *testing.T) {
	t.Parallel()
	require.Equal(t, "JohnDoe", loginOf(t, ""))
	require.Equal(t, "JohnD", loginOf(t, "  ", "johndoe", "jdoe"))
	require.Equal(t, "Johnny1", loginOf(t, " Johnny1 "))
	require.Equal(t, strings.Repeat("a", 99), loginOf(t, strings.Repeat("a", 99)))
}

func TestLogin_RefusesWithTheSeedsWords(t *testing.T) {
	t.Parallel()
	const (
		form  = "Login names must be less than 100 alphanumeric characters, and cannot already be taken by another user."
		taken = "Invalid Login Name: Login already in use. Please enter another login."
	)
	for name, want := range map[string]Problem{
		strings.Repeat("a", 100): {"/login/name", "too_long", form},
		"john.doe":               {"/login/name", "malformed", form},
		"john doe":               {"/login/name", "malformed", form},
		"jöhn":                   {"/login/name", "malformed", form},
		"john\x00":               {"/login/name", "malformed", form},
		"JohnDOE":                {"/login/name", "login_taken", taken},
	} {
		answers, world := seedCustomer(), emptyWorld()
		answers.Login.Name = name
		world.TakenLoginNames = map[string]bool{"johndoe": true}
		require.Equal(t, Problems{want}, CheckSection(SectionLogin, answers, world))
	}
}

func TestLogin_SaysSoWhenEverySuggestionIsTaken(t *testing.T) {
	t.Parallel()
	answers, world := seedCustomer(), emptyWorld()
	world.TakenLoginNames = map[string]bool{}
	for _, key := range Ask(answers).LoginNames {
		world.TakenLoginNames[key] = true
	}
	require.Equal(t, []finding{{"/login/name", "login_taken"}}, findings(CheckSection(SectionLogin, answers, world)))
}

func FuzzParseLoginName(f *testing.F) {
	f.Add("JohnDoe")
	f.Add(" ſ ")
	f.Fuzz(func(t *testing.T, typed string) {
		name, fault := ParseLoginName(typed)
		if fault.Found() {
			return
		}
		require.Regexp(t, `^[0-9A-Za-z]{1,99}$`, name)
		again, fault := ParseLoginName(name)
		require.Zero(t, fault)
		require.Equal(t, name, again)
	})
}
