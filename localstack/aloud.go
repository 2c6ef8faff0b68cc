package localstack

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// runAloud runs a command that takes long, tells every 15 s that it still does, and returns the end of its output as an
// error if it fails.
func runAloud(ctx context.Context, say Say, what string, cmd *exec.Cmd) error {
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()

	tick := time.NewTicker(15 * time.Second)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			took := time.Since(begun).Round(time.Second)
			if ctx.Err() != nil {
				return fmt.Errorf("%s: stopped after %s: %w", what, took, context.Cause(ctx))
			}
			if err != nil {
				return fmt.Errorf("%s: %w: %s", what, err, lastLines(output.String(), 6))
			}
			say("%s: done in %s", what, took)
			return nil
		case <-tick.C:
			say("%s: %s so far", what, time.Since(begun).Round(time.Second))
		}
	}
}

// polite makes the end of the command's context a request to stop, so that a package manager can tidy up.
func polite(cmd *exec.Cmd) *exec.Cmd {
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	return cmd
}

func lastLines(text string, most int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-most):], "\n")
}
