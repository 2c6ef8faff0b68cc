// Package promql holds the alert rules and the dashboard against Prometheus's own parser.
// It is a module of its own: required by the product's, the parser would move versions of
// what is shipped.
package promql

import (
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	alerts    = "../../deploy/prometheus/alerts.yml"
	dashboard = "../../deploy/grafana/dashboard.json"
)

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return content
}

// rulesOf reads rules as Prometheus does when it starts: names, durations, expressions, and
// the templates of labels and annotations.
func rulesOf(content []byte) (*rulefmt.RuleGroups, []error) {
	return rulefmt.Parse(content, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
}

func TestAlerts_ArePrometheusRules(t *testing.T) {
	groups, problems := rulesOf(read(t, alerts))
	require.Empty(t, problems)
	rules := 0
	for _, group := range groups.Groups {
		rules += len(group.Rules)
	}
	require.Greater(t, rules, 15)
}

func TestAlerts_AreRefusedWhenTheyAreNone(t *testing.T) {
	good := string(read(t, alerts))
	for name, change := range map[string][2]string{
		"an expression that is not closed":     {"> 20\n", "> (20\n"},
		"an unknown function":                  {"histogram_quantile", "histogram_kvantile"},
		"an aggregation over a scalar":         {"min(latchkey_record_counted) == 0", "min(1) == 0"},
		"a rate of what has no range":          {"[10m]", ""},
		"a template with an unknown function":  {"humanizePercentage", "humanisePercentage"},
		"a duration that is none":              {"for: 5m", "for: a while"},
		"a member that Prometheus has not got": {"labels:", "lables:"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, good, change[0])
			_, problems := rulesOf([]byte(strings.Replace(good, change[0], change[1], 1)))
			require.NotEmpty(t, problems)
		})
	}
}

func TestDashboard_AsksInPromQL(t *testing.T) {
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal(read(t, dashboard), &board))
	promql, asked := parser.NewParser(parser.Options{}), 0
	for _, panel := range board.Panels {
		for _, target := range panel.Targets {
			_, err := promql.ParseExpr(target.Expr)
			assert.NoError(t, err, "%s: %s", panel.Title, target.Expr)
			asked++
		}
	}
	require.Greater(t, asked, 25)
}
