package e2e

import (
	"net"
	"net/url"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/mail/mailtest"
)

// check runs `latchkey check` on the parts of the stack, changed as given.
func (s *stack) check(t *testing.T, change ...string) (string, error) {
	t.Helper()
	built, err := binary()
	require.NoError(t, err)
	printed, err := exec.CommandContext(t.Context(), built, append([]string{
		"check", "--database-url", s.database.URL, "--temporal-address", s.temporal.Address,
		"--carrier-url", s.carrier.URL(), "--smtp-host", s.mails.Host(), "--smtp-port", strconv.Itoa(s.mails.Port()), "--smtp-tls", "none",
	}, change...)...).CombinedOutput()
	return string(printed), err
}

func TestCheck_IsContentWithWhatWorks(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	printed, err := s.check(t)
	require.NoError(t, err, printed)
	for _, part := range []string{"database", "temporal", "namespace", "search attributes", "schedules", "carrier", "mail server"} {
		require.Regexp(t, `(?m)^`+part+` +ok$`, printed)
	}
}

func TestCheck_NamesWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	closed := "127.0.0.1:1" // tcpmux: nobody listens

	bare, err := url.Parse(s.database.URL)
	require.NoError(t, err)
	bare.Path = "/bare"
	_, err = s.rows.Exec(t.Context(), "CREATE DATABASE bare")
	require.NoError(t, err)

	service := s.client.WorkflowService()
	_, err = service.RegisterNamespace(t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: "bare", WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	})
	require.NoError(t, err)
	await(t, "the new namespace", func() (struct{}, bool) {
		_, err := service.DescribeNamespace(t.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: "bare"})
		return struct{}{}, err == nil
	})

	strict, err := carriertest.New(carriertest.Options{Token: "the right one"})
	require.NoError(t, err)
	require.NoError(t, strict.Start())
	t.Cleanup(func() { require.NoError(t, strict.Close()) })
	closedDoor, err := mailtest.Start(mailtest.Options{Username: "latchkey", Password: "the right one"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, closedDoor.Close()) })

	for name, test := range map[string]struct {
		change []string
		wants  []string
		faulty string
	}{
		"no database":       {[]string{"--database-url", "postgres://nobody:secret@" + closed + "/latchkey"}, []string{`database +FAULT `}, "1 of 7"},
		"an unmigrated one": {[]string{"--database-url", bare.String()}, []string{`database +FAULT .*latchkey migrate`}, "1 of 7"},
		"no Temporal":       {[]string{"--temporal-address", closed}, []string{`temporal +FAULT .*--temporal-address`, `namespace +FAULT  not asked`}, "4 of 7"},
		"no namespace":      {[]string{"--temporal-namespace", "nowhere"}, []string{`namespace +FAULT  nowhere .*namespace create`, `schedules +FAULT  not asked`}, "3 of 7"},
		"a bare namespace": {
			[]string{"--temporal-namespace", "bare"},
			[]string{`search attributes +FAULT  missing: CommitmentId, DealerId, .*ReadyAt; run .latchkey migrate`, `schedules +FAULT  .*reconcile.* missing`},
			"2 of 7",
		},
		"no carrier":        {[]string{"--carrier-url", "http://" + closed}, []string{`carrier +FAULT  carrier_unavailable; look at --carrier-url`}, "1 of 7"},
		"a carrier's token": {[]string{"--carrier-url", strict.URL(), "--carrier-token", "the wrong one"}, []string{`carrier +FAULT  carrier_refused; look at --carrier-url and --carrier-token`}, "1 of 7"},
		"no mail server":    {[]string{"--smtp-port", "1"}, []string{`mail server +FAULT  mail_server_unavailable; look at --smtp-host`}, "1 of 7"},
		"a mail password": {
			[]string{"--smtp-port", strconv.Itoa(closedDoor.Port()), "--smtp-username", "latchkey", "--smtp-password", "the wrong one"},
			[]string{`mail server +FAULT  mail_auth_failed; look at --smtp-username`},
			"1 of 7",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			printed, err := s.check(t, test.change...)
			var ended *exec.ExitError
			require.ErrorAs(t, err, &ended, printed)
			require.Equal(t, 1, ended.ExitCode())
			for _, want := range test.wants {
				require.Regexp(t, `(?m)^`+want, printed)
			}
			require.Contains(t, printed, test.faulty+" parts do not work")
			require.NotContains(t, printed, "secret")
			require.NotContains(t, printed, "the wrong one")
		})
	}
	require.Empty(t, closedDoor.Messages(), "nothing is sent by checking")
}

func TestCheck_TellsOfAPausedSchedule(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	reconcile := s.client.ScheduleClient().GetHandle(t.Context(), "reconcile")
	require.NoError(t, reconcile.Pause(t.Context(), client.SchedulePauseOptions{Note: "INC-42"}))
	printed, err := s.check(t)
	require.Error(t, err)
	require.Regexp(t, `schedules +FAULT  reconcile is paused; .temporal schedule toggle --unpause`, printed)
	require.NoError(t, reconcile.Unpause(t.Context(), client.ScheduleUnpauseOptions{}))
	printed, err = s.check(t)
	require.NoError(t, err, printed)
}

// A part that is gone altogether is told of with the settings that name it.
func TestCheck_TellsAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	closed := net.JoinHostPort("127.0.0.1", "1")
	printed, err := s.check(t, "--temporal-address", closed, "--carrier-url", "http://"+closed, "--smtp-port", "1",
		"--database-url", "postgres://nobody:secret@"+closed+"/latchkey")
	require.Error(t, err)
	require.Contains(t, printed, "7 of 7 parts do not work")
	require.NotContains(t, printed, "secret")
}
