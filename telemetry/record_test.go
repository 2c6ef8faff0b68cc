package telemetry_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/telemetry"
)

// clock is a time that only a test moves.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

var noon = time.Date(2027, 1, 31, 12, 0, 0, 0, time.UTC)

func collect(t *testing.T, collector prometheus.Collector) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(collector)
	families, err := registry.Gather()
	require.NoError(t, err)
	var lines strings.Builder
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			lines.WriteString(family.GetName())
			for _, label := range metric.GetLabel() {
				lines.WriteString(" " + label.GetName() + "=" + label.GetValue())
			}
			lines.WriteString(" " + time.Duration(metric.GetGauge().GetValue()).String() + "\n")
		}
	}
	problems, err := testutil.GatherAndLint(registry)
	require.NoError(t, err)
	require.Empty(t, problems, "names are not as Prometheus wants them")
	return lines.String()
}

func TestRecordCollector_ShowsHowTheRecordStands(t *testing.T) {
	t.Parallel()
	census := onboarding.Census{
		Open:      []onboarding.OpenCount{{Status: onboarding.StatusWaiting, Source: onboarding.SourceAPI, Count: 7}},
		Parked:    []onboarding.ParkedCount{{Step: onboarding.StepSendLetter, Reason: onboarding.ReasonRecipientRejected, Count: 3, Oldest: time.Unix(42, 0)}},
		Unstarted: 2, UnstartedOldest: time.Unix(43, 0),
		Hours:   onboarding.HoursDue{Overdue: 1, Soon: 4, Later: 5},
		Letters: []onboarding.NamedCount{{Name: "refused", Count: 6}},
		Tasks:   []onboarding.NamedCount{{Name: "letter_bounced", Count: 8}},

		Commitments: onboarding.CommitmentsDue{Due: 9, Oldest: time.Unix(44, 0), Soon: 10},
		Webhooks:    onboarding.WebhooksOwed{Due: 11, Oldest: time.Unix(45, 0), Later: 12},
		Endpoints:   []onboarding.NamedCount{{Name: "disabled_gone", Count: 13}},
		Changes:     []onboarding.ChangeCount{{Kind: onboarding.ChangeModuleSwap, Status: onboarding.StatusParked, Count: 14}},
		ParkedChanges: []onboarding.ParkedChangeCount{{
			Kind: onboarding.ChangeModuleSwap, Step: onboarding.StepReleaseModule, Reason: onboarding.ReasonCarrierUnavailable, Count: 15, Oldest: time.Unix(46, 0),
		}},
		UnstartedChange: time.Unix(47, 0),
	}
	collector := telemetry.NewRecordCollector(func(context.Context) (onboarding.Census, error) { return census, nil },
		(&clock{noon}).now, slog.New(slog.DiscardHandler))
	shown := collect(t, collector)
	for _, line := range []string{
		"latchkey_onboardings_open source=api status=waiting 7ns",
		"latchkey_onboardings_parked reason=recipient_rejected step=send_letter 3ns",
		"latchkey_onboardings_parked_oldest_timestamp_seconds reason=recipient_rejected step=send_letter 42ns",
		"latchkey_onboardings_unstarted 2ns",
		"latchkey_onboardings_unstarted_oldest_timestamp_seconds 43ns",
		"latchkey_network_waits due=overdue 1ns",
		"latchkey_network_waits due=soon 4ns",
		"latchkey_letters_undelivered state=refused 6ns",
		"latchkey_letters_undelivered state=unknown 0s",
		"latchkey_tasks_open kind=letter_bounced 8ns",
		"latchkey_commitments_due due=due 9ns",
		"latchkey_commitments_due due=soon 10ns",
		"latchkey_commitments_due_oldest_timestamp_seconds 44ns",
		"latchkey_webhooks_owed due=due 11ns",
		"latchkey_webhooks_owed due=later 12ns",
		"latchkey_webhooks_due_oldest_timestamp_seconds 45ns",
		"latchkey_webhook_endpoints state=disabled_gone 13ns",
		"latchkey_webhook_endpoints state=disabled_failing 0s",
		"latchkey_changes_open kind=module_swap status=parked 14ns",
		"latchkey_changes_open kind=termination status=active 0s",
		"latchkey_changes_parked kind=module_swap reason=carrier_unavailable step=release_module 15ns",
		"latchkey_changes_parked_oldest_timestamp_seconds kind=module_swap reason=carrier_unavailable step=release_module 46ns",
		"latchkey_changes_unstarted_oldest_timestamp_seconds 47ns",
		"latchkey_record_counted 1ns",
	} {
		require.Contains(t, shown, line+"\n")
	}
}

func TestRecordCollector_ShowsNoTimesOfWhatDoesNotWait(t *testing.T) {
	t.Parallel()
	collector := telemetry.NewRecordCollector(func(context.Context) (onboarding.Census, error) { return onboarding.Census{}, nil },
		(&clock{noon}).now, slog.New(slog.DiscardHandler))
	shown := collect(t, collector)
	require.NotContains(t, shown, "timestamp_seconds", "an alert would take it for a wait since 1970")
	require.Contains(t, shown, "latchkey_webhooks_owed due=due 0s\n")
}

func TestRecordCollector_AsksTheDatabaseOnceHoweverManyLook(t *testing.T) {
	t.Parallel()
	at, asked := &clock{noon}, 0
	collector := telemetry.NewRecordCollector(func(context.Context) (onboarding.Census, error) {
		asked++
		return onboarding.Census{}, nil
	}, at.now, slog.New(slog.DiscardHandler))
	collect(t, collector)
	collect(t, collector)
	require.Equal(t, 1, asked)
	at.Time = noon.Add(11 * time.Second)
	collect(t, collector)
	require.Equal(t, 2, asked)
}

func TestRecordCollector_ShowsNoOldCountsWhenTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	collector := telemetry.NewRecordCollector(func(context.Context) (onboarding.Census, error) {
		return onboarding.Census{Unstarted: 5}, errors.New("away")
	}, (&clock{noon}).now, slog.New(slog.DiscardHandler))
	require.Equal(t, "latchkey_record_counted 0s\n", collect(t, collector))
}
