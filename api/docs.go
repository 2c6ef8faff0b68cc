package api

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

// The reader of the OpenAPI document is Stoplight Elements 9.0.25 (Apache-2.0), vendored
// so that /docs works without a network.
// docs/SHA256SUMS says which files these are.
//
//go:embed docs
var docs embed.FS

// docsPolicy lets the reader style itself; nothing is loaded from elsewhere.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"

func serveDocs(engine *gin.Engine, document *huma.OpenAPI) error {
	written, err := json.Marshal(document)
	if err != nil {
		return err
	}
	engine.GET("/openapi.json", func(c *gin.Context) {
		c.Data(http.StatusOK, "application/openapi+json", written)
	})
	page, err := docs.ReadFile("docs/index.html")
	if err != nil {
		return err
	}
	engine.GET("/docs", func(c *gin.Context) {
		c.Header("Content-Security-Policy", docsPolicy)
		c.Data(http.StatusOK, "text/html; charset=utf-8", page)
	})
	vendored, err := fs.Sub(docs, "docs")
	if err != nil {
		return err
	}
	files := http.StripPrefix("/docs", http.FileServerFS(vendored))
	engine.GET("/docs/:version/:file", func(c *gin.Context) {
		c.Header("Cache-Control", "public, max-age=31536000, immutable") // the version is in the path
		files.ServeHTTP(c.Writer, c.Request)
	})
	return nil
}
