// Package telemetry is how a running program is looked at from outside: what /metrics
// shows, where spans go, what a log line is joined to a trace by, and how a load
// balancer asks whether to send requests.
//
// Packages that do the work measure and trace themselves through OpenTelemetry's API,
// which does nothing until Start has set it up. Nothing that leaves a program here holds
// personal data: labels are codes of closed sets, and an attribute of a span leaves only
// when it is on a list.
package telemetry
