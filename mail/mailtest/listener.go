package mailtest

import (
	"fmt"
	"net"
)

// scriptedListener plays the rules at "connect", before the greeting that go-smtp gives by itself.
type scriptedListener struct {
	net.Listener
	server *Server
}

func (l *scriptedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		rule, scripted := l.server.script.take("connect")
		switch {
		case !scripted:
			return conn, nil
		case rule.Fault == Hang:
			l.server.serving.Go(func() {
				<-l.server.closing
				_ = conn.Close()
			})
		case rule.Fault == Drop:
			_ = conn.Close()
		default:
			_, _ = fmt.Fprintf(conn, "%d %s\r\n", rule.Code, rule.text())
			_ = conn.Close()
		}
	}
}
