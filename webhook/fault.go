package webhook

// Codes of a Fault. They are shown to dealers and explained in docs/webhooks.md.
const (
	// Refused: an answer that is no 2xx.
	Refused = "webhook_refused"
	// Gone: 410, the receiver wants nothing more.
	Gone = "webhook_gone"
	// Redirected: a 3xx. It is not followed: a signed message goes where the dealer said.
	Redirected = "webhook_redirected"
	// TimedOut: no whole answer in time. It may have been taken.
	TimedOut = "webhook_timed_out"
	// Unreachable: the name is unknown or nothing listens there.
	Unreachable = "webhook_unreachable"
	// TLSFailed: the certificate does not hold, or no TLS is spoken.
	TLSFailed = "webhook_tls_failed"
	// Lost: the connection broke before the answer. It may have been taken.
	Lost = "webhook_connection_lost"
	// Forbidden: the name leads to an address that is not public.
	Forbidden = "webhook_address_forbidden"
)

// Fault is why a delivery is not known to have been taken. Its text is the code alone:
// errors of the network quote addresses, and a URL may hold a token.
type Fault struct {
	Code   string
	Status int // of the answer; 0 when there was none
}

// Error is the code.
func (f *Fault) Error() string { return "webhook: " + f.Code }
