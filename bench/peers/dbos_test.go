package peers

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
	"github.com/stretchr/testify/require"
)

// dbos starts DBOS on the office's database. What it returns submits an order.
func (o *office) dbos(b *testing.B) func(context.Context, int64) error {
	system, err := dbos.NewContext(context.WithoutCancel(b.Context()), dbos.Config{
		AppName: "peer", SystemDBPool: o.pool, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(b, err)
	onboard := func(ctx dbos.Context, order int64) (bool, error) {
		for _, step := range []struct {
			name string
			do   func(context.Context) error
		}{
			{"validate", func(ctx context.Context) error { return submit(ctx, o.pool, order) }},
			{"check_coverage", o.checkCoverage},
			{"register_module", func(ctx context.Context) error { return o.registerModule(ctx, order) }},
			{"create_account", func(ctx context.Context) error { return createAccount(ctx, o.pool, order) }},
		} {
			if err := durably(ctx, step.name, step.do); err != nil {
				return false, err
			}
		}
		if _, err := dbos.Sleep(ctx, wait); err != nil {
			return false, err
		}
		err := durably(ctx, "send_letter", func(ctx context.Context) error {
			if err := o.sendLetter(ctx, order); err != nil {
				return err
			}
			return noteLetter(ctx, o.pool, order)
		})
		return err == nil, err
	}
	dbos.RegisterWorkflow(system, onboard)
	require.NoError(b, dbos.Launch(system))
	b.Cleanup(func() { require.NoError(b, dbos.Shutdown(system, 10*time.Second)) })

	return func(_ context.Context, order int64) error {
		_, err := dbos.RunWorkflow(system, onboard, order, dbos.WithWorkflowID("order-"+strconv.FormatInt(order, 10)))
		return err
	}
}

func durably(ctx dbos.Context, name string, do func(context.Context) error) error {
	_, err := dbos.RunAsStep(ctx, func(ctx context.Context) (bool, error) {
		err := do(ctx)
		return err == nil, err
	}, dbos.WithStepName(name), dbos.WithStepMaxRetries(3))
	return err
}
