package openid

import (
	"io"
	"net/http"
)

// longestAnswer is far more than a discovery document, a set of keys or a token has.
const longestAnswer = 1 << 20

// bounded cuts answers off: the libraries behind it read them to their end.
type bounded struct{ next http.RoundTripper }

// RoundTrip asks, and lets at most longestAnswer bytes of the body through.
func (b *bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(r)
	if err == nil {
		response.Body = cutOff{io.LimitReader(response.Body, longestAnswer), response.Body}
	}
	return response, err
}

type cutOff struct {
	io.Reader
	io.Closer
}
