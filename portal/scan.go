package portal

import "github.com/gin-gonic/gin"

// scanPolicy is contentPolicy for a page with scan.js: what reads barcodes where the
// browser cannot is compiled WebAssembly.
const scanPolicy = contentPolicy + "; script-src 'self' 'wasm-unsafe-eval'"

func allowScanning(c *gin.Context) { c.Header("Content-Security-Policy", scanPolicy) }
