package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const checkTimeout = 3 * time.Second

// serveHealth answers load balancers: /healthz says that the process lives, /readyz that
// what it needs does too. Why something does not is in the log; here it is one word.
func serveHealth(engine *gin.Engine, checks []Check, log *slog.Logger) {
	engine.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	engine.GET("/readyz", func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), checkTimeout)
		defer cancel()
		status, word, results := http.StatusOK, "ready", gin.H{}
		for _, check := range checks {
			results[check.Name] = "ok"
			if err := check.Func(ctx); err != nil {
				status, word, results[check.Name] = http.StatusServiceUnavailable, "not_ready", "failing"
				log.WarnContext(ctx, "not ready", "check", check.Name, "error", err)
			}
		}
		c.JSON(status, gin.H{"status": word, "checks": results})
	})
}
