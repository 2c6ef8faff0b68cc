// Package e2e tests the whole system from outside: the built binary, a real PostgreSQL,
// a real Temporal, a real SMTP conversation, a real browser. It has tests only.
//
// What is here asserts what a dealer, an operator, a customer or whoever starts Latchkey
// would notice. Rules and transitions are tested where they are written.
package e2e
