package localstack

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"syscall"
)

// handedOut remembers the ports that FreePort gave away: between its answer and the moment a server binds the port, the
// kernel would happily name the same one to a second caller.
var handedOut = struct {
	sync.Mutex
	ports map[int]bool
}{ports: map[int]bool{}}

// FreePort returns a TCP port of 127.0.0.1 that nobody listens on and that no earlier call in this process returned.
func FreePort() (int, error) {
	handedOut.Lock()
	defer handedOut.Unlock()
	for {
		listener, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return 0, fmt.Errorf("no free port on 127.0.0.1: %w", err)
		}
		port := listener.Addr().(*net.TCPAddr).Port
		if err := listener.Close(); err != nil {
			return 0, fmt.Errorf("release the probed port: %w", err)
		}
		if !handedOut.ports[port] {
			handedOut.ports[port] = true
			return port, nil
		}
	}
}

// CheckPort returns nil when a server can listen on the port of 127.0.0.1, else one sentence that names the port and
// ends with the remedy, such as "choose another with --port".
func CheckPort(port int, remedy string) error {
	listener, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	switch {
	case err == nil:
		return listener.Close()
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("port %d is taken by another program: stop that program, or %s", port, remedy)
	default:
		return fmt.Errorf("port %d cannot be used (%w): %s", port, err, remedy)
	}
}
