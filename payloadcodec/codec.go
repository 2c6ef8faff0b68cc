package payloadcodec

import (
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"github.com/latchkey/latchkey/sealing"
)

const (
	// Encoding is what the metadata of an encrypted payload say it is.
	Encoding = "binary/encrypted"
	// MetadataKeyID is where they say under which key.
	MetadataKeyID = "encryption-key-id"

	// purpose is what keys are derived for. Changing it makes every history unreadable.
	purpose = "Temporal payloads"
)

// Codec encrypts payloads with AES-256-GCM, their metadata included. What is not encrypted
// is read as it is: what was written before there was a key, and what people type into
// Temporal's own UI and CLI.
type Codec struct{ keys *sealing.Ring }

var _ converter.PayloadCodec = (*Codec)(nil)

// New makes a codec. Without a current key nothing is encrypted; the others are used to
// read alone.
func New(current []byte, others ...[]byte) *Codec {
	return &Codec{keys: sealing.NewRing(purpose, current, others...)}
}

// Encrypts reports whether there is a key to encrypt with.
func (c *Codec) Encrypts() bool { return c.keys.Seals() }

// Encode encrypts every payload that is not encrypted already.
func (c *Codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	encoded := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		if !c.Encrypts() || isEncrypted(payload) {
			encoded[i] = payload
			continue
		}
		plain, err := proto.Marshal(payload)
		if err != nil {
			return nil, err
		}
		id, sealed := c.keys.Seal(plain, nil)
		encoded[i] = &commonpb.Payload{Data: sealed, Metadata: map[string][]byte{
			converter.MetadataEncoding: []byte(Encoding), MetadataKeyID: []byte(id),
		}}
	}
	return encoded, nil
}

// Decode decrypts every payload that is encrypted. sealing.ErrUnknownKey or
// sealing.ErrDamaged when one cannot be.
func (c *Codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	decoded := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		if !isEncrypted(payload) {
			decoded[i] = payload
			continue
		}
		plain, err := c.open(payload)
		if err != nil {
			return nil, err
		}
		decoded[i] = plain
	}
	return decoded, nil
}

func (c *Codec) open(payload *commonpb.Payload) (*commonpb.Payload, error) {
	id := string(payload.GetMetadata()[MetadataKeyID])
	opened, err := c.keys.Open(id, payload.GetData(), nil)
	if errors.Is(err, sealing.ErrUnknownKey) {
		return nil, fmt.Errorf("a payload needs the key %.16q: %w", id, err)
	}
	if err != nil {
		return nil, err
	}
	plain := &commonpb.Payload{}
	if proto.Unmarshal(opened, plain) != nil {
		return nil, sealing.ErrDamaged
	}
	return plain, nil
}

func isEncrypted(payload *commonpb.Payload) bool {
	return string(payload.GetMetadata()[converter.MetadataEncoding]) == Encoding
}
