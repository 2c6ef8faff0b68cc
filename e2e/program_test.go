package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is a process of the built binary that can be killed and started again. What it
// prints is kept over restarts.
type program struct {
	args   []string
	path   string   // the binary's; this version's when empty
	env    []string // beside the tests' own
	output printed
	cmd    *exec.Cmd
	ended  chan struct{} // closed when the process has ended
}

// launch starts the binary.
func launch(args ...string) (*program, error) {
	p := &program{args: args}
	return p, p.start()
}

func (p *program) start() error {
	path := p.path
	if path == "" {
		var err error
		if path, err = binary(); err != nil {
			return err
		}
	}
	cmd := exec.Command(path, p.args...)
	cmd.Env = append(os.Environ(), p.env...)
	cmd.Stdout, cmd.Stderr = &p.output, &p.output
	// A group of its own: Ctrl-C at a developer's terminal reaches the tests, which clean up.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
	// Grandchildren that outlive a killed process must not hold up Wait.
	cmd.WaitDelay = 5 * time.Second

	ended, started := make(chan struct{}), make(chan error)
	go func() {
		runtime.LockOSThread() // the kernel takes the forking thread for the parent
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // the state tells how it ended
		}
		close(ended)
	}()
	p.cmd, p.ended = cmd, ended
	return <-started
}

// kill ends the process as kill -9 does.
func (p *program) kill() {
	_ = p.cmd.Process.Kill() // it may be over already
	<-p.ended
}

// stop asks the process to end, and kills it when it does not.
func (p *program) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may be over already
	select {
	case <-p.ended:
		return nil
	case <-time.After(patience):
		p.kill()
		return fmt.Errorf("latchkey %s did not stop when asked", p.args[0])
	}
}

// interrupt does what Ctrl-C does.
func (p *program) interrupt(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatalf("latchkey %s is gone: %v", p.args[0], err)
	}
}

// exitCode waits for the end.
func (p *program) exitCode(t *testing.T) int {
	t.Helper()
	await(t, "the end of latchkey "+p.args[0], func() (struct{}, bool) { return struct{}{}, p.over() })
	return p.cmd.ProcessState.ExitCode()
}

func (p *program) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// showIfFailed prints what the program said when the test fails.
func (p *program) showIfFailed(t *testing.T) {
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("latchkey %s said at last:\n%s", p.args[0], p.output.tail(40))
		}
	})
}

// printed is what a process printed so far.
type printed struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *printed) Write(more []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(more)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// tail is the end of it, without the requests that went well.
func (p *printed) tail(most int) string {
	lines := slices.DeleteFunc(strings.Split(p.String(), "\n"), func(line string) bool {
		return strings.Contains(line, `"msg":"request"`) && strings.Contains(line, `"code":""`)
	})
	return strings.Join(lines[max(0, len(lines)-most):], "\n")
}
