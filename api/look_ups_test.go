package api_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func TestOptions_ListsEveryChoiceOfAForm(t *testing.T) {
	t.Parallel()
	o := open(t)
	options := o.call(t, http.MethodGet, "/v1/options", o.key, nil).json(t)
	for _, list := range []string{
		"sections", "kinds", "account_types", "property_types", "install_types", "phone_types", "languages", "countries", "time_zones",
		"panel_types", "panels", "pathways", "forwarding_options", "event_groups", "event_presets", "sub_dealers", "customer_sources",
	} {
		require.NotEmpty(t, options[list], list)
	}
	require.Len(t, options["sections"], len(onboarding.Sections))
	require.NotContains(t, options, "station_warning")
	defaults := 0
	for _, group := range options["event_groups"].([]any) {
		if group.(map[string]any)["default"].(bool) {
			defaults++
		}
	}
	require.Equal(t, 8, defaults)

	video := o.call(t, http.MethodGet, "/v1/options?account_type=standalone_video_access", o.key, nil).json(t)
	require.Empty(t, video["panel_types"])
	require.NotContains(t, video["sections"], "forwarding")

	unregistered := o.call(t, http.MethodGet, "/v1/options", o.otherKey, nil).json(t)
	require.Equal(t, onboarding.NoStationTitle, unregistered["station_warning"].(map[string]any)["title"])

	castle := o.call(t, http.MethodGet, "/v1/options?account_type=castle", o.key, nil)
	require.True(t, has(castle.problem(t), "account_type", "invalid_choice"))
	operator := o.call(t, http.MethodGet, "/v1/options", o.opsKey, nil)
	require.True(t, has(operator.problem(t), "dealer_id", "required"))
	require.Equal(t, http.StatusOK, o.call(t, http.MethodGet, "/v1/options?dealer_id="+o.dealerID, o.opsKey, nil).status)
}

func TestPackages_ShowTheDealersOwnPrices(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.exec(t, `INSERT INTO dealer_prices (dealer_id, item_id, monthly_cents, activation_cents) VALUES ($1, 'interactive_gold', 4321, 1234)`, o.dealerID)
	find := func(key string) map[string]any {
		for _, item := range o.call(t, http.MethodGet, "/v1/packages?account_type=security_system", key, nil).json(t)["items"].([]any) {
			if item.(map[string]any)["id"] == "interactive_gold" {
				return item.(map[string]any)
			}
		}
		return nil
	}
	require.InDelta(t, 4321, find(o.key)["monthly_cents"], 0)
	require.NotEqual(t, 4321.0, find(o.otherKey)["monthly_cents"])
	require.NotEmpty(t, find(o.key)["add_ons"])
	require.NotEmpty(t, find(o.key)["included_features"])

	quote := o.call(t, http.MethodPost, "/v1/quotes", o.key, map[string]any{"account_type": "security_system", "package": map[string]any{
		"package_id": "interactive_gold", "add_ons": []any{map[string]any{"id": "six_hour_supervision"}},
	}})
	require.Equal(t, http.StatusOK, quote.status, string(quote.body))
	require.GreaterOrEqual(t, quote.json(t)["monthly_total_cents"], 4321.0)
	require.Equal(t, "six_hour_supervision", quote.json(t)["add_ons"].([]any)[0].(map[string]any)["id"])

	bad := o.call(t, http.MethodPost, "/v1/quotes", o.key, map[string]any{"package": map[string]any{
		"package_id": "interactive_gold", "add_ons": []any{map[string]any{"id": "six_hour_supervision"}, map[string]any{"id": "teleporter"}},
	}})
	require.True(t, has(bad.problem(t), "/package/add_ons/1/id", "unknown"), string(bad.body))
	require.Zero(t, o.counts(t)["onboardings"])
}

func TestLoginNames_AreSuggestedAndChecked(t *testing.T) {
	t.Parallel()
	o := open(t)
	suggest := "/v1/login-names/suggestion?first_name=John&last_name=Doe&email=john.doe@example.com"
	require.Equal(t, "JohnDoe", o.call(t, http.MethodGet, suggest, o.key, nil).json(t)["login_name"])
	require.Equal(t, true, o.call(t, http.MethodGet, "/v1/login-names/johndoe", o.key, nil).json(t)["available"])
	o.submit(t)
	require.NotEqual(t, "JohnDoe", o.call(t, http.MethodGet, suggest, o.key, nil).json(t)["login_name"])

	taken := o.call(t, http.MethodGet, "/v1/login-names/johndoe", o.key, nil).json(t)
	require.Equal(t, false, taken["available"])
	require.Equal(t, "Invalid Login Name: Login already in use. Please enter another login.", taken["message"])
	malformed := o.call(t, http.MethodGet, "/v1/login-names/john%2Fdoe", o.key, nil).json(t)
	require.Equal(t, "malformed", malformed["code"])
}

func TestCoverage_AnswersWithTheDisclaimer(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.coverage = func(_ context.Context, address onboarding.AddressAnswers) ([]onboarding.NetworkCoverage, error) {
		require.Equal(t, onboarding.AddressAnswers{Country: "US", PostalCode: "22102"}, address)
		return []onboarding.NetworkCoverage{{Name: "AT&T", Coverage: onboarding.CoverageFull, Recommended: true, MapURL: "https://example.com/map"}}, nil
	}
	summary := o.call(t, http.MethodGet, "/v1/coverage?country=us&postal_code=22102", o.key, nil).json(t)
	require.Equal(t, dealing.CoverageDisclaimer, summary["disclaimer"])
	require.Equal(t, "AT&T", summary["networks"].([]any)[0].(map[string]any)["name"])

	o.coverage = func(context.Context, onboarding.AddressAnswers) ([]onboarding.NetworkCoverage, error) {
		return nil, dealing.ErrAddressUnknown
	}
	unknown := o.call(t, http.MethodGet, "/v1/coverage?country=US&postal_code=22102", o.key, nil)
	require.True(t, has(unknown.problem(t), "postal_code", "address_not_found"))
	o.coverage = func(context.Context, onboarding.AddressAnswers) ([]onboarding.NetworkCoverage, error) {
		return nil, errors.New("carrier_unavailable")
	}
	away := o.call(t, http.MethodGet, "/v1/coverage?country=US&postal_code=22102", o.key, nil)
	require.Equal(t, http.StatusServiceUnavailable, away.status)

	zone := o.call(t, http.MethodGet, "/v1/time-zones?country=US&postal_code=22102", o.key, nil).json(t)
	require.Equal(t, "America/New_York", zone["time_zone"])
	require.Equal(t, true, zone["sure"])
}

func TestModules_TellADealerWhatItMayKnow(t *testing.T) {
	t.Parallel()
	o := open(t)
	free := o.call(t, http.MethodGet, "/v1/modules/SN%204100000017", o.key, nil).json(t)
	require.Equal(t, true, free["available"])
	require.Equal(t, "serial", free["identifier_kind"])
	require.Equal(t, "twog_gc2", free["panel_type"])
	require.Equal(t, "AT&T", free["network"])
	require.NotContains(t, free, "code")
	o.submit(t)
	require.Equal(t, "module_held", o.call(t, http.MethodGet, "/v1/modules/4100000017", o.key, nil).json(t)["code"])

	foreign := o.call(t, http.MethodGet, "/v1/modules/4100000041", o.key, nil).json(t)
	require.Equal(t, "module_other_dealer", foreign["code"])
	require.Empty(t, foreign["network"])
	require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, "/v1/modules/4199999999", o.key, nil).status)
}

func TestDirectory_ListsWhatTheDealerHas(t *testing.T) {
	t.Parallel()
	o := open(t)
	stations := o.call(t, http.MethodGet, "/v1/monitoring-stations", o.key, nil).json(t)["items"].([]any)
	require.Equal(t, "Sample Station", stations[0].(map[string]any)["name"])
	require.Len(t, stations[0].(map[string]any)["receivers"], 1)
	for query, found := range map[string]int{"": 1, "?q=sell": 1, "?q=rita": 1, "?q=OFF": 1, "?q=zzz": 0, "?q=%25": 0} {
		require.Len(t, o.call(t, http.MethodGet, "/v1/reps"+query, o.key, nil).json(t)["items"], found, query)
	}
}
