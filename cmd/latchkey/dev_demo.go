package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/mail/mailtest"
)

// demoKey makes John Doe the same John Doe at every start of a state folder: after a
// kill -9 the demo goes on with the onboarding that was under way.
const demoKey = "demo-john-doe"

// showDemo onboards the seed's John Doe through the API and tells, live, what happens.
func (s *stack) showDemo(ctx context.Context) error {
	aloud("\nOnboarding John Doe of Sample Dealer …")
	var made struct {
		ID string `json:"id"`
	}
	if err := s.call(ctx, http.MethodPost, "/v1/onboardings", s.johnDoe(), &made); err != nil {
		return fmt.Errorf("the demo's onboarding was not accepted: %w", err)
	}
	aloud("  %s/namespaces/%s/workflows/onboarding-%s", s.temporal.UIURL, s.temporal.Namespace, made.ID)
	if err := s.follow(ctx, made.ID); err != nil {
		return err
	}
	var onboarding struct {
		Status    string `json:"status"`
		AccountID string `json:"account_id"`
	}
	if err := s.call(ctx, http.MethodGet, "/v1/onboardings/"+made.ID, nil, &onboarding); err != nil {
		return err
	}
	if onboarding.Status != "completed" {
		aloud("  John Doe's onboarding is %s.", onboarding.Status)
		return nil
	}
	return s.showLetter(ctx, onboarding.AccountID)
}

// showLetter waits for the mail and puts the letter on disk.
func (s *stack) showLetter(ctx context.Context, accountID string) error {
	waiting, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	letter, err := s.mails.WaitFor(waiting, func(m mailtest.Received) bool {
		return strings.Contains(strings.Join(m.To, " "), "john.doe@example.com") && len(m.Attachments) > 0
	})
	if err != nil {
		return fmt.Errorf("the letter of John Doe did not arrive: %w", err)
	}
	path := filepath.Join(s.dir, "welcome-letter.pdf")
	if err := os.WriteFile(path, letter.Attachments[0].Bytes, 0o600); err != nil {
		return err
	}
	aloud("\n  account  %s\n  mail     %s\n  letter   %s\n\nCtrl-C stops everything.", accountID, letter.Subject, path)
	return nil
}

// follow prints the onboarding's events as they come, until it is over or parked.
func (s *stack) follow(ctx context.Context, id string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.apiURL()+"/v1/onboardings/"+id+"/events", nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+s.secrets.DealerKey)
	answer, err := (&http.Client{}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("events answered %s", answer.Status)
	}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		data, isData := strings.CutPrefix(lines.Text(), "data:")
		if !isData {
			continue
		}
		var event struct {
			At   time.Time `json:"at"`
			Kind string    `json:"kind"`
			Step string    `json:"step"`
			Code string    `json:"code"`
		}
		if json.Unmarshal([]byte(data), &event) == nil && event.Kind != "" {
			aloud("  %s  %-16s %-16s %s", event.At.Local().Format("15:04:05"), event.Step, event.Kind, event.Code)
			if event.Kind == "parked" {
				return nil
			}
		}
	}
	return lines.Err()
}

func (s *stack) johnDoe() applicationjson.Application {
	return applicationjson.Application{
		Kind:    "customer",
		Account: applicationjson.Account{Type: "security_system"},
		Customer: applicationjson.Customer{
			PropertyType: "single_family_house", InstallType: "professional",
			FirstName: "John", LastName: "Doe", Email: "john.doe@example.com", EmailConfirmation: "john.doe@example.com",
			Phone: applicationjson.Phone{Number: "+1 571 555 0100", Type: "home"}, Language: "en",
			Address: applicationjson.Address{
				Country: "US", Street1: "8281 Greensboro Drive", City: "Tysons", State: "VA", PostalCode: "22102",
			},
			Operations: applicationjson.Operations{ContractMonths: 36},
		},
		Login:   applicationjson.Login{Name: "JohnDoeExample"},
		System:  applicationjson.System{PanelType: "auto", Module: "4100000017"},
		Package: applicationjson.Package{PackageID: "interactive_gold", AddOns: []applicationjson.AddOn{{ID: "six_hour_supervision", Quantity: 1}}},
		Forwarding: applicationjson.Forwarding{
			Option: "always", ReceiverID: s.demo.Receivers[0].ID, AccountNumber: "1234",
		},
	}
}

// call makes a JSON call to our own API as the demo dealer.
func (s *stack) call(ctx context.Context, method, path string, body, into any) error {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, s.apiURL()+path, content)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+s.secrets.DealerKey)
	request.Header.Set("Content-Type", "application/json")
	if method == http.MethodPost {
		request.Header.Set("Idempotency-Key", demoKey)
	}
	answer, err := (&http.Client{Timeout: 30 * time.Second}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	answered, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s: %s", answer.Status, answered)
	}
	return json.Unmarshal(answered, into)
}
