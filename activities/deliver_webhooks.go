package activities

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/webhook"
)

// DeliverWebhooksName is the activity DeliverWebhooks.
const DeliverWebhooksName = "DeliverWebhooks"

const (
	// webhookLook is how often a sweep looks for what is due when nothing else happens.
	webhookLook = time.Second
	// webhookLease is how long a claimed delivery is left to its worker: a batch takes as
	// long as webhook.DefaultTimeout, and the writing of its outcome.
	webhookLease = time.Minute
	// webhookEndpoints are served at the same time, each with at most webhookEach messages:
	// a slow one holds up itself alone.
	webhookEndpoints, webhookEach = 16, 4
)

// WebhookSender delivers one message, as *webhook.Sender. What is no success is a *webhook.Fault.
type WebhookSender interface {
	Send(ctx context.Context, message webhook.Message) (status int, err error)
}

// WebhookSweepInput is the input of DeliverWebhooks.
type WebhookSweepInput struct {
	// Window is how long the sweep goes on looking for what is due.
	Window time.Duration `json:"window"`
}

// WebhookSweepResult counts what a sweep did.
type WebhookSweepResult struct {
	Delivered int `json:"delivered"`
	Failed    int `json:"failed"`
	// Untold are endpoints that ended and whose dealers have yet to be told.
	Untold int `json:"untold,omitempty"`
	// Stopped says that the worker was stopped before the window was over.
	Stopped bool `json:"stopped,omitempty"`
}

// DeliverWebhooks delivers what is due for as long as its window lasts, or until its
// worker stops. What it has claimed when it is killed becomes due again by itself, so a
// message may come twice, with the same webhook-id.
func (a *Activities) DeliverWebhooks(ctx context.Context, in WebhookSweepInput) (WebhookSweepResult, error) {
	sweep := &webhookSweep{Activities: a, busy: map[string]bool{}, done: make(chan string)}
	err := sweep.run(ctx, in.Window)
	if err == nil {
		sweep.result.Untold, err = a.untoldWebhooks(ctx)
	}
	return sweep.result, a.fault(ctx, onboarding.EffectKey{}, err)
}

// webhookSweep is one run of DeliverWebhooks.
type webhookSweep struct {
	*Activities
	// busy are the endpoints that are being served; they are claimed for again when all of
	// their batch is over.
	busy map[string]bool
	done chan string

	mu     sync.Mutex
	result WebhookSweepResult
	err    error // the first of the record's
}

func (s *webhookSweep) run(ctx context.Context, window time.Duration) error {
	look := time.NewTicker(webhookLook)
	defer look.Stop()
	over := time.NewTimer(window)
	defer over.Stop()
	stopping, cancelled := activity.GetWorkerStopChannel(ctx), ctx.Done()
	claiming := true
	// What is under way still ends, within its time-out, and is recorded.
	for claiming || len(s.busy) > 0 {
		if claiming {
			s.serve(ctx)
			claiming = s.broken() == nil
		}
		activity.RecordHeartbeat(ctx)
		select {
		case endpoint := <-s.done:
			delete(s.busy, endpoint)
		case <-look.C:
		case <-over.C:
			claiming = false
		case <-stopping:
			claiming, stopping, s.result.Stopped = false, nil, true
		case <-cancelled:
			claiming, cancelled = false, nil
		}
	}
	return s.broken()
}

// serve begins batches for endpoints that are owed something and not busy.
func (s *webhookSweep) serve(ctx context.Context) {
	free := webhookEndpoints - len(s.busy)
	if free == 0 {
		return
	}
	busy := make([]string, 0, len(s.busy))
	for endpoint := range s.busy {
		busy = append(busy, endpoint)
	}
	due, err := s.store.ClaimWebhooks(ctx, busy, free, webhookEach, webhookLease)
	if err != nil {
		s.note(err)
		return
	}
	batches := map[string][]onboarding.DueWebhook{}
	for _, one := range due {
		batches[one.Endpoint.ID] = append(batches[one.Endpoint.ID], one)
	}
	for endpoint, batch := range batches {
		s.busy[endpoint] = true
		go func() {
			s.deliverAll(ctx, batch)
			s.done <- endpoint
		}()
	}
}

func (s *webhookSweep) deliverAll(ctx context.Context, batch []onboarding.DueWebhook) {
	var delivering sync.WaitGroup
	for _, due := range batch {
		delivering.Go(func() {
			if err := s.deliver(ctx, due); err != nil {
				s.note(err)
			}
		})
	}
	delivering.Wait()
}

func (s *webhookSweep) deliver(ctx context.Context, due onboarding.DueWebhook) error {
	now := s.now()
	status, err := s.webhooks.Send(ctx, webhook.Message{
		ID: due.Delivery.AnnouncementID, URL: due.Endpoint.URL, Secrets: due.Endpoint.SecretsDuring(now, s.secret, s.previousSecret), SentAt: now,
		Body: webhook.BodyOf(due.Delivery.Announcement),
	})
	if ctx.Err() != nil {
		return nil // whoever cut it short says nothing about the receiver; the lease will end
	}
	attempt := onboarding.WebhookAttempt{
		DeliveryID: due.Delivery.ID, EndpointID: due.Endpoint.ID, At: s.now(), Status: status, FailingBefore: s.now().Add(-s.policy.WebhookPatience),
	}
	var refused *webhook.Fault
	if errors.As(err, &refused) {
		attempt.Code = refused.Code
		if pause, more := onboarding.WebhookPause(due.Delivery.Attempts + 1); more {
			attempt.RetryAt = attempt.At.Add(pause)
		}
		if refused.Code == webhook.Gone {
			attempt.Disable, attempt.RetryAt = onboarding.WebhookDisabledGone, time.Time{}
		}
	}
	disabled, err := s.store.RecordWebhookAttempt(ctx, attempt)
	if err != nil {
		return err
	}
	if disabled {
		s.log.Warn("webhook endpoint disabled", "endpoint_id", due.Endpoint.ID, "code", attempt.Code)
	}
	s.count(attempt)
	return nil
}

func (s *webhookSweep) count(attempt onboarding.WebhookAttempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if attempt.Code == "" {
		s.result.Delivered++
		return
	}
	s.result.Failed++
}

func (s *webhookSweep) note(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
}

func (s *webhookSweep) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
