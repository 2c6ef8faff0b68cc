// Command fetch finds or fetches PostgreSQL and Temporal before the tests run. Left to
// the tests it would happen inside the first one that needs them, where nobody sees the
// minutes it takes and a time-out may end it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/latchkey/latchkey/localstack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := fetch(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func fetch(ctx context.Context) error {
	postgres, err := localstack.FindPostgres(ctx, aloud)
	if err != nil {
		return err
	}
	aloud("PostgreSQL: %s", postgres)
	temporal, err := localstack.FindTemporal(ctx, aloud)
	if err != nil {
		return err
	}
	aloud("Temporal: %s", temporal)
	return nil
}

func aloud(format string, args ...any) { fmt.Printf(format+"\n", args...) }
