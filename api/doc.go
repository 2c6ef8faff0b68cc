// Package api is Latchkey's JSON API: huma operations on gin, described by the OpenAPI
// 3.1 document that the same code makes (ADR 1). A handler parses, calls one use case of
// package dealing and presents what came of it; no rule lives here.
//
// Every reply that is not a success is a problem document (RFC 9457). The tags of huma
// check the shape of a request only: what a value means is checked by the domain, so
// that portal, API and workflow say the same sentence.
package api
