package portal

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/applicationcsv"
	"github.com/latchkey/latchkey/dealing"
)

const (
	csvType      = "text/csv; charset=utf-8"
	exportPrefix = "/export/"
	// longestPage bounds how slowly a page of an export may be taken.
	longestPage = 30 * time.Second
)

// isExport tells the addresses of exports, which bound themselves.
func isExport(path string) bool { return strings.HasPrefix(path, exportPrefix) }

// exporting makes the export of one table a download.
func exporting[T any](engine *gin.Engine, s *site, what string, table applicationcsv.Table[T],
	pages func(ctx context.Context, actor dealing.Actor, dealerID string, each func([]T) error) error,
) {
	engine.GET(exportPrefix+what+".csv", s.user(func(c *gin.Context) error {
		writer := applicationcsv.NewWriter(c.Writer)
		begun := false
		err := pages(c.Request.Context(), userOf(c).Actor, "", func(page []T) error {
			_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(longestPage))
			if !begun {
				begun = true
				c.Header("Content-Type", csvType)
				c.Header("Content-Disposition", `attachment; filename="`+what+`.csv"`)
				if err := writer.Write(table.Header...); err != nil {
					return err
				}
			}
			for _, row := range page {
				if err := writer.Write(table.Cells(row)...); err != nil {
					return err
				}
			}
			return writer.Flush()
		})
		if err != nil && c.Writer.Written() {
			s.logFailure(c.Request.Context(), "export broke off", err)
			panic(http.ErrAbortHandler) // half a file must not look like a whole one
		}
		return err
	}))
}
