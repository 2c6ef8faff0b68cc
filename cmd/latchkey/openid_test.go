package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// read takes settings as a command line and an environment give them.
func readOpenID(t *testing.T, environment map[string]string, args ...string) openIDSettings {
	t.Helper()
	for name, value := range environment {
		t.Setenv(name, value)
	}
	var settings openIDSettings
	parser, err := kong.New(&settings)
	require.NoError(t, err)
	_, err = parser.Parse(args)
	require.NoError(t, err)
	return settings
}

const customerSite = "https://portal.example.com/customer"

func TestOpenIDSettings_AreNoneWithoutAnIssuer(t *testing.T) {
	settings := readOpenID(t, nil)
	how, err := settings.open(customerSite)
	require.NoError(t, err)
	require.Nil(t, how.Provider)
	require.Empty(t, settings.parts())
}

func TestOpenIDSettings_SendBrowsersBackToThePortal(t *testing.T) {
	issuer := map[string]string{"LATCHKEY_OIDC_ISSUER": "https://login.example.com", "LATCHKEY_OIDC_CLIENT_ID": "latchkey", "LATCHKEY_OIDC_CLIENT_SECRET": "a value"}
	provider, err := readOpenID(t, issuer).provider(customerSite)
	require.NoError(t, err)
	require.Equal(t, "https://portal.example.com/sign-in/openid/callback", provider.RedirectURL())
	require.Equal(t, "your work account", provider.Name())
	require.Len(t, readOpenID(t, nil).parts(), 1)

	settings := readOpenID(t, nil, "--portal-url", "https://partner.example.com", "--oidc-name", "Example Works", "--oidc-required")
	provider, err = settings.provider(customerSite)
	require.NoError(t, err)
	require.Equal(t, "https://partner.example.com/sign-in/openid/callback", provider.RedirectURL())
	how, err := settings.open(customerSite)
	require.NoError(t, err)
	require.True(t, how.Required)
	require.Equal(t, "Example Works", how.Provider.Name())
}

func TestOpenIDSettings_RefuseWhatCannotBeRight(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte("from a file\n"), 0o600))
	good := []string{"--oidc-issuer", "https://login.example.com", "--oidc-client-id", "latchkey"}
	_, err := readOpenID(t, nil, append(good, "--oidc-client-secret", "@"+file)...).provider(customerSite)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"a secret that all can see": {append(good, "--oidc-client-secret", "plain"), "belongs into LATCHKEY_OIDC_CLIENT_SECRET"},
		"a file that is not there":  {append(good, "--oidc-client-secret", "@"+file+".not"), "cannot be read"},
		"required without one":      {[]string{"--oidc-required"}, "--oidc-issuer is missing"},
		"plain http":                {[]string{"--oidc-issuer", "http://login.example.com", "--oidc-client-id", "latchkey"}, "plain http is for this machine alone"},
		"no client":                 {[]string{"--oidc-issuer", "https://login.example.com"}, "client ID is missing"},
		"a portal with a path":      {append(good, "--portal-url", "https://portal.example.com/portal"), "without a path"},
	} {
		_, err := readOpenID(t, nil, test.args...).open(customerSite)
		require.ErrorContains(t, err, test.says, name)
		require.NotContains(t, err.Error(), "plain\"", name)
	}
}
