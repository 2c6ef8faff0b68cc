// Package mailtest is a mail server that delivers to nobody: it keeps what it is sent, shows it, and fails on
// demand. Tests run it in process; `latchkey dev` runs it as its mail catcher, with a page and a JSON API.
package mailtest
