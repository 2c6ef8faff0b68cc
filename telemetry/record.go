package telemetry

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/latchkey/latchkey/onboarding"
)

// Counting is how the record is counted; postgres.Store.Census.
type Counting func(ctx context.Context) (onboarding.Census, error)

const (
	// censusLife is how old a count may be: however many ask, the database is asked once.
	censusLife = 10 * time.Second
	// censusWithin bounds a count. A scrape that waits for a database in trouble would
	// hide everything else that the program has to show.
	censusWithin = 3 * time.Second
)

// Every replica shows the same numbers, so a dashboard takes the maximum over them.
var (
	openDescription = prometheus.NewDesc("latchkey_onboardings_open",
		"Onboardings that are not over, by status and source.", []string{"status", "source"}, nil)
	parkedDescription = prometheus.NewDesc("latchkey_onboardings_parked",
		"Onboardings that wait for a person, by step and reason.", []string{"step", "reason"}, nil)
	parkedOldestDescription = prometheus.NewDesc("latchkey_onboardings_parked_oldest_timestamp_seconds",
		"Since when the longest parked one waits, by step and reason; Unix time.", []string{"step", "reason"}, nil)
	unstartedDescription = prometheus.NewDesc("latchkey_onboardings_unstarted",
		"Onboardings that were submitted and have no workflow yet.", nil, nil)
	unstartedOldestDescription = prometheus.NewDesc("latchkey_onboardings_unstarted_oldest_timestamp_seconds",
		"When the oldest of them was submitted; Unix time. Absent when there are none.", nil, nil)
	hoursDescription = prometheus.NewDesc("latchkey_network_waits",
		"Network hours that have not ended: overdue, due within the next hour (soon), or later.", []string{"due"}, nil)
	lettersDescription = prometheus.NewDesc("latchkey_letters_undelivered",
		"E-mailed letters that the mail server has not taken, by state.", []string{"state"}, nil)
	tasksDescription = prometheus.NewDesc("latchkey_tasks_open",
		"What dealers are asked to do and have not done, by kind.", []string{"kind"}, nil)
	countedDescription = prometheus.NewDesc("latchkey_record_counted",
		"1 when the record could be counted for this scrape; the counts of the record are absent otherwise.", nil, nil)
)

// letterStates are shown also when no letter is in them: an alert needs a zero to rise from.
var letterStates = []string{"pending", "sending", "unknown", "refused"}

// RecordCollector shows how the record stands, read when somebody looks.
type RecordCollector struct {
	count Counting
	now   func() time.Time
	log   *slog.Logger

	mu      sync.Mutex
	counted time.Time
	census  onboarding.Census
	err     error
}

// NewRecordCollector makes the collector.
func NewRecordCollector(count Counting, now func() time.Time, log *slog.Logger) *RecordCollector {
	return &RecordCollector{count: count, now: now, log: log}
}

// Describe lists what is shown.
func (c *RecordCollector) Describe(into chan<- *prometheus.Desc) {
	for _, description := range append([]*prometheus.Desc{
		openDescription, parkedDescription, parkedOldestDescription, unstartedDescription, unstartedOldestDescription,
		hoursDescription, lettersDescription, tasksDescription, countedDescription,
	}, laterDescriptions...) {
		into <- description
	}
}

// Collect shows the counts, or that there are none: old ones would look as if all were well.
func (c *RecordCollector) Collect(into chan<- prometheus.Metric) {
	show := gauge(func(description *prometheus.Desc, value float64, labels ...string) {
		into <- prometheus.MustNewConstMetric(description, prometheus.GaugeValue, value, labels...)
	})
	census, err := c.recent()
	if err != nil {
		show(countedDescription, 0)
		return
	}
	show(countedDescription, 1)
	for _, open := range census.Open {
		show(openDescription, float64(open.Count), string(open.Status), string(open.Source))
	}
	for _, parked := range census.Parked {
		show(parkedDescription, float64(parked.Count), string(parked.Step), string(parked.Reason))
		show(parkedOldestDescription, float64(parked.Oldest.Unix()), string(parked.Step), string(parked.Reason))
	}
	show(unstartedDescription, float64(census.Unstarted))
	if census.Unstarted > 0 {
		show(unstartedOldestDescription, float64(census.UnstartedOldest.Unix()))
	}
	show(hoursDescription, float64(census.Hours.Overdue), "overdue")
	show(hoursDescription, float64(census.Hours.Soon), "soon")
	show(hoursDescription, float64(census.Hours.Later), "later")
	showEach(lettersDescription, letterStates, census.Letters, show)
	for _, tasks := range census.Tasks {
		show(tasksDescription, float64(tasks.Count), tasks.Name)
	}
	showCommitments(census.Commitments, show)
	showWebhooks(census.Webhooks, census.Endpoints, show)
	showChanges(census, show)
}

// recent is a count that is not older than censusLife; whoever comes meanwhile waits for it.
func (c *RecordCollector) recent() (onboarding.Census, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.counted.IsZero() && c.now().Sub(c.counted) < censusLife {
		return c.census, c.err
	}
	// A scrape has no context of its own to hand on.
	ctx, cancel := context.WithTimeout(context.Background(), censusWithin)
	defer cancel()
	c.census, c.err = c.count(ctx)
	c.counted = c.now()
	if c.err != nil {
		c.log.Warn("the record cannot be counted", "error", c.err)
	}
	return c.census, c.err
}
