package portal

import (
	"errors"
	"net/http"

	"github.com/alexedwards/scs/v2"

	"github.com/latchkey/latchkey/dealing"
)

// SignedIn makes a reader of the Partner Portal's sessions, for a program that serves
// beside it under the same host name: a cookie belongs to a host, on all its ports. It tells
// who sent a request; dealing.ErrUnauthenticated when nobody is signed in, or has yet to
// choose a password.
func SignedIn(desk *dealing.Desk, sessions scs.Store) func(*http.Request) (dealing.User, error) {
	s := &site{desk: desk}
	s.partner = s.sessions(sessions, partnerCookie, partnerLifetime, partnerIdle)
	return func(r *http.Request) (dealing.User, error) {
		for _, name := range []string{"__Host-" + partnerCookie, partnerCookie} {
			cookie, err := r.Cookie(name)
			if err != nil {
				continue
			}
			user, err := s.userOfToken(r, cookie.Value)
			if !errors.Is(err, dealing.ErrUnauthenticated) {
				return user, err
			}
		}
		return dealing.User{}, dealing.ErrUnauthenticated
	}
}

func (s *site) userOfToken(r *http.Request, token string) (dealing.User, error) {
	ctx, err := s.partner.Load(r.Context(), token)
	if err != nil {
		return dealing.User{}, err
	}
	session := s.session(ctx)
	if session.UserID == "" {
		return dealing.User{}, dealing.ErrUnauthenticated
	}
	user, err := s.desk.UserOf(ctx, session)
	if err == nil && user.MustChange {
		return dealing.User{}, dealing.ErrUnauthenticated
	}
	return user, err
}
