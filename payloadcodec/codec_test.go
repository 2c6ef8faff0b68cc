package payloadcodec_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/latchkey/latchkey/payloadcodec"
	"github.com/latchkey/latchkey/sealing"
)

var (
	first  = bytes.Repeat([]byte("1"), 32)
	second = bytes.Repeat([]byte("2"), 32)
)

type message struct {
	By string `json:"by"`
}

func TestCodec_ReadsWhatItWroteAndLeavesNothingReadable(t *testing.T) {
	t.Parallel()
	data := payloadcodec.New(first).ForClient().Data
	written, err := data.ToPayloads(message{By: "user-1"}, nil, []byte("bytes"))
	require.NoError(t, err)
	for _, payload := range written.GetPayloads() {
		require.Equal(t, payloadcodec.Encoding, string(payload.GetMetadata()["encoding"]))
		require.Len(t, payload.GetMetadata()[payloadcodec.MetadataKeyID], 16)
		require.Len(t, payload.GetMetadata(), 2)
		require.NotContains(t, string(payload.GetData()), "user-1")
		require.NotContains(t, string(payload.GetData()), "json")
	}
	var read message
	var nothing any
	var raw []byte
	require.NoError(t, data.FromPayloads(written, &read, &nothing, &raw))
	require.Equal(t, message{By: "user-1"}, read)
	require.Equal(t, "bytes", string(raw))
}

func TestCodec_ReadsWhatOlderKeysWroteAndWhatNoKeyWrote(t *testing.T) {
	t.Parallel()
	for name, writes := range map[string]*payloadcodec.Codec{
		"plain": payloadcodec.New(nil), "older key": payloadcodec.New(first), "next key": payloadcodec.New(second, first),
	} {
		written, err := writes.ForClient().Data.ToPayload(message{By: "user-1"})
		require.NoError(t, err, name)
		for reader, reads := range map[string]*payloadcodec.Codec{
			"rotated": payloadcodec.New(second, first), "about to rotate": payloadcodec.New(first, second), "turned off": payloadcodec.New(nil, first, second),
		} {
			var read message
			require.NoError(t, reads.ForClient().Data.FromPayload(written, &read), name+" "+reader)
			require.Equal(t, "user-1", read.By, name+" "+reader)
		}
	}
}

func TestCodec_EncryptsNothingTwice(t *testing.T) {
	t.Parallel()
	codec := payloadcodec.New(first)
	plain, err := converter.GetDefaultDataConverter().ToPayload(message{By: "user-1"})
	require.NoError(t, err)
	once, err := codec.Encode([]*commonpb.Payload{plain})
	require.NoError(t, err)
	twice, err := codec.Encode(once)
	require.NoError(t, err)
	require.Equal(t, once, twice)
}

func TestCodec_SaysWhyItCannotRead(t *testing.T) {
	t.Parallel()
	written, err := payloadcodec.New(first).ForClient().Data.ToPayload(message{By: "user-1"})
	require.NoError(t, err)
	damaged := &commonpb.Payload{Metadata: written.GetMetadata(), Data: written.GetData()[1:]}
	unnamed := &commonpb.Payload{Metadata: map[string][]byte{"encoding": []byte(payloadcodec.Encoding)}, Data: written.GetData()}
	for _, c := range []struct {
		codec   *payloadcodec.Codec
		payload *commonpb.Payload
		want    error
	}{
		{payloadcodec.New(second), written, sealing.ErrUnknownKey},
		{payloadcodec.New(nil), written, sealing.ErrUnknownKey},
		{payloadcodec.New(first), unnamed, sealing.ErrUnknownKey},
		{payloadcodec.New(first), damaged, sealing.ErrDamaged},
	} {
		require.ErrorIs(t, c.codec.ForClient().Data.FromPayload(c.payload, &message{}), c.want)
		require.Panics(t, func() { _ = c.codec.ForWorker().Data.FromPayload(c.payload, &message{}) }, "to a workflow, an error is an answer")
	}
	require.Error(t, payloadcodec.New(first).ForWorker().Data.FromPayload(&commonpb.Payload{
		Metadata: map[string][]byte{"encoding": []byte("json/plain")}, Data: []byte("{"),
	}, &message{}), "what a person typed wrongly is no fault of the keys")
}

func TestCodec_KeepsTheWordsOfFailures(t *testing.T) {
	t.Parallel()
	codec := payloadcodec.New(first)
	failed := codec.ForWorker().Failure.ErrorToFailure(temporal.NewNonRetryableApplicationError("the words", "a_code", errors.New("its cause"), "a detail"))
	text, err := protojson.Marshal(failed)
	require.NoError(t, err)
	require.NotContains(t, string(text), "the words")
	require.NotContains(t, string(text), "its cause")
	require.Contains(t, string(text), "a_code")

	var read *temporal.ApplicationError
	require.ErrorAs(t, payloadcodec.New(second, first).ForClient().Failure.FailureToError(failed), &read)
	require.Equal(t, "the words", read.Message())
	var detail string
	require.NoError(t, read.Details(&detail))
	require.Equal(t, "a detail", detail)

	plain := payloadcodec.New(nil).ForWorker().Failure.ErrorToFailure(errors.New("the words"))
	require.Equal(t, "the words", plain.GetMessage(), "without a key, encoding would hide nothing")
}
