package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/api"
)

// knocker asks a door, whose clock it turns.
type knocker struct {
	door http.Handler
	now  time.Time
	seen string
}

func newKnocker(limit int, trusted ...string) *knocker {
	k := &knocker{now: time.Now()}
	config := api.DoorConfig{KnocksPerMinute: limit, Now: func() time.Time { return k.now }}
	for _, prefix := range trusted {
		config.Trusted = append(config.Trusted, netip.MustParsePrefix(prefix))
	}
	k.door = api.NewDoor(config, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.seen = r.RemoteAddr
		if r.URL.Path == "/v1/accounts" && r.Header.Get("Authorization") != "Bearer good" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	return k
}

func (k *knocker) ask(method, path, from string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, nil)
	request.RemoteAddr = from
	for i := 0; i < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	k.door.ServeHTTP(answer, request)
	return answer
}

func TestDoor_ClosesToAnAddressThatKnocksTooOften(t *testing.T) {
	t.Parallel()
	for name, knock := range map[string]struct{ method, path string }{
		"a bad key":            {http.MethodGet, "/v1/accounts"},
		"the portal":           {http.MethodPost, "/sign-in"},
		"the customer website": {http.MethodPost, "/customer/sign-in"},
		"a set-up link":        {http.MethodPost, "/customer/set-up/token"},
		"an identity provider": {http.MethodGet, "/sign-in/openid"},
		"its answer":           {http.MethodGet, "/sign-in/openid/callback"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKnocker(3)
			for range 3 {
				require.NotEqual(t, http.StatusTooManyRequests, k.ask(knock.method, knock.path, "192.0.2.1:1000").Code)
			}
			closed := k.ask(knock.method, knock.path, "192.0.2.1:2000")
			require.Equal(t, http.StatusTooManyRequests, closed.Code)
			require.NotEmpty(t, closed.Header().Get("Retry-After"))
			require.Contains(t, closed.Header().Get("Content-Security-Policy"), "base-uri 'none'")
			require.NotEmpty(t, closed.Header().Get("Strict-Transport-Security"))
			require.Regexp(t, `(?i)too many (attempts|requests)`, closed.Body.String())
			require.NotEqual(t, http.StatusTooManyRequests, k.ask(knock.method, knock.path, "192.0.2.2:1000").Code, "another address")
			require.Equal(t, http.StatusOK, k.ask(http.MethodGet, "/customers", "192.0.2.1:1000").Code, "somebody who is signed in")
			k.now = k.now.Add(time.Minute)
			require.NotEqual(t, http.StatusTooManyRequests, k.ask(knock.method, knock.path, "192.0.2.1:1000").Code)
		})
	}
}

func TestDoor_DoesNotCountValidKeys(t *testing.T) {
	t.Parallel()
	k := newKnocker(1)
	for range 100 {
		require.Equal(t, http.StatusOK, k.ask(http.MethodGet, "/v1/accounts", "192.0.2.1:1000", "Authorization", "Bearer good").Code)
	}
}

func TestDoor_BelievesItsOwnProxiesAlone(t *testing.T) {
	t.Parallel()
	k := newKnocker(0, "10.0.0.0/8")
	for name, asked := range map[string]struct {
		from, forwarded, want string
	}{
		"nobody's proxy":            {"203.0.113.9:1", "198.51.100.1", "203.0.113.9"},
		"ours":                      {"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		"what the client made up":   {"10.0.0.1:1", "127.0.0.1, 198.51.100.1", "198.51.100.1"},
		"two of ours":               {"10.0.0.1:1", "198.51.100.1, 10.0.0.2", "198.51.100.1"},
		"no header":                 {"10.0.0.1:1", "", "10.0.0.1"},
		"what is no address":        {"10.0.0.1:1", "<script>", "10.0.0.1"},
		"an IPv6 client":            {"10.0.0.1:1", "2001:db8::1", "2001:db8::1"},
		"an IPv4-mapped proxy":      {"[::ffff:10.0.0.1]:1", "198.51.100.1", "198.51.100.1"},
		"a proxy behind a stranger": {"203.0.113.9:1", "10.0.0.1", "203.0.113.9"},
	} {
		k.ask(http.MethodGet, "/v1/accounts", asked.from, "X-Forwarded-For", asked.forwarded)
		require.Equal(t, asked.want, k.seen, name)
	}
}

func TestDoor_KeepsItsMemoryBounded(t *testing.T) {
	t.Parallel()
	k := newKnocker(2)
	for i := range 60_000 {
		k.ask(http.MethodPost, "/sign-in", fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255))
	}
	require.Equal(t, http.StatusTooManyRequests, k.ask(http.MethodPost, "/sign-in", "192.0.2.1:1").Code, "it shares a count with the rest")
}
