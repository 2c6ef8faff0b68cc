package localstack

import (
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Process is a server that runs as a child of this process, in a process group of its own so that Ctrl-C at the terminal
// reaches only the parent, which decides in what order its children stop.
type Process struct {
	name    string
	cmd     *exec.Cmd
	log     *serverLog
	stop    []stopStep
	done    chan struct{}
	exitErr error
}

// stopStep is one rung of the ladder that Stop climbs before it kills.
type stopStep struct {
	signal syscall.Signal
	grace  time.Duration
}

// command describes the child to start.
type command struct {
	name      string // as in a sentence: "PostgreSQL"
	path      string
	args      []string
	dir       string
	env       []string
	runAs     account
	logFile   string         // "" keeps the log only as long as the child lives
	onOrphan  syscall.Signal // what the child gets when this process dies
	stop      []stopStep
	afterExit func() // runs before Done is closed
}

// start starts the child and returns once it has been executed; whether it is ready to serve is the caller's question.
func start(c command) (*Process, error) {
	log, err := openServerLog(c.logFile, c.runAs)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(c.path, c.args...)
	cmd.Dir, cmd.Env = c.dir, c.env
	cmd.Stdout, cmd.Stderr = log.file, log.file
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c.runAs.credential}
	signalOnParentDeath(cmd.SysProcAttr, c.onOrphan)

	p := &Process{name: c.name, cmd: cmd, log: log, stop: c.stop, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel takes "parent" to be the thread that forked. The Go runtime ends idle threads as it likes, so this
		// goroutine keeps its thread until the child is gone.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.exitErr = cmd.Wait()
		c.afterExit()
		close(p.done)
	}()
	if err := <-started; err != nil {
		log.close()
		c.afterExit()
		return nil, fmt.Errorf("start %s: %w", c.name, err)
	}
	return p, nil
}

// PID is the child's process number.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the child has ended, for whatever reason.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says, after Done is closed, how the child ended and what it logged last. It is never nil then, since a server that
// nobody stopped should not have ended, whatever its exit code.
func (p *Process) Err() error {
	state := "it exited with code 0"
	if p.exitErr != nil {
		state = p.exitErr.Error()
	}
	return fmt.Errorf("%s ended: %s; its last words:\n%s", p.name, state, p.log.tail())
}

// Stop asks the child to end in good order, with growing emphasis, and returns when it has ended. An error means that it
// had to be killed.
func (p *Process) Stop() error {
	for _, step := range p.stop {
		// An error means that the child is gone already, which Done tells.
		_ = p.cmd.Process.Signal(step.signal)
		select {
		case <-p.done:
			return nil
		case <-time.After(step.grace):
		}
	}
	p.Kill()
	return fmt.Errorf("%s did not stop when asked and was killed", p.name)
}

// Kill ends the child as kill -9 does and returns when it has ended.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}
