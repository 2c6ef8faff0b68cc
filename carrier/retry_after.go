package carrier

import (
	"net/http"
	"strconv"
	"time"
)

// MaxRetryAfter bounds what a carrier may ask for. A slip there (milliseconds for
// seconds, a date in the wrong year) must not put an onboarding to sleep for a week.
const MaxRetryAfter = time.Hour

// parseRetryAfter reads a Retry-After header, whole seconds or an HTTP date
// (RFC 9110, 10.2.3). Anything else, and the past, is 0.
func parseRetryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 63); err == nil {
		return time.Duration(min(seconds, uint64(MaxRetryAfter/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(at.Sub(now), 0), MaxRetryAfter)
	}
	return 0
}
