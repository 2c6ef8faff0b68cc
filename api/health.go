package api

import (
	"log/slog"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/telemetry"
)

// serveHealth answers load balancers: /healthz says that the process lives, /readyz that
// what it needs does too.
func serveHealth(engine *gin.Engine, checks []Check, log *slog.Logger) {
	engine.GET("/healthz", gin.WrapF(telemetry.Alive))
	engine.GET("/readyz", gin.WrapF(telemetry.Ready(checks, log)))
}
