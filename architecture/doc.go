// Package architecture holds, as tests, the rules that no compiler holds: who may import
// whom, what may not be called, and that the documents speak of what is there. The
// tables at the head of each file are the rules; change them with their reason.
package architecture
