package payloadcodec_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/latchkey/latchkey/payloadcodec"
)

const ui = "https://temporal.example.com"

type codecServer struct {
	t   *testing.T
	url string
	log *bytes.Buffer
}

// newCodecServer admits by the header Authorization, whose words say how.
func newCodecServer(t *testing.T) codecServer {
	t.Helper()
	log := &bytes.Buffer{}
	handler, err := payloadcodec.NewServer(payloadcodec.ServerConfig{
		Codec: payloadcodec.New(second, first), UI: ui + "/", Log: slog.New(slog.NewTextHandler(log, nil)),
		Admit: func(r *http.Request) (string, error) {
			switch r.Header.Get("Authorization") {
			case "operator":
				return "user-1", nil
			case "office":
				return "", payloadcodec.ErrNoOperator
			case "broken":
				return "", errors.New("the database is away")
			}
			return "", payloadcodec.ErrUnknownCaller
		},
	})
	require.NoError(t, err)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return codecServer{t, server.URL, log}
}

func (s codecServer) send(method, path, origin, as, body string) (status int, header http.Header, answered string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	for name, value := range map[string]string{"Origin": origin, "Authorization": as, "Content-Type": "application/json", "X-Namespace": "default"} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	answer, err := http.DefaultClient.Do(request)
	require.NoError(s.t, err)
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	require.NoError(s.t, err)
	return answer.StatusCode, answer.Header, string(content)
}

func encrypted(t *testing.T, value any) string {
	t.Helper()
	payloads, err := payloadcodec.New(first).ForClient().Data.ToPayloads(value)
	require.NoError(t, err)
	text, err := protojson.Marshal(payloads)
	require.NoError(t, err)
	return string(text)
}

func TestCodecServer_TranslatesForThePageOfTheUI(t *testing.T) {
	t.Parallel()
	s := newCodecServer(t)
	for _, prefix := range []string{"", "/codec"} {
		status, header, answered := s.send(http.MethodPost, prefix+"/decode?preserveStorageRefs=true", ui, "operator", encrypted(t, message{By: "ana"}))
		require.Equal(t, http.StatusOK, status, answered)
		require.Equal(t, ui, header.Get("Access-Control-Allow-Origin"))
		require.Equal(t, "true", header.Get("Access-Control-Allow-Credentials"))
		require.Equal(t, "no-store", header.Get("Cache-Control"))
		require.Contains(t, header.Values("Vary"), "Origin")
		var payloads commonpb.Payloads
		require.NoError(t, protojson.Unmarshal([]byte(answered), &payloads))
		require.JSONEq(t, `{"by":"ana"}`, string(payloads.GetPayloads()[0].GetData()))

		// What was typed into a form comes back as a worker can read it.
		status, _, answered = s.send(http.MethodPost, prefix+"/encode", ui, "operator", answered)
		require.Equal(t, http.StatusOK, status, answered)
		require.NoError(t, protojson.Unmarshal([]byte(answered), &payloads))
		require.Equal(t, payloadcodec.Encoding, string(payloads.GetPayloads()[0].GetMetadata()[converter.MetadataEncoding]))
		var read message
		require.NoError(t, payloadcodec.New(second).ForWorker().Data.FromPayloads(&payloads, &read))
		require.Equal(t, "ana", read.By)
	}
	require.Contains(t, s.log.String(), "user_id=user-1")
	require.NotContains(t, s.log.String(), "ana")
}

func TestCodecServer_LetsTheUIsPageAskAndNoOther(t *testing.T) {
	t.Parallel()
	s := newCodecServer(t)
	status, header, _ := s.send(http.MethodOptions, "/decode", ui, "", "")
	require.Equal(t, http.StatusNoContent, status)
	require.Equal(t, ui, header.Get("Access-Control-Allow-Origin"))
	for _, name := range []string{"Authorization", "Content-Type", "X-Namespace"} {
		require.Contains(t, header.Get("Access-Control-Allow-Headers"), name)
	}
	for _, origin := range []string{"https://evil.example.com", "null", ui + ".evil.example.com", "http://temporal.example.com", ui + ":8443"} {
		for _, method := range []string{http.MethodOptions, http.MethodPost} {
			status, header, answered := s.send(method, "/decode", origin, "operator", encrypted(t, message{By: "ana"}))
			require.Equal(t, http.StatusForbidden, status, origin)
			require.Empty(t, header.Get("Access-Control-Allow-Origin"), origin)
			require.NotContains(t, answered, "ana", origin)
		}
	}
}

func TestCodecServer_AdmitsOperatorsAlone(t *testing.T) {
	t.Parallel()
	s := newCodecServer(t)
	for as, want := range map[string]int{"": http.StatusUnauthorized, "stranger": http.StatusUnauthorized, "office": http.StatusForbidden, "broken": http.StatusServiceUnavailable} {
		for _, path := range []string{"/decode", "/encode"} {
			status, header, answered := s.send(http.MethodPost, path, ui, as, encrypted(t, message{By: "ana"}))
			require.Equal(t, want, status, as)
			require.NotContains(t, answered, "database")
			require.NotContains(t, answered, "metadata")
			require.Equal(t, ui, header.Get("Access-Control-Allow-Origin"), "the page may read why")
		}
	}
}

func TestCodecServer_RefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	s := newCodecServer(t)
	status, _, _ := s.send(http.MethodGet, "/decode", "", "operator", "")
	require.Equal(t, http.StatusMethodNotAllowed, status)
	status, _, _ = s.send(http.MethodPost, "/elsewhere", "", "operator", "")
	require.Equal(t, http.StatusNotFound, status)
	foreign := strings.Replace(encrypted(t, "x"), `"data":"`, `"data":"AAAA`, 1)
	for name, body := range map[string]string{
		"empty": "", "no JSON": "{", "too long": `{"payloads":[{"data":"` + strings.Repeat("A", 17<<20) + `"}]}`, "damaged": foreign,
	} {
		status, _, _ := s.send(http.MethodPost, "/decode", "", "operator", body)
		require.Equal(t, http.StatusBadRequest, status, name)
	}
}

func TestCodecServer_WantsTheAddressOfAUI(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "*", "temporal.example.com", "ftp://temporal.example.com", "https://"} {
		_, err := payloadcodec.NewServer(payloadcodec.ServerConfig{UI: address})
		require.Error(t, err, address)
	}
}
