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
		"latchkey_record_counted 1ns",
	} {
		require.Contains(t, shown, line+"\n")
	}
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
