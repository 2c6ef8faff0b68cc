package peers

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/stretchr/testify/require"
)

// The chain of jobs. Each, when done, ends itself and queues the next in one transaction:
// River's own way to a chain that no crash cuts.
type (
	coverageArgs struct {
		Order int64 `json:"order"`
	}
	registerArgs struct {
		Order int64 `json:"order"`
	}
	createArgs struct {
		Order int64 `json:"order"`
	}
	letterArgs struct {
		Order int64 `json:"order"`
	}
)

func (coverageArgs) Kind() string { return "check_coverage" }
func (registerArgs) Kind() string { return "register_module" }
func (createArgs) Kind() string   { return "create_account" }
func (letterArgs) Kind() string   { return "send_letter" }

// river starts River on the office's database. What it returns submits an order.
func (o *office) river(b *testing.B) func(context.Context, int64) error {
	driver := riverpgxv5.New(o.pool)
	migrator, err := rivermigrate.New(driver, nil)
	require.NoError(b, err)
	_, err = migrator.Migrate(b.Context(), rivermigrate.DirectionUp, nil)
	require.NoError(b, err)

	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[coverageArgs]) error {
		if err := o.checkCoverage(ctx); err != nil {
			return err
		}
		return endAndQueue(ctx, o, job, registerArgs{job.Args.Order}, nil)
	}))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[registerArgs]) error {
		if err := o.registerModule(ctx, job.Args.Order); err != nil {
			return err
		}
		return endAndQueue(ctx, o, job, createArgs{job.Args.Order}, nil)
	}))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[createArgs]) error {
		if err := createAccount(ctx, o.pool, job.Args.Order); err != nil {
			return err
		}
		return endAndQueue(ctx, o, job, letterArgs{job.Args.Order}, &river.InsertOpts{ScheduledAt: time.Now().Add(wait)})
	}))
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[letterArgs]) error {
		if err := o.sendLetter(ctx, job.Args.Order); err != nil {
			return err
		}
		return noteLetter(ctx, o.pool, job.Args.Order)
	}))
	client, err := river.NewClient(driver, &river.Config{
		Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: clients}},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(b, err)
	require.NoError(b, client.Start(context.WithoutCancel(b.Context())))
	b.Cleanup(func() { require.NoError(b, client.Stop(context.Background())) })

	return func(ctx context.Context, order int64) error {
		return pgx.BeginFunc(ctx, o.pool, func(tx pgx.Tx) error {
			if err := submit(ctx, tx, order); err != nil {
				return err
			}
			_, err := client.InsertTx(ctx, tx, coverageArgs{order}, nil)
			return err
		})
	}
}

func endAndQueue[T river.JobArgs](ctx context.Context, o *office, job *river.Job[T], next river.JobArgs, opts *river.InsertOpts) error {
	return pgx.BeginFunc(ctx, o.pool, func(tx pgx.Tx) error {
		if _, err := river.ClientFromContext[pgx.Tx](ctx).InsertTx(ctx, tx, next, opts); err != nil {
			return err
		}
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
}
