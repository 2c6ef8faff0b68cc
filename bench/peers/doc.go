// Package peers does the work of an onboarding with other libraries than Temporal, on the same
// PostgreSQL and against the same fakes, so that a reader sees what Latchkey's durability
// costs. What the peers lack of Latchkey stands in docs/performance.md.
package peers
