package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/latchkey/latchkey/payloadcodec"
	"github.com/latchkey/latchkey/sealing"
	"github.com/latchkey/latchkey/workflows"
)

// payloadKeySettings say what Temporal's payloads are encrypted with. They are the same on
// every program that speaks to Temporal.
type payloadKeySettings struct {
	PayloadKey         string   `name:"payload-key" env:"LATCHKEY_PAYLOAD_KEY" help:"Key that all that Temporal keeps of a workflow is encrypted with: 32 bytes or more in base64; a value or @file. The same on every program. Nothing is encrypted when left out."`
	PreviousPayloadKey []string `name:"payload-key-previous" env:"LATCHKEY_PAYLOAD_KEY_PREVIOUS" help:"Keys that are only read with: those before, while anything of theirs is kept, and the next one until every program has it. Values or @files, with commas between."`
}

func (s payloadKeySettings) codec() (*payloadcodec.Codec, error) {
	var current []byte
	var err error
	if s.PayloadKey != "" {
		if current, err = readKey("--payload-key", s.PayloadKey); err != nil {
			return nil, err
		}
	}
	var others [][]byte
	for _, given := range s.PreviousPayloadKey {
		if given = strings.TrimSpace(given); given == "" {
			continue // a variable that is set to nothing
		}
		other, err := readKey("--payload-key-previous", given)
		if err != nil {
			return nil, err
		}
		others = append(others, other)
	}
	return payloadcodec.New(current, others...), nil
}

// payloads is what a client of Temporal was configured with.
func (s payloadKeySettings) payloads() (converter.DataConverter, error) {
	codec, err := s.codec()
	if err != nil {
		return nil, err
	}
	return codec.ForClient().Data, nil
}

// checkPayloadKeys reads what the last worker to start wrote into the schedules.
func checkPayloadKeys(ctx context.Context, temporal client.Client) error {
	for _, id := range workflows.Schedules {
		_, err := temporal.ScheduleClient().GetHandle(ctx, id).Describe(ctx)
		if errors.Is(err, sealing.ErrUnknownKey) || errors.Is(err, sealing.ErrDamaged) {
			return fmt.Errorf("other programs write with a key that is missing here, in --payload-key or --payload-key-previous: %w", err)
		}
	}
	return nil // anything else that is wrong with them, the worker finds out
}

func readKey(flag, given string) ([]byte, error) {
	text, err := readSecret(given)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	key, err := sealing.ParseKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return key, nil
}
