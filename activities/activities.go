package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/onboarding"
)

// Activities are the steps, bound to the real parts they need. Every exported method
// is an activity, registered under its own name.
type Activities struct {
	store          Store
	carrier        Carrier
	mailer         Mailer
	webhooks       WebhookSender
	runner         Runner
	policy         Policy
	secret         []byte
	previousSecret []byte
	website        string
	noticeID       string // right-hand side of Message-IDs
	now            func() time.Time
	log            *slog.Logger
}

// Carrier is the network of modules, as *carrier.Client.
type Carrier interface {
	Coverage(ctx context.Context, place carrier.Place) (carrier.CoverageReport, error)
	RegisterModule(ctx context.Context, key string, wanted carrier.RegistrationRequest) (carrier.Registration, error)
	FindRegistration(ctx context.Context, key string) (carrier.Registration, bool, error)
	DeregisterModule(ctx context.Context, key string) error
	PushTemplate(ctx context.Context, key string, template carrier.Template) error
}

// Mailer hands messages to the mail server, as *mail.Sender.
type Mailer interface {
	Send(ctx context.Context, message mail.Message) (mail.Receipt, error)
}

// Runner begins and looks for workflows, as *workflows.Client.
type Runner interface {
	// Begin starts the run of an onboarding; one that has begun already is success.
	Begin(ctx context.Context, start onboarding.StartRun) error
	// BeginLetter starts the delivery of a letter; one that has begun already is success.
	BeginLetter(ctx context.Context, start onboarding.StartLetter) error
	// Lives reports whether the run's workflow is open.
	Lives(ctx context.Context, onboardingID string) (bool, error)
	// BeginChange and ChangeLives are the same for a change to an account.
	BeginChange(ctx context.Context, start onboarding.StartChange) error
	ChangeLives(ctx context.Context, kind onboarding.ChangeKind, changeID string) (bool, error)
	// AwaitPanel has a panel's first communication waited for; one that is waited for, or
	// has come already, is success.
	AwaitPanel(ctx context.Context, wait onboarding.PanelWait) error
}

// Policy is what an installation decides. Its values are fixed into each run by the
// results of its steps: a change touches only later runs.
type Policy struct {
	// NetworkWait is the time from an account's creation until its module is integrated
	// with the network. One hour by default (the seed, "Before account creation").
	NetworkWait time.Duration
	// PanelReminder is how long after that a silent panel is worth a notice.
	PanelReminder time.Duration
	// SetupLinkLife is how long the link in a welcome e-mail works.
	SetupLinkLife time.Duration
	// WebhookPatience is how long a webhook endpoint may fail before it is disabled.
	WebhookPatience time.Duration
	// CarrierPatience is how long an onboarding's step is tried while the carrier is away,
	// where that is shorter than the step's own budget; 0 leaves it at that.
	CarrierPatience time.Duration
	// AnswersKept, TracesKept and CustomersKept are onboarding.Retention.
	AnswersKept   time.Duration
	TracesKept    time.Duration
	CustomersKept time.Duration
}

func (p Policy) retention() onboarding.Retention {
	return onboarding.Retention{Answers: p.AnswersKept, Traces: p.TracesKept, Customers: p.CustomersKept}
}

// DefaultPolicy is the seed's hour, a reminder after three days, a day for the link, and
// three days for systems that take no webhooks: nearly all of a delivery's tries. Requests can
// be repeated for a month, traces are kept for three; customers until somebody erases them.
var DefaultPolicy = Policy{
	NetworkWait: time.Hour, PanelReminder: 3 * 24 * time.Hour, SetupLinkLife: 24 * time.Hour, WebhookPatience: 3 * 24 * time.Hour,
	AnswersKept: 30 * 24 * time.Hour, TracesKept: 90 * 24 * time.Hour,
}

// Config is everything the steps need; all of it is required.
type Config struct {
	Store   Store
	Carrier Carrier
	Mailer  Mailer
	// Webhooks may be nil where no webhook is ever sent.
	Webhooks WebhookSender
	Runner   Runner
	Policy   Policy
	// Secret is what set-up links are derived from; at least 32 bytes.
	Secret []byte
	// PreviousSecret signs webhooks as well while Secret is new; nil when it is not.
	PreviousSecret []byte
	// CustomerURL is the address of the Customer Website.
	CustomerURL string
	Now         func() time.Time
	Log         *slog.Logger
}

// New binds the steps. It refuses a secret that could be guessed and a website that
// could not be linked to.
func New(config Config) (*Activities, error) {
	if len(config.Secret) < 32 {
		return nil, fmt.Errorf("the secret for set-up links has %d bytes, it needs at least 32", len(config.Secret))
	}
	website, err := url.Parse(config.CustomerURL)
	if err != nil || website.Hostname() == "" {
		return nil, fmt.Errorf("the customer website's address is not a URL")
	}
	return &Activities{
		store: config.Store, carrier: config.Carrier, mailer: config.Mailer, webhooks: config.Webhooks, runner: config.Runner,
		policy: config.Policy, secret: config.Secret, previousSecret: config.PreviousSecret, website: config.CustomerURL, noticeID: website.Hostname(),
		now: config.Now, log: config.Log,
	}, nil
}

// once makes the effect of a step happen once for a revision, however often the
// activity is tried: a recorded result is handed back, and effect itself must record
// its result in the same transaction as what it changes.
func once[R any](ctx context.Context, a *Activities, step onboarding.Step, in StepInput, effect func(context.Context, onboarding.EffectKey) (R, error)) (R, error) {
	var result R
	key := onboarding.EffectKey{OnboardingID: in.OnboardingID, Step: step, Revision: in.Revision}
	recorded, done, err := a.store.BeginStep(ctx, key)
	if err != nil {
		return result, a.fault(ctx, key, err)
	}
	if done {
		return result, a.fault(ctx, key, json.Unmarshal(recorded, &result))
	}
	result, err = effect(ctx, key)
	if err != nil {
		var none R
		return none, a.fault(ctx, key, err)
	}
	return result, nil
}

// encode is a result as it is recorded. Results are structs of strings and times, which
// always marshal.
func encode(result any) []byte {
	encoded, err := json.Marshal(result)
	if err != nil {
		panic(err)
	}
	return encoded
}
