package postgrestest

import (
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
)

// watch waits for the end of its input, stops the server (which Linux has done already), waits up to 30 s until it is
// gone and removes the folders.
const watch = `
trap '' INT TERM HUP
read -r _
server=$1; shift
kill -INT "$server" 2>/dev/null
turns=0
while kill -0 "$server" 2>/dev/null && [ "$turns" -lt 300 ]; do sleep 0.1; turns=$((turns + 1)); done
rm -rf -- "$@"
`

// removeAfterExit removes the folders as soon as this process and then the server have ended. The watcher's input is the
// lifeline: nobody writes to it, and the kernel closes it when this process ends, after a timeout's panic or kill -9 too,
// where no deferred call and no TestMain would get its turn.
func removeAfterExit(server int, dirs ...string) error {
	cmd := exec.Command("sh", append([]string{"-c", watch, "sh", strconv.Itoa(server)}, dirs...)...)
	cmd.Dir = "/"
	// Out of reach of a Ctrl-C meant for the tests.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	input, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("watch over the test server's folder: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("watch over the test server's folder: %w", err)
	}
	go func() {
		_ = cmd.Wait()
		// Not earlier: the garbage collector would close it.
		runtime.KeepAlive(input)
	}()
	return nil
}
