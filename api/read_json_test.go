package api

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReadBody_LeavesNoDeadlineBehind(t *testing.T) {
	t.Parallel()
	const within = 50 * time.Millisecond
	cancelled := make(chan bool, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, problem := readBody(w, r, within)
		require.Nil(t, problem)
		require.Equal(t, "{}", string(body))
		select { // a handler that takes longer than its body may
		case <-r.Context().Done():
			cancelled <- true
		case <-time.After(5 * within):
			cancelled <- false
		}
	}))
	defer server.Close()
	response, err := http.Post(server.URL, "application/json", strings.NewReader("{}"))
	require.NoError(t, err)
	defer response.Body.Close()
	require.False(t, <-cancelled)
}

func TestReadBody_GivesUpOnABodyThatDoesNotCome(t *testing.T) {
	t.Parallel()
	status := make(chan int, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, problem := readBody(w, r, 50*time.Millisecond)
		status <- problem.Status
		writeProblem(w, r, problem)
	}))
	defer server.Close()
	reader, writer := io.Pipe()
	defer writer.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, reader)
	require.NoError(t, err)
	go func() {
		if response, err := http.DefaultClient.Do(request); err == nil {
			response.Body.Close()
		}
	}()
	require.Equal(t, http.StatusRequestTimeout, <-status)
}

// FuzzInspectJSON holds that what passes means the same to encoding/json.
func FuzzInspectJSON(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":{"b":[1,2,{"c":null}]}}`, `{"a":1,"a":2}`, `{"a":1e9}`, `[[[[`, `{"a":"\ud800"}`, "\xff", `1 2`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(inspectJSON(body)) > 0 {
			return
		}
		var decoded any
		require.NoError(t, json.Unmarshal(body, &decoded))
	})
}
