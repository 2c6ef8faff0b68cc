package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPayloadKeys_AreValuesOrFiles(t *testing.T) {
	t.Parallel()
	first, _ := secretOf("1")
	second, _ := secretOf("2")
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte(first+"\n"), 0o600))
	byFile, err := payloadKeySettings{PayloadKey: "@" + file}.codec()
	require.NoError(t, err)
	require.True(t, byFile.Encrypts())
	written, err := byFile.ForClient().Data.ToPayload("content")
	require.NoError(t, err)

	rotated, err := payloadKeySettings{PayloadKey: second, PreviousPayloadKey: []string{"", second, " @" + file}}.payloads()
	require.NoError(t, err)
	var read string
	require.NoError(t, rotated.FromPayload(written, &read))
	require.Equal(t, "content", read)

	none, err := payloadKeySettings{}.codec()
	require.NoError(t, err)
	require.False(t, none.Encrypts())
	for _, wrong := range []payloadKeySettings{
		{PayloadKey: "correct horse"}, {PayloadKey: "@" + file + ".not"}, {PreviousPayloadKey: []string{first, "c2hvcnQ="}},
	} {
		_, err := wrong.codec()
		require.ErrorContains(t, err, "--payload-key")
		require.NotContains(t, err.Error(), "horse")
	}
}
