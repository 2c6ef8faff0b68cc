package api

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/trail"
)

// The security schemes of the OpenAPI document.
const (
	schemeKey   = "apiKey"
	schemePanel = "panelSignature"
)

var (
	withKey       = []map[string][]string{{schemeKey: {}}}
	withSignature = []map[string][]string{{schemePanel: {}}}
)

type actorKey struct{}

// actorOf is who asks; authenticate let nobody else through.
func actorOf(ctx context.Context) dealing.Actor {
	actor, _ := ctx.Value(actorKey{}).(dealing.Actor)
	return actor
}

// authenticate lets requests through that carry a valid key, before anything of them is
// read. Operations with another security scheme see to it themselves.
func (s *surface) authenticate(ctx huma.Context, next func(huma.Context)) {
	if _, needsKey := ctx.Operation().Security[0][schemeKey]; !needsKey {
		next(ctx)
		return
	}
	actor, err := s.desk.Authenticate(ctx.Context(), bearer(ctx.Header("Authorization")))
	if err != nil {
		fail(ctx, s.problemOf(ctx.Context(), err))
		return
	}
	t := trail.Of(ctx.Context())
	t.UserID, t.DealerID = actor.UserID, actor.DealerID
	next(huma.WithValue(ctx, actorKey{}, actor))
}

// bearer is the key of an Authorization header; the scheme's case does not matter (RFC 9110).
func bearer(header string) string {
	scheme, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

// bound ends what takes too long. Streams bound themselves.
func (s *surface) bound(ctx huma.Context, next func(huma.Context)) {
	if isStream(ctx.Operation()) {
		trail.Of(ctx.Context()).Stream = true
		next(ctx)
		return
	}
	bounded, cancel := context.WithTimeout(ctx.Context(), timeoutOf(ctx.Operation()))
	defer cancel()
	next(huma.WithContext(ctx, bounded))
}

// fail answers from a middleware.
func fail(ctx huma.Context, problem *Problem) {
	c := humagin.Unwrap(ctx)
	writeProblem(c.Writer, c.Request, problem)
}
