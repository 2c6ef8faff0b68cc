package api

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
)

const (
	// maxFile is the longest file: ten thousand rows have some 4 MB.
	maxFile = 20 << 20
	// fileTimeout bounds how slowly a file may come, and then how long it is worked on.
	fileTimeout = 2 * time.Minute

	csvType = "text/csv"
)

// takesFile tells the operations whose body is a CSV file. It is on their way in, so they
// read it by other limits than JSON.
func takesFile(op *huma.Operation) bool {
	return op.RequestBody != nil && op.RequestBody.Content[csvType] != nil
}

// longestBody is decided by the address, before anybody knows the operation. Nothing is read
// before the key was looked at.
func longestBody(r *http.Request) int64 {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, importPath) {
		return maxFile
	}
	return maxBody
}

func timeoutOf(op *huma.Operation) time.Duration {
	if takesFile(op) {
		return 2 * fileTimeout
	}
	return handlerTimeout
}

// readFile reads a CSV file whole. What is wrong with it is a matter of its reader.
func readFile(ctx huma.Context, next func(huma.Context)) {
	c := humagin.Unwrap(ctx)
	mediaType, _, err := mime.ParseMediaType(ctx.Header("Content-Type"))
	if err != nil || mediaType != csvType {
		fail(ctx, problemMediaType(csvType))
		return
	}
	// The server's write deadline is made for replies that take seconds.
	_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(2*fileTimeout + writeTimeout))
	body, problem := readBody(c.Writer, c.Request, fileTimeout)
	if problem != nil {
		fail(ctx, problem)
		return
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	next(ctx)
}
