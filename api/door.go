package api

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/httprate"
)

// DoorConfig says who is kept from knocking too often.
type DoorConfig struct {
	// Trusted are the proxies whose X-Forwarded-For is believed; of anybody else it is not.
	Trusted []netip.Prefix
	// KnocksPerMinute is how often one address may be turned away, or try to sign in, on one
	// replica; 0 means no limit.
	KnocksPerMinute int
	Now             func() time.Time
}

// mostAddresses bounds the memory that strangers can take. Addresses beyond it share a count.
const mostAddresses = 50_000

// NewDoor bounds what one address can try without a valid key or password: attempts to sign
// in, and requests that are answered with 401. An address that knocked too often is answered
// 429 to both until the minute is over. Signed-in people and readers of pages notice nothing.
//
// The request goes on with the client's address as its RemoteAddr.
func NewDoor(config DoorConfig, next http.Handler) http.Handler {
	d := &door{config: config, next: next, knocks: map[string]int{}}
	return http.HandlerFunc(d.serve)
}

type door struct {
	config DoorConfig
	next   http.Handler

	mu     sync.Mutex
	minute time.Time
	knocks map[string]int
}

func (d *door) serve(w http.ResponseWriter, r *http.Request) {
	address := clientAddress(r, d.config.Trusted)
	r = r.Clone(r.Context())
	r.RemoteAddr = address
	signIn, ofAPI := isSignIn(r), strings.HasPrefix(r.URL.Path, "/v1/")
	if d.config.KnocksPerMinute <= 0 || !signIn && !ofAPI {
		d.next.ServeHTTP(w, r)
		return
	}
	// Two homes of one provider differ within their first 64 bits; one home does not.
	who := httprate.CanonicalizeIP(address)
	if wait := d.closedTo(who); wait > 0 {
		turnAway(w, r, ofAPI, wait)
		return
	}
	if signIn {
		d.knocked(who)
		d.next.ServeHTTP(w, r)
		return
	}
	answer := &statusNoted{ResponseWriter: w}
	d.next.ServeHTTP(answer, r)
	if answer.status == http.StatusUnauthorized {
		d.knocked(who)
	}
}

// isSignIn reports whether a request tries a password or a set-up link,
// or begins or ends a sign-in at an identity provider.
func isSignIn(r *http.Request) bool {
	if strings.HasPrefix(r.URL.Path, "/sign-in/openid") { // by links, since it leads to another site
		return true
	}
	if r.Method != http.MethodPost {
		return false
	}
	path := strings.TrimPrefix(r.URL.Path, "/customer")
	return path == "/sign-in" || strings.HasPrefix(path, "/set-up/")
}

// closedTo is how long an address has to wait; 0 when it may come in.
func (d *door) closedTo(who string) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.config.Now()
	if now.Sub(d.minute) >= time.Minute {
		d.minute, d.knocks = now, map[string]int{}
	}
	if d.knocks[d.counted(who)] < d.config.KnocksPerMinute {
		return 0
	}
	return d.minute.Add(time.Minute).Sub(now)
}

func (d *door) knocked(who string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.knocks[d.counted(who)]++
}

// counted is under what an address is counted: an own count, while there is room for one.
func (d *door) counted(who string) string {
	if _, known := d.knocks[who]; known || len(d.knocks) < mostAddresses {
		return who
	}
	return "all others"
}

func turnAway(w http.ResponseWriter, r *http.Request, ofAPI bool, wait time.Duration) {
	protect(w.Header())
	w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
	if ofAPI {
		writeProblem(w, r, problemRateLimited())
		return
	}
	http.Error(w, "There were too many attempts from this address. Wait a minute, then try again.", http.StatusTooManyRequests)
}

// clientAddress is the last address that no proxy of ours added. What a client wrote itself
// stands before that, and is never looked at.
func clientAddress(r *http.Request, trusted []netip.Prefix) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && isOneOf(host, trusted); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		host = hop.String()
	}
	return host
}

func isOneOf(host string, prefixes []netip.Prefix) bool {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, prefix := range prefixes {
		if prefix.Contains(address.Unmap()) {
			return true
		}
	}
	return false
}

// statusNoted remembers the status that was answered.
type statusNoted struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status.
func (w *statusNoted) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets streams flush and move their deadlines.
func (w *statusNoted) Unwrap() http.ResponseWriter { return w.ResponseWriter }
