package onboarding_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

func TestAnnouncementKinds_AreAllThatCanBeChosen(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "announcement.go", nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var written []onboarding.AnnouncementKind
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			word, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			written = append(written, onboarding.AnnouncementKind(word))
		}
		return true
	})
	require.NotEmpty(t, written)
	require.ElementsMatch(t, written, onboarding.AnnouncementKinds)
	require.True(t, onboarding.AnnounceOnboardingParked.Known())
	require.False(t, onboarding.AnnouncementKind("").Known())
	require.False(t, onboarding.AnnounceWebhookTest.Known(), "a test is not chosen")
}

func TestWebhookPause_IsTenTriesInALittleMoreThanThreeDays(t *testing.T) {
	t.Parallel()
	var total time.Duration
	tries := 1
	for {
		pause, more := onboarding.WebhookPause(tries)
		if !more {
			break
		}
		total += pause
		tries++
	}
	require.Equal(t, 10, tries)
	require.Greater(t, total, 72*time.Hour)
	require.Less(t, total, 80*time.Hour)
	_, more := onboarding.WebhookPause(0)
	require.False(t, more)
}

func TestSecretsAt_SignWithBothForADayAfterARotation(t *testing.T) {
	t.Parallel()
	secret, now := []byte("a secret for tests"), time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	first := onboarding.WebhookSecret(secret, "e", 0)
	second := onboarding.WebhookSecret(secret, "e", 1)
	require.NotEqual(t, first, second)
	require.NotEqual(t, first, onboarding.WebhookSecret(secret, "f", 0))
	require.Len(t, first, 32)
	require.True(t, strings.HasPrefix(onboarding.WebhookSecretText(first), "whsec_"))

	require.Equal(t, [][]byte{first}, onboarding.WebhookEndpoint{ID: "e"}.SecretsAt(now, secret))
	rotated := onboarding.WebhookEndpoint{ID: "e", Rotation: 1, RotatedAt: now}
	require.Equal(t, [][]byte{second, first}, rotated.SecretsAt(now.Add(24*time.Hour-time.Second), secret))
	require.Equal(t, [][]byte{second}, rotated.SecretsAt(now.Add(24*time.Hour), secret))
}

func TestReach_AllowsPublicAddressesAlone(t *testing.T) {
	t.Parallel()
	for _, public := range []string{"93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "100.63.255.255", "172.15.0.1"} {
		require.True(t, onboarding.WebhookReachPublic.Allows(netip.MustParseAddr(public)), public)
	}
	for _, inside := range []string{
		"127.0.0.1", "127.255.255.254", "::1", "0.0.0.0", "::", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"169.254.169.254", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "100.64.0.1", "100.100.100.200", "224.0.0.1", "239.1.2.3", "ff02::1",
		"255.255.255.255", "240.0.0.1", "0.1.2.3", "192.0.2.1", "198.18.0.1", "203.0.113.9", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
		"::127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001::1", "2001:db8::1", "fec0::1",
	} {
		address := netip.MustParseAddr(inside)
		require.False(t, onboarding.WebhookReachPublic.Allows(address), inside)
		require.True(t, onboarding.WebhookReachAnywhere.Allows(address), inside)
	}
	require.False(t, onboarding.WebhookReachPublic.Allows(netip.Addr{}))
}

func TestParseWebhookURL_SaysWhatToDo(t *testing.T) {
	t.Parallel()
	for typed, code := range map[string]string{
		"": "required", "   ": "required", "crm.example.com": "malformed", "https://": "malformed", "ftp://crm.example.com": "malformed",
		"https://user:password@crm.example.com": "malformed", "https://crm.example.com/#a": "malformed", "https:crm.example.com": "malformed",
		"https://crm.example.com/a b": "malformed", "https://crm.example.com/a\x00b": "malformed", "https://crm.example.com/\u202egnp": "malformed",
		"https://crm.example.com/\r\nHost: a": "malformed", "javascript:alert(1)": "malformed", "https://%zz/": "malformed",
		"http://crm.example.com/": "https_required", "https://127.0.0.1/": "address_forbidden", "https://[::1]:8443/": "address_forbidden",
		"https://LOCALHOST./": "address_forbidden", "https://a.localhost/": "address_forbidden", "https://10.0.0.1": "address_forbidden",
		"https://[::ffff:169.254.169.254]/": "address_forbidden", "https://metadata.google.internal/": "address_forbidden",
		"https://crm.example.com/" + strings.Repeat("x", 500): "too_long",
	} {
		_, fault := onboarding.WebhookReachPublic.ParseWebhookURL(typed)
		require.Equal(t, code, fault.Code, typed)
		require.NotEmpty(t, fault.Message)
	}
	for _, typed := range []string{"https://crm.example.com", " https://crm.example.com:8443/hooks?tenant=1 ", "https://8.8.8.8/"} {
		url, fault := onboarding.WebhookReachPublic.ParseWebhookURL(typed)
		require.False(t, fault.Found(), typed)
		require.Equal(t, strings.TrimSpace(typed), url)
	}
	for _, typed := range []string{"http://127.0.0.1:9000/crm", "http://localhost/"} {
		_, fault := onboarding.WebhookReachAnywhere.ParseWebhookURL(typed)
		require.False(t, fault.Found(), typed)
	}
}
