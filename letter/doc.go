// Package letter turns the facts of one new account into the customer's welcome letter: its sentences ([Compose])
// and a PDF to print or attach ([Render]).
//
// Both are pure: no clock, I/O or environment, so the same facts give the same bytes in every run and process. That is
// why a letter is never stored: a retry renders it again. (A new Go release may compress differently; the
// bytes are promised for one build of Latchkey, not for ever.)
//
// The e-mail is built from the same [Content], so that paper and screen cannot say different things.
//
// Limits: letter-size paper; Hebrew is set right to left, Arabic too but with unjoined letters; the PDF has no
// accessibility tags, so the e-mail's HTML is the accessible form.
package letter
