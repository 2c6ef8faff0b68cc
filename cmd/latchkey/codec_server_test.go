package main

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/payloadcodec"
)

func TestCodecAdmission_KnowsOperatorsByKeyOrSession(t *testing.T) {
	t.Parallel()
	broken := errors.New("the database is away")
	operator, office := dealing.Actor{UserID: "user-1", Role: onboarding.RoleOperator}, dealing.Actor{UserID: "user-2", Role: onboarding.RoleOffice}
	byKey := func(_ context.Context, key string) (dealing.Actor, error) {
		switch key {
		case "lk_operator":
			return operator, nil
		case "lk_office":
			return office, nil
		case "lk_broken":
			return dealing.Actor{}, broken
		}
		return dealing.Actor{}, dealing.ErrUnauthenticated
	}
	session := func(actor dealing.Actor, err error) func(*http.Request) (dealing.User, error) {
		return func(*http.Request) (dealing.User, error) { return dealing.User{Actor: actor}, err }
	}
	nobody := session(dealing.Actor{}, dealing.ErrUnauthenticated)
	for name, c := range map[string]struct {
		authorization string
		session       func(*http.Request) (dealing.User, error)
		want          string
		err           error
	}{
		"a key":                            {"Bearer lk_operator", nobody, "user-1", nil},
		"a session":                        {"", session(operator, nil), "user-1", nil},
		"a session beside the UI's token":  {"Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", session(operator, nil), "user-1", nil},
		"a UI without a sign-in":           {"Bearer undefined", nobody, "", payloadcodec.ErrUnknownCaller},
		"nothing":                          {"", nobody, "", payloadcodec.ErrUnknownCaller},
		"an office's key":                  {"Bearer lk_office", session(operator, nil), "", payloadcodec.ErrNoOperator},
		"an office's session":              {"", session(office, nil), "", payloadcodec.ErrNoOperator},
		"a database that is away":          {"Bearer lk_broken", session(operator, nil), "", broken},
		"a database that went in between":  {"", session(dealing.Actor{}, broken), "", broken},
		"a key in the place of the scheme": {"lk_nobody", nobody, "", payloadcodec.ErrUnknownCaller},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/decode", nil)
		require.NoError(t, err)
		request.Header.Set("Authorization", c.authorization)
		who, err := codecAdmission{byKey, c.session}.admit(request)
		require.Equal(t, c.want, who, name)
		require.ErrorIs(t, err, c.err, name)
	}
}
