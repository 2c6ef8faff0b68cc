package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/latchkey/latchkey/workflows"
)

// opsCommand is what operators do from a terminal. It goes through the API, with the
// rights and the audit trail of whoever's key it is.
type opsCommand struct {
	Views  opsViews  `cmd:"" help:"Print links that save the views of the runbook in the Temporal UI."`
	Stuck  opsStuck  `cmd:"" help:"List the onboardings that wait for a person."`
	Resume opsResume `cmd:"" help:"Try every parked step of a reason again, as after an outage."`
}

type opsViews struct {
	TemporalUIURL string `name:"temporal-ui-url" env:"LATCHKEY_TEMPORAL_UI_URL" required:"" help:"Temporal's web UI."`
	Namespace     string `name:"temporal-namespace" env:"LATCHKEY_TEMPORAL_NAMESPACE" default:"default" help:"Temporal namespace."`
}

// Run prints a link a view: opening it saves the view in the browser, which is where the
// UI keeps them.
func (c *opsViews) Run() error {
	for _, view := range workflows.Views(time.Now()) {
		query := url.Values{"query": {view.Query}, "savedQuery": {view.Name}}
		fmt.Fprintf(os.Stdout, "%s\n  %s/namespaces/%s/workflows?%s\n", view.Name,
			strings.TrimRight(c.TemporalUIURL, "/"), url.PathEscape(c.Namespace), query.Encode())
	}
	return nil
}

type apiSettings struct {
	URL string `name:"api-url" env:"LATCHKEY_API_URL" required:"" help:"Latchkey's API."`
	Key string `name:"api-key" env:"LATCHKEY_API_KEY" required:"" help:"An operator's API key; a value or @file."`
}

// call makes a call and reads its answer into what into points to. A refusal is told in
// the API's own words.
func (s apiSettings) call(ctx context.Context, method, path string, body, into any) error {
	key, err := readSecret(s.Key)
	if err != nil {
		return err
	}
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(s.URL, "/")+path, bytes.NewReader(content))
	if err != nil {
		return errors.New("the API's address is not a URL; correct --api-url")
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	answer, err := (&http.Client{Timeout: 30 * time.Second}).Do(request)
	if err != nil {
		return fmt.Errorf("the API does not answer; look at --api-url: %w", err)
	}
	defer answer.Body.Close()
	answered, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return refusedByAPI(answer.Status, answered)
	}
	return json.Unmarshal(answered, into)
}

func refusedByAPI(status string, answered []byte) error {
	var problem struct {
		Detail string `json:"detail"`
		Errors []struct {
			Field   string `json:"field"`
			Message string `json:"message"`
		} `json:"errors"`
	}
	if json.Unmarshal(answered, &problem) != nil || problem.Detail == "" {
		return fmt.Errorf("the API answered %s", status)
	}
	text := problem.Detail
	for _, fault := range problem.Errors {
		text += "\n  " + fault.Field + ": " + fault.Message
	}
	return errors.New(text)
}

type opsStuck struct {
	apiSettings
	Reason string `help:"Only those parked for this reason."`
}

// stuckOnboarding is what the list needs of the API's onboarding.
type stuckOnboarding struct {
	ID       string `json:"id"`
	DealerID string `json:"dealer_id"`
	Parked   struct {
		Step           string    `json:"step"`
		ParkNo         int       `json:"park_no"`
		Reason         string    `json:"reason"`
		AllowedActions []string  `json:"allowed_actions"`
		Since          time.Time `json:"since"`
	} `json:"parked"`
}

// Run prints a line an onboarding: IDs, codes and times, and nobody's name.
func (c *opsStuck) Run(ctx context.Context) error {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "ONBOARDING\tDEALER\tSTEP\tPARK\tREASON\tSINCE\tMAY")
	total := 0
	for cursor, more := "", true; more; more = cursor != "" {
		query := url.Values{"status": {"parked"}, "limit": {"200"}}
		for name, value := range map[string]string{"park_reason": c.Reason, "cursor": cursor} {
			if value != "" {
				query.Set(name, value)
			}
		}
		var page struct {
			Items      []stuckOnboarding `json:"items"`
			NextCursor string            `json:"next_cursor"`
		}
		if err := c.call(ctx, http.MethodGet, "/v1/onboardings?"+query.Encode(), nil, &page); err != nil {
			return err
		}
		for _, stuck := range page.Items {
			fmt.Fprintf(out, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", stuck.ID, stuck.DealerID, stuck.Parked.Step, stuck.Parked.ParkNo,
				stuck.Parked.Reason, stuck.Parked.Since.UTC().Format(time.RFC3339), strings.Join(stuck.Parked.AllowedActions, " "))
		}
		total += len(page.Items)
		cursor = page.NextCursor
	}
	fmt.Fprintf(out, "%d parked\n", total)
	return out.Flush()
}

type opsResume struct {
	apiSettings
	Reason string `required:"" help:"What they are parked for, as carrier_unavailable."`
	Note   string `required:"" help:"Why they can go on; kept in the audit trail, so no customer's name."`
	Step   string `help:"Only those parked at this step."`
	Dealer string `help:"Only those of the dealer with this ID."`
}

// Run starts the batch and names it.
func (c *opsResume) Run(ctx context.Context) error {
	body := map[string]string{"reason": c.Reason, "note": c.Note}
	for name, value := range map[string]string{"step": c.Step, "dealer_id": c.Dealer} {
		if value != "" {
			body[name] = value
		}
	}
	var started struct {
		BatchID string `json:"batch_id"`
	}
	if err := c.call(ctx, http.MethodPost, "/v1/ops/onboardings/resume", body, &started); err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "%s has begun; at most 50 a second go on\n", started.BatchID)
	return nil
}
