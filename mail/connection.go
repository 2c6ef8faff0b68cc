package mail

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// connection owns the socket under go-mail's client. go-mail leaves it open when EHLO, STARTTLS or a send
// fails, and looks at a context only while dialling; both are put right by holding the socket here.
type connection struct {
	client *gomail.Client
	smtp   *smtp.Client
	socket net.Conn
	unbind func() bool
}

// dialer opens the socket and ties it to ctx, the context of the whole send: once that ends, every read and
// write on the socket fails. The context that go-mail passes in ends with the dialling.
func (c *connection) dialer(ctx context.Context) gomail.DialContextFunc {
	return func(dialling context.Context, network, address string) (net.Conn, error) {
		var dialer net.Dialer
		socket, err := dialer.DialContext(dialling, network, address)
		if err != nil {
			return nil, err
		}
		c.socket = socket
		c.unbind = context.AfterFunc(ctx, func() { _ = socket.Close() })
		return socket, nil
	}
}

func overTLS(dial gomail.DialContextFunc, config *tls.Config) gomail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		socket, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		secured := tls.Client(socket, config)
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		return secured, nil
	}
}

// goodbyePatience bounds the wait for the answer to QUIT. The outcome is known by then, and a caller whose
// own time runs out meanwhile would send the letter again.
const goodbyePatience = time.Second

// quit takes leave in good order. Only for a connection on which nothing broke: after a broken-off DATA the
// client would first write the final dot, and the server would deliver half a letter. Its failure changes
// nothing, since the server has answered already.
func (c *connection) quit() {
	_ = c.smtp.UpdateDeadline(goodbyePatience)
	_ = c.smtp.Quit()
}

func (c *connection) close() {
	if c.socket == nil {
		return
	}
	c.unbind()
	_ = c.socket.Close()
}
