package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
	domain "github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

// N orders are parked by an outage of the carrier on what `make run` starts, and one command
// of the runbook sends all of them on. `make outage` does it with more, and prints the report.
func TestOutage_ParksAllAndOneCommandSendsAllOn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Minute)
	defer cancel()
	n, patience := int(numberFrom(t, "N", 24)), time.Duration(numberFrom(t, "PATIENCE", 14))*time.Second
	o := startRehearsal(t, patience)
	o.t("the installation stands")

	// It begins with the registrations, and takes coverage with it later.
	begun, err := o.simulator.try(ctx, http.MethodPut, "/script", []carriertest.Row{{Call: carrier.RegisterModule, Fault: "unavailable"}})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, begun.status, string(begun.body))
	early := o.invent(t, n/2)
	o.requireSeenBeforeItParks(t, o.order(ctx, t, early[:1])[0])
	ids := o.order(ctx, t, early)
	o.await(ctx, t, "the early ones to reach the registration", len(early), "onboardings WHERE source = 'api' AND step = 'register_module'")
	o.types(t, codeBlock(t, "docs/reliability.md", "sh", `"check_coverage"`))
	late := o.invent(t, n-len(early))
	ids = append(ids, o.order(ctx, t, late)...)
	o.t("ordered")

	o.await(ctx, t, "all to be parked", n, "onboardings WHERE status = 'parked' AND park_no = 1")
	require.Contains(t, o.types(t, "latchkey ops stuck"), fmt.Sprintf("\n%d parked\n", n))
	o.awaitListed(t, n)
	o.t("parked")
	require.Len(t, early, o.count(t, "onboardings WHERE park_step = 'register_module'"))
	require.Len(t, late, o.count(t, "onboardings WHERE park_step = 'check_coverage'"))

	o.types(t, codeBlock(t, "docs/reliability.md", "sh", "'[]'"))
	o.mark = time.Now() // the outage is over
	o.sendOn(t, "carrier_unavailable")
	o.await(ctx, t, "none to be parked by the outage", 0, "onboardings WHERE status = 'parked' AND park_reason = 'carrier_unavailable' AND park_no = 1")
	o.t("sent on by one command")
	o.sendOnTheRest(ctx, t)
	o.await(ctx, t, "all to be completed", n, "onboardings WHERE source = 'api' AND status = 'completed'")
	o.t("completed")

	require.Equal(t, ids, o.order(ctx, t, append(early, late...)), "an order that is repeated under its key is answered as before")
	o.requireOneOfAll(t, append(early, late...))
	t.Logf("N=%d PATIENCE=%s\n%s", n, patience, strings.Join(o.report, "\n"))
}

// rehearsal is an outage on what `make run` starts.
type rehearsal struct {
	*stack
	simulator   caller
	mailURL     string
	environment []string
	mark        time.Time
	report      []string
}

func startRehearsal(t *testing.T, patience time.Duration) *rehearsal {
	t.Helper()
	began := time.Now()
	d := startDev(t, devDir(t), "--no-demo", "--network-wait", "1s", "--carrier-patience", patience.String())
	o := &rehearsal{
		stack:     &stack{office: d.office(), ops: caller{d.file.APIURL, d.file.Ops.APIKey}, demo: postgres.Demo{AvailableModules: d.file.Modules.Available}},
		simulator: caller{url: d.file.SimulatorURL}, mailURL: d.file.MailURL, mark: began,
		environment: []string{
			"PATH=" + os.Getenv("PATH"), "simulator=" + d.file.SimulatorURL,
			"LATCHKEY_API_URL=" + d.file.APIURL, "LATCHKEY_API_KEY=" + d.file.Ops.APIKey,
		},
	}
	for _, receiver := range d.file.Receivers {
		o.demo.Receivers = append(o.demo.Receivers, domain.Receiver{ID: receiver.ID, Protocol: receiver.Protocol})
	}
	var err error
	o.rows, err = pgxpool.New(t.Context(), d.file.DatabaseURL)
	require.NoError(t, err)
	t.Cleanup(o.rows.Close)
	o.client, err = client.DialContext(t.Context(), client.Options{HostPort: d.file.TemporalAddress, Logger: silence{}})
	require.NoError(t, err)
	t.Cleanup(o.client.Close)
	return o
}

// t notes how long something took since the last note.
func (o *rehearsal) t(what string) {
	now := time.Now()
	o.report = append(o.report, fmt.Sprintf("%-24s %s", what, now.Sub(o.mark).Round(100*time.Millisecond)))
	o.mark = now
}

func (o *rehearsal) types(t *testing.T, block string) string {
	t.Helper()
	return shellWith(t, t.TempDir(), block, o.environment...)
}

func (o *rehearsal) invent(t *testing.T, n int) (customers []customer) {
	t.Helper()
	for range n {
		customers = append(customers, o.newCustomer(t))
	}
	return customers
}

// order sends the applications of all, eight at a time and each under its own key, until each
// has an answer that does not change, and returns their onboardings' IDs.
func (o *rehearsal) order(ctx context.Context, t *testing.T, customers []customer) []string {
	t.Helper()
	ids := make([]string, len(customers))
	clients, clientsCtx := errgroup.WithContext(ctx)
	clients.SetLimit(8)
	for i, c := range customers {
		clients.Go(func() error {
			for {
				given, err := o.office.try(clientsCtx, http.MethodPost, "/v1/onboardings", c.Application, "Idempotency-Key", "order-"+c.Login.Name)
				if err != nil {
					return err
				}
				var made onboarding
				switch given.status {
				case http.StatusCreated:
					err = json.Unmarshal(given.body, &made)
					ids[i] = made.ID
					return err
				case http.StatusAccepted, http.StatusTooManyRequests:
					if err := pause(clientsCtx, time.Second); err != nil {
						return err
					}
				default:
					return fmt.Errorf("answered %d: %s", given.status, given.body)
				}
			}
		})
	}
	require.NoError(t, clients.Wait())
	return ids
}

// requireSeenBeforeItParks: what is being tried again says so before anybody is asked.
func (o *rehearsal) requireSeenBeforeItParks(t *testing.T, id string) {
	t.Helper()
	type tried struct {
		Status string `json:"status"`
		Steps  []struct {
			Name     string `json:"name"`
			Attempts int    `json:"attempts"`
			Code     string `json:"code"`
		} `json:"steps"`
	}
	await(t, "the API to tell that the carrier is away", func() (tried, bool) {
		seen := fetch[tried](t, o.office, "/v1/onboardings/%s", id)
		for _, step := range seen.Steps {
			if step.Name == "register_module" && step.Attempts > 1 && step.Code == "carrier_unavailable" {
				require.Equal(t, "active", seen.Status)
				return seen, true
			}
		}
		return seen, false
	})
}

// await waits for so many rows, for as long as the longest budget may take.
func (o *rehearsal) await(ctx context.Context, t *testing.T, what string, want int, fromWhere string) {
	t.Helper()
	for seen := -1; seen != want; {
		require.NoError(t, pause(ctx, 200*time.Millisecond), "waited in vain for %s: %d of %d", what, seen, want)
		seen = o.count(t, fromWhere)
	}
}

// awaitListed waits until Temporal lists what the record has, which takes it a moment.
func (o *rehearsal) awaitListed(t *testing.T, n int) {
	t.Helper()
	await(t, "all parks to be listed", func() (int64, bool) {
		listed, err := o.client.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: "OnboardingStatus = 'parked'"})
		require.NoError(t, err)
		return listed.GetCount(), listed.GetCount() == int64(n)
	})
}

// sendOn types the command of the runbook for a reason. A namespace has one batch at a time.
func (o *rehearsal) sendOn(t *testing.T, reason string) {
	t.Helper()
	await(t, "the batch before to be over", func() (string, bool) {
		printed, err := tryShell(t, t.TempDir(), commandForMany(t, reason), o.environment...)
		require.True(t, err == nil || strings.Contains(printed, "Another batch is at work"), printed)
		return printed, err == nil
	})
	o.report = append(o.report, "command for "+reason)
}

// sendOnTheRest looks after what the outage parked under another name: the last try says
// which, and on a busy machine some end without the carrier's word.
func (o *rehearsal) sendOnTheRest(ctx context.Context, t *testing.T) {
	t.Helper()
	const open = "onboardings WHERE source = 'api' AND status <> 'completed'"
	for left := o.count(t, open); left > 0; left = o.count(t, open) {
		require.NoError(t, pause(ctx, time.Second), "%d are not completed", left)
		rows, err := o.rows.Query(ctx, "SELECT DISTINCT park_reason FROM onboardings WHERE status = 'parked'")
		require.NoError(t, err)
		reasons, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		for _, reason := range reasons {
			require.True(t, strings.HasPrefix(reason, "carrier_"), reason)
			o.sendOn(t, reason)
		}
	}
}

// commandForMany is the one that the runbook has under the heading of a reason.
func commandForMany(t *testing.T, reason string) string {
	t.Helper()
	content, err := os.ReadFile("../docs/runbook.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(content), "\n### "+reason+"\n")
	require.True(t, found)
	return regexp.MustCompile("(?m)^- many at once: `(.*)`$").FindStringSubmatch(section)[1]
}

// requireOneOfAll holds the promise for everybody at once: each has one account, one charge,
// one registration, one letter.
func (o *rehearsal) requireOneOfAll(t *testing.T, customers []customer) {
	t.Helper()
	require.Len(t, customers, o.count(t, `onboardings o WHERE source = 'api' AND status = 'completed'
		AND (SELECT count(*) FROM accounts WHERE onboarding_id = o.id AND state = 'open') = 1
		AND (SELECT count(*) FROM ledger WHERE onboarding_id = o.id) = 1`))
	require.Len(t, customers, o.count(t, "onboardings WHERE source = 'api'"))
	registrations := map[string]int{}
	for _, registered := range fetch[[]carriertest.Registered](t, o.simulator, "/registrations") {
		registrations[registered.Request.Module]++
	}
	letters := map[string]int{}
	for _, mail := range fetch[[]devMail](t, caller{url: o.mailURL}, "/api/messages") {
		letters[mail.To[0]]++
	}
	for _, c := range customers {
		require.Equal(t, 1, registrations[c.serial()], "registrations of %s", c.serial())
		require.Equal(t, 1, letters[c.email()], "letters to %s", c.email())
	}
}
