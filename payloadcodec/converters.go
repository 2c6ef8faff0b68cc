package payloadcodec

import (
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

// Converters are the pair that goes into the options of a client. Texts and stacks of
// failures are encrypted as payloads are. In clear remain search attributes, names and IDs
// of workflows, and the types of failures: all of them are codes and IDs.
type Converters struct {
	Data    converter.DataConverter
	Failure converter.FailureConverter
}

// ForClient is for a program that runs no workflows: what it cannot decrypt is an error.
func (c *Codec) ForClient() Converters { return c.converters(c) }

// ForWorker is for a program that runs workflows, to which an error is an answer: for want
// of a key they would fail, park, or lose a signal. A panic stops them where they are, until
// a worker with the key comes.
func (c *Codec) ForWorker() Converters { return c.converters(insisting{c}) }

func (c *Codec) converters(codec converter.PayloadCodec) Converters {
	data := converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec)
	return Converters{Data: data, Failure: temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: data,
		// Without a key it would hide nothing, and take the texts from whoever looks.
		EncodeCommonAttributes: c.Encrypts(),
	})}
}

// insisting is a codec that panics instead of returning an error.
type insisting struct{ *Codec }

// Decode panics when a payload cannot be decrypted.
func (c insisting) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	decoded, err := c.Codec.Decode(payloads)
	if err != nil {
		panic(fmt.Sprintf("%v; give this worker the keys that the others have, with --payload-key and --payload-key-previous", err))
	}
	return decoded, nil
}
