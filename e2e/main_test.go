package e2e

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if temporal := os.Getenv(bareWorkerVariable); temporal != "" {
		runBareWorker(temporal)
	}
	if os.Getenv(bareListen) != "" {
		fmt.Fprintln(os.Stderr, serveBare())
		os.Exit(1)
	}
	code := m.Run()
	if err := errorOf(stopSharedStack, removeBinary); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// errorOf does all and returns the first error.
func errorOf(steps ...func() error) (first error) {
	for _, step := range steps {
		if err := step(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
