package trail

import "net/http"

// recorder remembers the status. Unwrap and Flush keep streams and deadlines working.
type recorder struct {
	http.ResponseWriter
	status  int
	written bool
}

// Written reports whether a reply to a request that Begin follows is on its way already:
// then it can only be broken off, not mended.
func Written(w http.ResponseWriter) bool {
	r, ok := w.(*recorder)
	return ok && r.written
}

// WriteHeader remembers the first status.
func (r *recorder) WriteHeader(status int) {
	if !r.written {
		r.status, r.written = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write sends the header first, as net/http does.
func (r *recorder) Write(body []byte) (int, error) {
	r.written = true
	return r.ResponseWriter.Write(body)
}

// Flush is what gin asks its writer for by type.
func (r *recorder) Flush() {
	r.written = true
	_ = http.NewResponseController(r.ResponseWriter).Flush() // a writer that cannot flush has nothing to
}

// Unwrap lets http.ResponseController find the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
