package localstack_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/latchkey/latchkey/localstack"
)

// victimVariable makes this test program play the parent that a test kills: it starts a PostgreSQL and a Temporal in the
// folder that the variable names, prints their addresses and waits for its end.
const victimVariable = "LATCHKEY_LOCALSTACK_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimVariable); dir != "" {
		if err := playVictim(dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func playVictim(dir string) error {
	ctx := context.Background()
	postgres, err := localstack.StartPostgres(ctx, localstack.PostgresOptions{Dir: dir + "/postgres"})
	if err != nil {
		return err
	}
	temporal, err := localstack.StartTemporal(ctx, localstack.TemporalOptions{
		DBFile: dir + "/temporal.db", UI: localstack.Headless, SearchAttributes: map[string]string{"DealerId": "Keyword"},
	})
	if err != nil {
		return err
	}
	fmt.Println(postgres.URL, temporal.Address)
	select {}
}
