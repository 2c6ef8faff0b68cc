package localstack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// orphanPatience is how long a server that outlived its parent may take for its shutdown checkpoint.
const orphanPatience = 60 * time.Second

// clearOrphan sees to it that no server runs on the folder and that no pid file speaks of one. The caller holds the
// folder's lock, so a server that still runs there belongs to a Latchkey that is gone.
//
// PostgreSQL itself trusts the file when *any* process of its user has that number, which after a reboot, or in a
// container with its small numbers, is often a stranger: hence the look at who that is.
func (f databaseFolder) clearOrphan(ctx context.Context, say Say) error {
	pidFile := filepath.Join(f.data(), "postmaster.pid")
	text, err := os.ReadFile(pidFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read PostgreSQL's pid file: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	// A number that cannot be read is as good as a process that is gone.
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err == nil && pid > 1 {
		if err := f.endServer(ctx, pid, say); err != nil {
			return err
		}
	}
	if err := os.Remove(pidFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove PostgreSQL's stale pid file: %w", err)
	}
	return nil
}

func (f databaseFolder) endServer(ctx context.Context, pid int, say Say) error {
	if !isServerOf(pid, f.data()) {
		return nil
	}
	say("PostgreSQL: process %d was left behind by a Latchkey that is gone; waiting for it to stop", pid)
	// It has had this signal already where the kernel tells children of their parent's death; twice does no harm.
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("process %d still runs the database in %s and cannot be stopped (%w): stop it by hand", pid, f.path, err)
	}
	ctx, cancel := context.WithTimeout(ctx, orphanPatience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for isServerOf(pid, f.data()) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("process %d still runs the database in %s: stop it by hand", pid, f.path)
		}
	}
	return nil
}
