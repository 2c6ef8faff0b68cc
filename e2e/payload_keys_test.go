package e2e

import (
	"encoding/base64"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/latchkey/latchkey/localstack"
	"github.com/latchkey/latchkey/payloadcodec"
)

func TestPayloadKeys_LetOperatorsReadWhatTemporalCannot(t *testing.T) {
	t.Parallel()
	s := startStackLike(t, &stack{hour: time.Hour, payloadKey: base64.StdEncoding.EncodeToString([]byte("only for tests of encrypted pays"))})
	codec := s.startCodecServer(t)

	c := s.newCustomer(t)
	release := s.registerElsewhere(t, c.serial())
	id := s.submit(t, c).ID
	s.awaitPark(t, id, "register_module", "module_already_registered")
	release()
	operator := []string{"PATH=" + os.Getenv("PATH"), "LATCHKEY_API_URL=" + s.office.url, "LATCHKEY_API_KEY=" + s.ops.key}
	require.Contains(t, shellWith(t, t.TempDir(), "latchkey ops stuck", operator...), id)
	await(t, "the batch to find the run", func() (string, bool) {
		printed, err := tryShell(t, t.TempDir(), `latchkey ops resume --reason module_already_registered --note "INC-42"`, operator...)
		require.True(t, err == nil || strings.Contains(printed, "Another batch is at work"), printed)
		return printed, s.onboarding(t, id).Parked == nil
	})
	s.complete(t, id)
	s.requireOneOfEach(t, id, c)
	checked, err := s.check(t, s.keyFlags()...)
	require.NoError(t, err, checked)

	checked, err = s.check(t)
	require.Error(t, err)
	require.Regexp(t, `schedules +FAULT.*needs the key`, checked)
	s.requireRefusedWithoutKey(t)

	encrypted := s.payloadsOf(t, "onboarding-"+id)
	for _, payload := range encrypted {
		require.Equal(t, payloadcodec.Encoding, string(payload.GetMetadata()["encoding"]), "%s", payload.GetData())
	}
	asked, err := protojson.Marshal(&commonpb.Payloads{Payloads: encrypted})
	require.NoError(t, err)
	for as, want := range map[*caller]int{&s.ops: http.StatusOK, &s.office: http.StatusForbidden, {key: "lk_nobody"}: http.StatusUnauthorized} {
		decoded := caller{codec, as.key}.post(t, "/decode", asked)
		require.Equal(t, want, decoded.status, string(decoded.body))
		if want == http.StatusOK {
			var plain commonpb.Payloads
			require.NoError(t, protojson.Unmarshal(decoded.body, &plain))
			require.Contains(t, string(plain.GetPayloads()[1].GetData()), id, "the input comes after the summary")
		}
	}

	cli, err := localstack.FindTemporal(t.Context(), localstack.Quiet)
	require.NoError(t, err)
	show := cli + " workflow show --workflow-id onboarding-" + id + " --output json --address " + s.temporal.Address
	input := base64.StdEncoding.EncodeToString([]byte(`{"onboarding_id":"` + id + `"}`))
	require.False(t, strings.Contains(shellWith(t, t.TempDir(), show, operator...), input), "Temporal has no readable input")
	decoded := shellWith(t, t.TempDir(), show+" --codec-endpoint "+codec+` --codec-auth "Bearer $LATCHKEY_API_KEY"`, operator...)
	require.True(t, strings.Contains(decoded, input), "the codec server decodes the input")

	b := openBrowser(t)
	s.readInTemporalUI(t, b, codec, id)
}

func (s *stack) keyFlags() []string {
	if s.payloadKey == "" {
		return nil
	}
	return []string{"--payload-key", s.payloadKey}
}

// payloads reads what the programs wrote.
func (s *stack) payloads() converter.DataConverter {
	key, err := base64.StdEncoding.DecodeString(s.payloadKey)
	if err != nil {
		panic(err) // it is a test's own
	}
	return payloadcodec.New(key).ForClient().Data
}

// startCodecServer starts `latchkey codec-server` and returns its address.
func (s *stack) startCodecServer(t *testing.T) string {
	t.Helper()
	port, err := localstack.FreePort()
	require.NoError(t, err)
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	server, err := launch(flagsOf([]string{"codec-server", "--listen", address, "--temporal-ui-url", s.temporal.UIURL}, s.databaseFlags(), s.keyFlags())...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.stop()) })
	server.showIfFailed(t)
	await(t, "the codec server", func() (string, bool) {
		_, err := (caller{url: "http://" + address}).try(t.Context(), http.MethodGet, "/decode", nil)
		return server.output.String(), err == nil
	})
	return "http://" + address
}

// requireRefusedWithoutKey starts a worker that was forgotten when keys were handed out.
func (s *stack) requireRefusedWithoutKey(t *testing.T) {
	t.Helper()
	forgotten, err := launch(append([]string{"worker", "--smtp-host", "127.0.0.1", "--temporal-address", s.temporal.Address},
		flagsOf(s.databaseFlags(), s.carrierFlags(), s.siteFlags(), s.secretFlags())...)...)
	require.NoError(t, err)
	require.Equal(t, 1, forgotten.exitCode(t))
	require.Contains(t, forgotten.output.String(), "missing here, in --payload-key")
}

// payloadsOf are those of a run's history that are neither search attributes nor headers.
func (s *stack) payloadsOf(t *testing.T, workflowID string) (found []*commonpb.Payload) {
	t.Helper()
	history := s.client.GetWorkflowHistory(t.Context(), workflowID, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		event, err := history.Next()
		require.NoError(t, err)
		require.NoError(t, proxy.VisitPayloads(t.Context(), event, proxy.VisitPayloadsOptions{
			SkipSearchAttributes: true,
			Visitor: func(at *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
				if _, isHeader := at.Parent.(*commonpb.Header); !isHeader {
					found = append(found, payloads...)
				}
				return payloads, nil
			},
		}))
	}
	require.NotEmpty(t, found)
	return found
}

// readInTemporalUI looks at a run in the UI, which shows it to those alone who are signed in
// to the portal in the same browser.
func (s *stack) readInTemporalUI(t *testing.T, b browser, codec, id string) {
	t.Helper()
	page := s.temporal.UIURL + "/namespaces/default/workflows/onboarding-" + id
	b.do(t, "open the run", chromedp.Navigate(page))
	evaluate[bool](t, b, `(endpoint) => {
		localStorage.setItem("endpoint", JSON.stringify(endpoint))
		localStorage.setItem("includeCredentials", "true")
		localStorage.setItem("overrideRemoteCodecConfiguration", "true")
		return true
	}`, codec)
	b.do(t, "open the run again", chromedp.Navigate(page))
	shown := func() string { return strings.Join(b.texts(t, "body"), "") }
	unreadable := base64.StdEncoding.EncodeToString([]byte(payloadcodec.Encoding)) // which the UI shows as it came
	await(t, "the run, unreadable", func() (string, bool) { return shown(), strings.Contains(shown(), unreadable) })
	require.NotContains(t, shown(), "onboarding_id")

	b.do(t, "open the portal", chromedp.Navigate(s.office.url+"/sign-in"))
	evaluate[bool](t, b, `(name, password) => {
		document.querySelector('[name="/login_name"]').value = name
		document.querySelector('[name="/password"]').value = password
		return true
	}`, s.demo.Ops.LoginName, "only for tests")
	b.click(t, `form[action="/sign-in"] button`, "")
	await(t, "the portal", func() (string, bool) {
		return shown(), !strings.Contains(shown(), "Partner Portal for dealers and operators")
	})
	b.do(t, "open the run once more", chromedp.Navigate(page))
	await(t, "the run, readable", func() (string, bool) {
		return shown(), strings.Contains(shown(), `"onboarding_id"`) && strings.Contains(shown(), id)
	})
}
