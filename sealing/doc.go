// Package sealing encrypts what must be read again, with keys that can be changed while
// what older ones sealed goes on being readable.
package sealing
