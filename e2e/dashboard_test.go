package e2e

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.yaml.in/yaml/v3"

	domain "github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/telemetry"
	"github.com/latchkey/latchkey/webhook/webhooktest"
)

// expression is one of PromQL, with where it stands.
type expression struct{ at, text string }

type alertRules struct {
	Groups []struct {
		Rules []struct {
			Alert       string            `yaml:"alert"`
			Expr        string            `yaml:"expr"`
			For         model.Duration    `yaml:"for"`
			Labels      map[string]string `yaml:"labels"`
			Annotations map[string]string `yaml:"annotations"`
		} `yaml:"rules"`
	} `yaml:"groups"`
}

func deployed(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "deploy", path))
	require.NoError(t, err)
	return content
}

func readAlerts(t *testing.T) alertRules {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(string(deployed(t, "prometheus/alerts.yml"))))
	decoder.KnownFields(false)
	var rules alertRules
	require.NoError(t, decoder.Decode(&rules))
	return rules
}

func expressions(t *testing.T) (all []expression) {
	t.Helper()
	for _, group := range readAlerts(t).Groups {
		for _, rule := range group.Rules {
			all = append(all, expression{rule.Alert, rule.Expr})
		}
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal(deployed(t, "grafana/dashboard.json"), &dashboard))
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			all = append(all, expression{"panel " + panel.Title, target.Expr})
		}
	}
	require.Greater(t, len(all), 30)
	return all
}

// onlyWhenBroken are shown from the moment on in which something is wrong, which no test
// of a working installation brings about.
var onlyWhenBroken = []string{"temporal_workflow_task_execution_failed_total", "temporal_workflow_failed_total"}

// worstRecord shows what the record does when everything waits that can: a working
// installation leaves much of it out.
func worstRecord(t *testing.T) map[string]*dto.MetricFamily {
	t.Helper()
	census := domain.Census{
		Parked:    []domain.ParkedCount{{Step: domain.StepSendLetter, Reason: domain.ReasonRecipientRejected, Count: 1, Oldest: time.Now()}},
		Unstarted: 1, UnstartedOldest: time.Now(),
		Commitments: domain.CommitmentsDue{Due: 1, Oldest: time.Now()},
		Webhooks:    domain.WebhooksOwed{Due: 1, Oldest: time.Now()},
		ParkedChanges: []domain.ParkedChangeCount{{
			Kind: domain.ChangeModuleSwap, Step: domain.StepReleaseModule, Reason: domain.ReasonCarrierUnavailable, Count: 1, Oldest: time.Now(),
		}},
		UnstartedChange: time.Now(),
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(telemetry.NewRecordCollector(
		func(context.Context) (domain.Census, error) { return census, nil }, time.Now, slog.New(slog.DiscardHandler)))
	gathered, err := registry.Gather()
	require.NoError(t, err)
	families := map[string]*dto.MetricFamily{}
	for _, family := range gathered {
		families[family.GetName()] = family
	}
	return families
}

// ofPrometheus are labels that the scrape adds.
var ofPrometheus = []string{"instance", "job", "le"}

var (
	inQuotes  = regexp.MustCompile(`"[^"]*"`)
	grouping  = regexp.MustCompile(`\b(?:by|without|ignoring|on)\s*\(([^)]*)\)`)
	selector  = regexp.MustCompile(`([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{([^}]*)\})?\s*(?:\[[0-9a-z]+\])?(\s*\()?`)
	labelName = regexp.MustCompile(`([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)`)
	keywords  = []string{"and", "or", "unless", "group_left", "group_right", "bool", "offset", "by"}
)

// namesIn are the metrics of an expression, with the labels that it selects by.
func namesIn(text string) (metrics map[string][]string, groups []string) {
	text = inQuotes.ReplaceAllString(text, `""`)
	for _, found := range grouping.FindAllStringSubmatch(text, -1) {
		for label := range strings.SplitSeq(found[1], ",") {
			groups = append(groups, strings.TrimSpace(label))
		}
	}
	metrics = map[string][]string{}
	for _, found := range selector.FindAllStringSubmatch(grouping.ReplaceAllString(text, " "), -1) {
		isCall := found[3] != ""
		if isCall || slices.Contains(keywords, found[1]) {
			continue
		}
		for _, label := range labelName.FindAllStringSubmatch(found[2], -1) {
			metrics[found[1]] = append(metrics[found[1]], label[1])
		}
		metrics[found[1]] = append(metrics[found[1]], "")
	}
	return metrics, groups
}

func TestDashboardAndAlerts_NameOnlyWhatIsShown(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	labels := s.everythingShown(t)
	for _, e := range expressions(t) {
		metrics, groups := namesIn(e.text)
		assert.NotEmpty(t, metrics, e.at)
		known := slices.Clone(ofPrometheus)
		for name, selected := range metrics {
			if slices.Contains(onlyWhenBroken, name) {
				known = append(known, "workflow_type")
				continue
			}
			has, shown := labels[name]
			if !assert.True(t, shown, "%s asks for %s, which nothing shows", e.at, name) {
				continue
			}
			known = append(known, has...)
			for _, label := range selected {
				assert.True(t, label == "" || slices.Contains(append(has, ofPrometheus...), label), "%s: %s has no label %s", e.at, name, label)
			}
		}
		for _, label := range groups {
			assert.Contains(t, known, label, "%s groups by a label that is not there", e.at)
		}
	}
}

// everythingShown brings about what metrics tell of, and gives the labels of each.
func (s *stack) everythingShown(t *testing.T) map[string][]string {
	t.Helper()
	c := s.newCustomer(t)
	s.registerElsewhere(t, c.serial())
	parked := s.submit(t, c)
	s.awaitPark(t, parked.ID, "register_module", "module_already_registered")
	s.complete(t, s.submit(t, s.newCustomer(t)).ID)
	task := `INSERT INTO tasks (id, dealer_id, kind, object_id) SELECT gen_random_uuid(), dealer_id, 'letter_bounced', id FROM onboardings WHERE id = $1`
	_, err := s.rows.Exec(t.Context(), task, parked.ID)
	require.NoError(t, err)
	for _, schedule := range []string{"reconcile", "commitment-sweep"} {
		require.NoError(t, s.client.ScheduleClient().GetHandle(t.Context(), schedule).Trigger(t.Context(), client.ScheduleTriggerOptions{}))
	}
	receiver, endpoint := s.crm(t, webhooktest.Takes)
	require.Equal(t, http.StatusAccepted, s.office.post(t, "/v1/webhook-endpoints/"+endpoint.ID+"/test", nil).status)
	await(t, "a webhook", func() (int, bool) { n := len(receiver.Received("/crm")); return n, n > 0 })
	worst := worstRecord(t)
	return await(t, "everything to be shown", func() (map[string][]string, bool) {
		labels := map[string][]string{}
		families := s.families(t)
		for family, of := range worst {
			if families[family] == nil {
				families[family] = of
			}
		}
		for family, of := range families {
			names := []string{family}
			if of.GetType() == dto.MetricType_HISTOGRAM {
				names = []string{family + "_bucket", family + "_count", family + "_sum"}
			}
			for _, name := range names {
				labels[name] = []string{}
				for _, label := range of.GetMetric()[0].GetLabel() {
					labels[name] = append(labels[name], label.GetName())
				}
			}
		}
		for _, late := range []string{
			"temporal_workflow_completed_total", "latchkey_tasks_open", "latchkey_commitments_swept_total", "latchkey_webhook_delivery_duration_seconds_count",
		} {
			if labels[late] == nil {
				return nil, false
			}
		}
		return labels, true
	})
}

func (s *stack) families(t *testing.T) map[string]*dto.MetricFamily {
	t.Helper()
	all := map[string]*dto.MetricFamily{}
	for _, of := range []caller{{url: s.office.url}, {url: s.workerURL}} {
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err := parser.TextToMetricFamilies(strings.NewReader(string(of.get(t, "/metrics").body)))
		require.NoError(t, err)
		for name, family := range families {
			all[name] = family
		}
	}
	return all
}

func TestAlerts_EachSaysWhatToDo(t *testing.T) {
	t.Parallel()
	runbook, err := os.ReadFile("../docs/runbook.md")
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, group := range readAlerts(t).Groups {
		for _, rule := range group.Rules {
			assert.False(t, seen[rule.Alert], "%s is there twice", rule.Alert)
			seen[rule.Alert] = true
			assert.NotEmpty(t, rule.Annotations["summary"], rule.Alert)
			assert.Contains(t, []string{"page", "ticket"}, rule.Labels["severity"], rule.Alert)
			document, anchor, _ := strings.Cut(rule.Annotations["runbook"], "#")
			assert.Equal(t, "docs/runbook.md", document, rule.Alert)
			assert.Regexp(t, `(?mi)^### `+regexp.QuoteMeta(anchor)+`$`, string(runbook), rule.Alert)
		}
	}
	for _, found := range regexp.MustCompile(`(?m)^### (Latchkey\w+)$`).FindAllStringSubmatch(string(runbook), -1) {
		assert.True(t, seen[found[1]], "the runbook explains %s, which is no alert", found[1])
	}
}
