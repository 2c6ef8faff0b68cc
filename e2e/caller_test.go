package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// caller is a program of a dealer's or an operator's that uses the API.
type caller struct {
	url string
	key string
}

// answer is a reply as it came.
type answer struct {
	status int
	header http.Header
	body   []byte
}

var httpClient = &http.Client{Timeout: 30 * time.Second}

// try makes a call that may meet a server that is down. headers are names and values in turn.
func (c caller) try(ctx context.Context, method, path string, body any, headers ...string) (answer, error) {
	content, isRaw := body.([]byte)
	if !isRaw && body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return answer{}, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(content))
	if err != nil {
		return answer{}, err
	}
	if c.key != "" {
		request.Header.Set("Authorization", "Bearer "+c.key)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := httpClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	given, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, given}, err
}

func (c caller) get(t *testing.T, path string) answer {
	t.Helper()
	got, err := c.try(t.Context(), http.MethodGet, path, nil)
	require.NoError(t, err)
	return got
}

func (c caller) post(t testing.TB, path string, body any, headers ...string) answer {
	t.Helper()
	got, err := c.try(t.Context(), http.MethodPost, path, body, headers...)
	require.NoError(t, err)
	return got
}

// as reads a reply that must have the status.
func as[T any](t *testing.T, got answer, status int) T {
	t.Helper()
	require.Equal(t, status, got.status, string(got.body))
	var read T
	require.NoError(t, json.Unmarshal(got.body, &read), string(got.body))
	return read
}

// fetch gets an object that must be there.
func fetch[T any](t *testing.T, c caller, format string, args ...any) T {
	t.Helper()
	return as[T](t, c.get(t, fmt.Sprintf(format, args...)), http.StatusOK)
}

// onboarding is what the API tells of one, as far as these tests ask. The names are
// written here once more on purpose: they are what programs outside rely on.
type onboarding struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	Step      string `json:"step"`
	Revision  int    `json:"revision"`
	AccountID string `json:"account_id"`
	Parked    *park  `json:"parked"`
}

type park struct {
	Step           string   `json:"step"`
	ParkNo         int      `json:"park_no"`
	Reason         string   `json:"reason"`
	Message        string   `json:"message"`
	AllowedActions []string `json:"allowed_actions"`
}

type account struct {
	ID             string     `json:"id"`
	State          string     `json:"state"`
	LoginName      string     `json:"login_name"`
	LoginBlocked   bool       `json:"login_blocked"`
	CommunicatedAt *time.Time `json:"communicated_at"`
}

type decision struct {
	Action   string         `json:"action"`
	Step     string         `json:"step"`
	ParkNo   int            `json:"park_no"`
	Reason   string         `json:"reason,omitempty"`
	Sections map[string]any `json:"sections,omitempty"`
}

// decisionOn answers a park as it stands.
func decisionOn(parked *park, action, reason string) decision {
	return decision{Action: action, Step: parked.Step, ParkNo: parked.ParkNo, Reason: reason}
}

type problem struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Field   string `json:"field"`
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"errors"`
}

type availability struct {
	Available bool   `json:"available"`
	Code      string `json:"code"`
}
