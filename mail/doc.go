// Package mail builds Latchkey's e-mails and hands them to a mail server.
//
// Building is a pure function of a [Message]: the same value gives the same bytes in every process, so a
// retried send repeats the letter instead of inventing a second one. Sending is at-least-once, as SMTP is
// (RFC 5321 section 6.1, RFC 1047): what a lost answer after DATA means is reported as [CodeUnknownOutcome]
// and left to the caller.
//
// Faults never carry an address, a subject or a server's words in their text; see [Fault].
package mail
