// Package localstack runs the real parts that Latchkey stands on, PostgreSQL and a Temporal dev server, as children of
// this process: for `latchkey dev` and for tests. It finds their binaries or fetches them, aloud, and takes them down
// again. On Linux a child does not outlive its parent, not even after kill -9; elsewhere the next start on the same
// folder stops the orphan first.
//
// Nothing here is meant for production, where both servers are run by somebody else.
package localstack

// Say tells the person at the terminal what is going on, in fmt.Printf's format and without a line end. It must be safe
// for concurrent use.
type Say func(format string, args ...any)

// Quiet is the Say for callers with nobody to talk to.
func Quiet(string, ...any) {}
