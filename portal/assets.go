package portal

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

//go:embed static
var staticFiles embed.FS

// asset is one static file, held compressed as well: it is sent far more often than made.
type asset struct {
	contentType string
	plain       []byte
	gzipped     []byte
	version     string
}

// assets are the static files by their path below static/.
type assets map[string]asset

var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".wasm": "application/wasm",
}

// ourAssets are made once a process: compressing them takes longer than all else that a
// portal does when it begins.
var ourAssets = sync.OnceValues(func() (assets, error) { return loadAssets(staticFiles) })

// loadAssets reads every file that a browser may ask for; licences and checksums stay out.
func loadAssets(files fs.FS) (assets, error) {
	loaded := assets{}
	err := fs.WalkDir(files, "static", func(name string, entry fs.DirEntry, err error) error {
		contentType, served := contentTypes[path.Ext(name)]
		if err != nil || entry.IsDir() || !served {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		gzipped, err := compressed(content)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		loaded[strings.TrimPrefix(name, "static/")] = asset{contentType, content, gzipped, hex.EncodeToString(sum[:6])}
		return nil
	})
	return loaded, err
}

func compressed(content []byte) ([]byte, error) {
	var buffer bytes.Buffer
	writer, err := gzip.NewWriterLevel(&buffer, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := writer.Write(content); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

// url is the address of a file. It changes with the content, so a browser may keep the
// file for ever.
func (a assets) url(name string) (string, error) {
	found, ok := a[name]
	if !ok {
		return "", fmt.Errorf("portal: there is no static file %s", name)
	}
	return "/static/" + name + "?v=" + found.version, nil
}

func (a assets) serve(c *gin.Context) error {
	found, ok := a[strings.TrimPrefix(c.Param("file"), "/")]
	if !ok {
		return errNoPage
	}
	header := c.Writer.Header()
	header.Set("Content-Type", found.contentType)
	header.Set("Vary", "Accept-Encoding")
	header.Set("Cache-Control", "public, max-age=86400")
	if c.Query("v") == found.version {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body := found.plain
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		body = found.gzipped
	}
	c.Status(http.StatusOK)
	_, _ = c.Writer.Write(body) // a client that is gone needs no file
	return nil
}
