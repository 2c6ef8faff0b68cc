package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/mail/mailtest"
)

const templatedPanel = "simon_xt" // the demo has a panel template for it

// withTemplate is a customer whose panel gets an AirFX template.
func (s *stack) withTemplate(t *testing.T) customer {
	t.Helper()
	c := s.newCustomerWith(t, s.nextModuleFor(t, templatedPanel))
	templates := fetch[struct {
		Items []struct {
			ID        string `json:"id"`
			PanelType string `json:"panel_type"`
		}
	}](t, s.office, "/v1/panel-templates")
	for _, template := range templates.Items {
		if template.PanelType == templatedPanel {
			c.Templates.PanelTemplateID = template.ID
		}
	}
	require.NotEmpty(t, c.Templates.PanelTemplateID)
	return c
}

func TestPanelsFirstCommunication_LiftsTheLoginBlockAndIsActedUponOnce(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.withTemplate(t)
	made := s.submit(t, c)
	waiting := s.awaitStatus(t, made.ID, "waiting")
	require.True(t, s.account(t, waiting.AccountID).LoginBlocked)
	require.Empty(t, s.pushesTo(c.serial()), "the template waits for the panel")

	s.communicate(t, c.serial(), "evt-first-"+c.serial())
	s.communicate(t, c.serial(), "evt-first-"+c.serial())
	s.communicate(t, c.serial(), "evt-second-"+c.serial())

	s.awaitLogin(t, waiting.AccountID)
	require.Equal(t, []string{"ok"}, s.pushesTo(c.serial()))
	s.awaitNotice(t, made.ID, "A panel has communicated for the first time")
	s.complete(t, made.ID)
	s.requireOneOfEach(t, made.ID, c)
}

func TestPanelThatIsFasterThanItsAccount_IsNotForgotten(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.withTemplate(t)
	release := s.registerElsewhere(t, c.serial())
	made := s.submit(t, c)
	parked := s.awaitPark(t, made.ID, "register_module", "module_already_registered")

	s.communicate(t, c.serial(), "evt-early-"+c.serial())
	release()
	s.sendOn(t, made.ID, decisionOn(parked, "retry", ""))

	waiting := s.awaitStatus(t, made.ID, "waiting")
	s.awaitLogin(t, waiting.AccountID)
	require.Equal(t, []string{"ok"}, s.pushesTo(c.serial()))
	s.awaitNotice(t, made.ID, "A panel has communicated for the first time")
}

func TestPanelEvent_IsTakenFromThePanelNetworkAlone(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newCustomer(t)
	waiting := s.awaitStatus(t, s.submit(t, c).ID, "waiting")
	event := map[string]any{"event_id": "evt-forged-" + c.serial(), "module": c.serial(), "kind": "communicated", "at": time.Now()}
	body, err := json.Marshal(event)
	require.NoError(t, err)

	for name, headers := range map[string][]string{
		"not signed":                {},
		"signed with another key":   signed(t, "YW5vdGhlciBzZWNyZXQgdGhhbiBvdXJz", "evt-forged", time.Now(), body),
		"signed for another body":   signed(t, s.panelSecret, "evt-forged", time.Now(), []byte(`{}`)),
		"signed an hour ago":        signed(t, s.panelSecret, "evt-forged", time.Now().Add(-time.Hour), body),
		"signed for a later moment": signed(t, s.panelSecret, "evt-forged", time.Now().Add(time.Hour), body),
	} {
		t.Run(name, func(t *testing.T) {
			refused := caller{url: s.office.url}.post(t, "/v1/panel-events", body, headers...)
			require.Equal(t, http.StatusUnauthorized, refused.status, string(refused.body))
		})
	}
	require.Zero(t, s.count(t, "panel_events WHERE event_id = $1", event["event_id"]))
	require.True(t, s.account(t, waiting.AccountID).LoginBlocked)
}

// signed are the headers of Standard Webhooks.
func signed(t *testing.T, secret, id string, at time.Time, body []byte) []string {
	t.Helper()
	webhook, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	signature, err := webhook.Sign(id, at, body)
	require.NoError(t, err)
	return []string{"Webhook-Id", id, "Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10), "Webhook-Signature", signature}
}

// communicate lets the panel with the module be heard by the panel network.
func (s *stack) communicate(t *testing.T, serial, eventID string) {
	t.Helper()
	sent := caller{url: s.carrier.URL()}.post(t, "/panels/"+serial+"/communicate?event_id="+eventID, nil)
	require.Equal(t, http.StatusOK, sent.status, string(sent.body))
}

func (s *stack) awaitLogin(t *testing.T, accountID string) {
	t.Helper()
	await(t, "the customer's login to be free", func() (account, bool) {
		seen := s.account(t, accountID)
		return seen, !seen.LoginBlocked && seen.CommunicatedAt != nil
	})
}

// pushesTo are what came of the templates that were pushed to the panel with the module.
func (s *stack) pushesTo(serial string) (outcomes []string) {
	for _, call := range s.callsAbout(serial) {
		if call.Call == carrier.PushTemplate {
			outcomes = append(outcomes, call.Outcome)
		}
	}
	return outcomes
}

// awaitNotice waits for the one mail to the dealer's office about an onboarding.
func (s *stack) awaitNotice(t *testing.T, onboardingID, subject string) {
	t.Helper()
	notices := await(t, "the notice to the dealer's office", func() ([]mailtest.Received, bool) {
		found := slices.DeleteFunc(s.mails.Messages(), func(mail mailtest.Received) bool {
			return mail.Subject != subject || !strings.Contains(mail.Text, onboardingID)
		})
		return found, len(found) > 0
	})
	require.Len(t, notices, 1)
	require.Equal(t, []string{"office@sample-dealer.example.com"}, notices[0].To)
}
