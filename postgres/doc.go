// Package postgres is the record: drafts, applications, runs, accounts and everything
// that must be true whatever crashes. It is the only place with SQL.
//
// A public method is one transaction, a private function with a pgx.Tx one query of
// it. Statements are constants named sql…; a test prepares every one against the
// migrated schema. Invariants are constraints of the schema, and a broken one that a
// person can mend comes back as *onboarding.Conflict; everything else is an *Error,
// whose text never holds a value.
//
// The time is the database's, now() everywhere, so that processes on several machines
// agree. Only what is a moment of somebody else (a transition's, a panel event's) is
// passed in.
package postgres
