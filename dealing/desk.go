package dealing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/latchkey/latchkey/onboarding"
)

// Config is what a Desk works with; all of it but OpenID is needed.
type Config struct {
	Store     Store
	Engine    Engine
	Coverage  CoverageSource
	Letters   LetterPrinter
	Passwords PasswordHasher
	Webhooks  Webhooks
	// OpenID may be left out: passwords alone open the Partner Portal then.
	OpenID OpenID
	Now    func() time.Time
	Log    *slog.Logger
}

// Desk is where dealers, operators and customers bring their requests: one method a use case. It
// is safe for concurrent use.
type Desk struct {
	store     Store
	engine    Engine
	coverage  CoverageSource
	letters   LetterPrinter
	passwords PasswordHasher
	webhooks  Webhooks
	openID    OpenID
	now       func() time.Time
	log       *slog.Logger
	actors    recentActors
}

// New opens a desk.
func New(config Config) *Desk {
	return &Desk{
		store:     config.Store,
		engine:    config.Engine,
		coverage:  config.Coverage,
		letters:   config.Letters,
		passwords: config.Passwords,
		webhooks:  config.Webhooks,
		openID:    config.OpenID,
		now:       config.Now,
		log:       config.Log,
	}
}

// What a use case answers beside the errors of the record.
var (
	// ErrUnauthenticated says that a key is none of ours, or is revoked or expired.
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrForbidden is about the actor's role alone. Another dealer's objects are
	// ErrNotFound, so that nobody learns of them.
	ErrForbidden = errors.New("not for this role")
	// ErrEngineUnavailable says that a run could not be told something now.
	ErrEngineUnavailable = errors.New("engine unavailable")
)

// Invalid carries the problems that keep a request from being done. Nothing was changed.
type Invalid struct{ Problems onboarding.Problems }

// Error gives the codes alone.
func (i *Invalid) Error() string { return "invalid" + codes(i.Problems) }

// InvalidCorrection carries the problems of an application as it would be corrected.
// Their fields point into the application.
type InvalidCorrection struct{ Problems onboarding.Problems }

// Error gives the codes alone.
func (i *InvalidCorrection) Error() string { return "invalid correction" + codes(i.Problems) }

func codes(problems onboarding.Problems) string {
	text := ""
	for _, problem := range problems {
		text += " " + problem.Field + ":" + problem.Code
	}
	return text
}

func invalid(field, code, message string) error {
	return &Invalid{onboarding.Problems{{Field: field, Code: code, Message: message}}}
}

// refused says in words why something does not fit the state it meets.
func refused(sentence string) error { return &onboarding.Refusal{Sentence: sentence} }

// engineError tells a run's refusal, which is an answer, from an engine that is away.
func engineError(err error) error {
	var refusal *onboarding.Refusal
	if err == nil || errors.As(err, &refusal) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrEngineUnavailable, err)
}

// scope is the dealers that the actor's reads are narrowed to: nil means every dealer,
// so an actor without any must get an empty list instead.
func scope(actor Actor) []string {
	if actor.SeesAll() {
		return nil
	}
	return append([]string{}, actor.Dealers...)
}

// forDealer is the dealer that a request is about: the chosen one when the actor may
// act for it, otherwise the actor's own.
func forDealer(actor Actor, chosen string) (string, error) {
	switch {
	case chosen == "" && actor.DealerID == "":
		return "", invalid("dealer_id", "required", "You work for no dealer, so say which one this is about.")
	case chosen == "":
		return actor.DealerID, nil
	case !isID(chosen) || !actor.Sees(chosen):
		return "", ErrNotFound
	default:
		return chosen, nil
	}
}

// isID keeps what cannot be an ID from the record, which would take it for a fault of ours.
func isID(s string) bool {
	_, err := uuid.Parse(s)
	return err == nil && len(s) == len(uuid.Nil.String())
}

// parseReason reads what a person gave as their reason; field names it in the problem.
func parseReason(field, typed string, needed bool) (string, onboarding.Problems) {
	const longest = 500
	reason, fault := onboarding.ParseLine(typed, longest)
	if !fault.Found() && reason == "" && needed {
		fault = onboarding.Fault{Code: "required", Message: "Give the reason; it is kept in the audit trail."}
	}
	if fault.Found() {
		return "", onboarding.Problems{{Field: field, Code: fault.Code, Message: fault.Message}}
	}
	return reason, nil
}

type requestKey struct{}

// WithRequest notes the ID of the request that ctx serves, for the audit trail.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// audit keeps who did what and why. The row's ID stands for the reason wherever the
// words themselves, which may name people, must not go: in Temporal above all.
func (d *Desk) audit(ctx context.Context, actor Actor, dealerID, action, objectID, reason string) (id string, err error) {
	return d.store.Audit(ctx, auditEntry(ctx, actor, dealerID, action, objectID, reason))
}

func auditEntry(ctx context.Context, actor Actor, dealerID, action, objectID, reason string) AuditEntry {
	request, _ := ctx.Value(requestKey{}).(string)
	return AuditEntry{UserID: actor.UserID, DealerID: dealerID, Action: action, ObjectID: objectID, Reason: reason, Request: request, Key: keyIn(ctx)}
}

// noteOf is how a reason travels outside our own record.
func noteOf(auditID string) string { return "audit " + auditID }
