// Package activities holds the steps of an onboarding, one file each: what they ask
// of the carrier, the mail server and our own record, and how each effect happens
// once whatever is retried.
//
// Inputs and results carry IDs, revisions, codes and times only: they are kept in
// Temporal's history, where personal data must never be.
package activities
