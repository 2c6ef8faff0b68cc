package portal

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

//go:embed templates
var templateFiles embed.FS

// page is what a template shows: one struct a template.
type page interface {
	// template is the name of the file in templates/, without its ending.
	template() string
}

// templates are the parsed pages by name.
type templates map[string]*template.Template

// parseTemplates parses every page together with the layout and parts it stands in, so
// that a mistake in any of them keeps the program from starting.
func parseTemplates(files fs.FS, functions template.FuncMap) (templates, error) {
	base, err := template.New("").Funcs(functions).Option("missingkey=error").
		ParseFS(files, "templates/layout/*.html", "templates/parts/*.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, err
	}
	parsed := templates{}
	for _, name := range names {
		own, err := base.Clone()
		if err != nil {
			return nil, err
		}
		if own, err = own.ParseFS(files, name); err != nil {
			return nil, err
		}
		parsed[strings.TrimSuffix(path.Base(name), ".html")] = own
	}
	return parsed, nil
}

// render writes a page in one go: a template that fails must not leave half a page.
func (t templates) render(p page) ([]byte, error) {
	found, ok := t[p.template()]
	if !ok {
		return nil, fmt.Errorf("portal: there is no template %s", p.template())
	}
	var buffer bytes.Buffer
	if err := found.ExecuteTemplate(&buffer, "page", p); err != nil {
		return nil, fmt.Errorf("portal: render %s: %w", p.template(), err)
	}
	return buffer.Bytes(), nil
}

// part writes one piece of a page.
func (t templates) part(piece content) (template.HTML, error) {
	var buffer bytes.Buffer
	if err := t["wizard"].ExecuteTemplate(&buffer, piece.part(), piece); err != nil {
		return "", fmt.Errorf("portal: render %s: %w", piece.part(), err)
	}
	return template.HTML(buffer.String()), nil // written by a template, which escaped what people typed
}

const htmlType = "text/html; charset=utf-8"

// show answers with a page.
func (s *site) show(c *gin.Context, status int, p page) error {
	body, err := s.templates.render(p)
	if err != nil {
		return err
	}
	c.Data(status, htmlType, body)
	return nil
}
