package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/latchkey/latchkey/api"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/payloadcodec"
	"github.com/latchkey/latchkey/portal"
)

type codecServerCommand struct {
	databaseSettings
	payloadKeySettings
	TemporalUIURL string `name:"temporal-ui-url" env:"LATCHKEY_TEMPORAL_UI_URL" required:"" help:"Temporal's web UI: its pages, and no others, may ask."`
	Listen        string `env:"LATCHKEY_CODEC_LISTEN" default:"127.0.0.1:8234" help:"Where to listen, host:port."`
}

// Run serves until ctx is done.
func (c *codecServerCommand) Run(ctx context.Context) error {
	codec, err := c.codec()
	if err != nil {
		return err
	}
	if c.PayloadKey == "" && len(c.PreviousPayloadKey) == 0 {
		return errors.New("without a key there is nothing to decrypt; set --payload-key")
	}
	store, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	logger := jsonLog()
	desk := dealing.New(dealing.Config{Store: store, Now: time.Now, Log: logger})
	admission := codecAdmission{desk.Authenticate, portal.SignedIn(desk, store.Sessions(onboarding.DoorPortal))}
	handler, err := payloadcodec.NewServer(payloadcodec.ServerConfig{Codec: codec, UI: c.TemporalUIURL, Admit: admission.admit, Log: logger})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	server := api.NewServer(handler)
	context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			_ = server.Close() // the grace is over; the error is Shutdown's own
		}
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// codecAdmission knows operators by their API key, which is what the CLI can send, or by
// their session of the portal, which is what a browser sends for Temporal's UI.
type codecAdmission struct {
	byKey     func(ctx context.Context, key string) (dealing.Actor, error)
	bySession func(*http.Request) (dealing.User, error)
}

func (a codecAdmission) admit(r *http.Request) (userID string, err error) {
	key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	actor, err := a.byKey(r.Context(), key)
	if errors.Is(err, dealing.ErrUnauthenticated) {
		// The UI may send its own access token beside the cookie, which says nothing here.
		var user dealing.User
		user, err = a.bySession(r)
		actor = user.Actor
	}
	switch {
	case errors.Is(err, dealing.ErrUnauthenticated):
		return "", payloadcodec.ErrUnknownCaller
	case err != nil:
		return "", err
	case !actor.SeesAll():
		return "", payloadcodec.ErrNoOperator
	}
	return actor.UserID, nil
}
