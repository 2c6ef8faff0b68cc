package localstack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// fileLock is held by at most one process at a time and is let go by the kernel when that process ends, however it ends;
// so there are no stale locks. The file stays behind: removing it would let two processes lock two different files.
type fileLock struct{ file *os.File }

// heldError says that another process has the lock; pid is 0 when it has not written its number yet.
type heldError struct{ pid int }

func (e *heldError) Error() string { return fmt.Sprintf("held by process %d", e.pid) }

// tryLock returns a *heldError when another process has the lock.
func tryLock(path string) (*fileLock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		text, _ := io.ReadAll(file)
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		return nil, &heldError{pid: pid}
	}
	holder := strconv.Itoa(os.Getpid()) + "\n"
	if err := errors.Join(file.Truncate(0), writeAtStart(file, holder)); err != nil {
		file.Close()
		return nil, fmt.Errorf("write lock file: %w", err)
	}
	return &fileLock{file: file}, nil
}

func writeAtStart(file *os.File, text string) error {
	_, err := file.WriteAt([]byte(text), 0)
	return err
}

// waitLock waits for the lock until ctx ends. It calls waiting once, with the holder's process number, if it has to wait.
func waitLock(ctx context.Context, path string, waiting func(pid int)) (*fileLock, error) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for told := false; ; {
		lock, err := tryLock(path)
		var held *heldError
		if !errors.As(err, &held) {
			return lock, err
		}
		if !told {
			waiting(held.pid)
			told = true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (l *fileLock) release() { l.file.Close() }
