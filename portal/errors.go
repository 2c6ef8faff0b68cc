package portal

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/trail"
)

var (
	errNoPage   = errors.New("no such page")
	errNoMethod = errors.New("method not allowed")
)

// errorPage says what went wrong and what to do. It stands alone: it must be shown when
// nothing else works.
type errorPage struct {
	Title     string
	Sentence  string
	RequestID string
	Home      string

	status int
}

func (errorPage) template() string { return "error" }

var (
	pageNotFound    = errorPage{Title: "Page not found", Sentence: "This page does not exist, or you may not see it. If you typed the address, check that it is right.", status: http.StatusNotFound}
	pageNoMethod    = errorPage{Title: "Page not found", Sentence: "This address cannot be used in this way. Go back and try again.", status: http.StatusMethodNotAllowed}
	pageForbidden   = errorPage{Title: "Not for your role", Sentence: "Your role may not do this. Ask somebody of your office who may.", status: http.StatusForbidden}
	pageTooLarge    = errorPage{Title: "Too much was sent", Sentence: "What was sent is longer than any form here. Go back and shorten it.", status: http.StatusRequestEntityTooLarge}
	pageMalformed   = errorPage{Title: "The form could not be read", Sentence: "Go back, reload the page and try again.", status: http.StatusBadRequest}
	pageCrossOrigin = errorPage{Title: "The form came from another site", Sentence: "For your safety nothing was done. Open the page here and try again.", status: http.StatusForbidden}
	pageUnavailable = errorPage{Title: "Try again in a moment", Sentence: "This could not be handed over now, and nothing has changed.", status: http.StatusServiceUnavailable}
	pageInternal    = errorPage{Title: "Something went wrong", Sentence: "It was our fault and has been noted. What you saved before is kept. Try again in a moment.", status: http.StatusInternalServerError}
)

// conflictPage says in words why something does not fit the state it meets.
func conflictPage(sentence string) errorPage {
	return errorPage{Title: "This does not fit any more", Sentence: sentence, status: http.StatusConflict}
}

// fail answers a request that could not be done.
func (s *site) fail(c *gin.Context, err error) {
	s.showError(c.Writer, c.Request, s.pageOf(c.Request.Context(), err))
}

// pageOf says what a use case's error is to the visitor. What has no words of its own is
// logged and shown as a fault of ours, without details.
func (s *site) pageOf(ctx context.Context, err error) errorPage {
	var (
		refusal *onboarding.Refusal
		tooLong *http.MaxBytesError
		form    *unreadableForm
		invalid *dealing.Invalid
	)
	switch {
	case errors.Is(err, errNoPage), errors.Is(err, dealing.ErrNotFound), errors.Is(err, dealing.ErrBadCursor):
		return pageNotFound
	case errors.Is(err, errNoMethod):
		return pageNoMethod
	case errors.As(err, &refusal):
		return conflictPage(refusal.Sentence)
	case errors.As(err, &invalid):
		return errorPage{Title: "This cannot be done", Sentence: sentences(invalid.Problems), status: http.StatusUnprocessableEntity}
	case errors.Is(err, dealing.ErrStale):
		return conflictPage("Somebody else changed this meanwhile. Look at it again.")
	case errors.Is(err, dealing.ErrForbidden):
		return pageForbidden
	case errors.As(err, &tooLong):
		return pageTooLarge
	case errors.As(err, &form):
		return pageMalformed
	case errors.Is(err, dealing.ErrEngineUnavailable):
		s.logFailure(ctx, "engine unavailable", err)
		return pageUnavailable
	case ctx.Err() != nil:
		return pageUnavailable
	default:
		s.logFailure(ctx, "page failed", err)
		return pageInternal
	}
}

func (s *site) logFailure(ctx context.Context, what string, err error) {
	s.log.LogAttrs(ctx, slog.LevelError, what, slog.String("request_id", trail.Of(ctx).RequestID), slog.Any("error", err))
}

func (s *site) showError(w http.ResponseWriter, r *http.Request, shown errorPage) {
	shown.RequestID, shown.Home = trail.Of(r.Context()).RequestID, "/"
	if r.URL.Path == "/customer" || len(r.URL.Path) > len("/customer/") && r.URL.Path[:len("/customer/")] == "/customer/" {
		shown.Home = "/customer"
	}
	body, err := s.templates.render(shown)
	if err != nil {
		s.logFailure(r.Context(), "error page failed", err)
		http.Error(w, shown.Title, shown.status)
		return
	}
	w.Header().Set("Content-Type", htmlType)
	w.WriteHeader(shown.status)
	_, _ = w.Write(body) // a client that is gone reads no page
}

func sentences(problems onboarding.Problems) string {
	text := ""
	for _, problem := range problems {
		if text != "" {
			text += " "
		}
		text += problem.Message
	}
	return text
}

// unreadableForm is a body that is no form.
type unreadableForm struct{ err error }

func (u *unreadableForm) Error() string { return "unreadable form" }
func (u *unreadableForm) Unwrap() error { return u.err }
