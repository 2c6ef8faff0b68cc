package postgres_test

import (
	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/postgres"
)

var (
	_ activities.Store = (*postgres.Store)(nil)
	_ dealing.Store    = (*postgres.Store)(nil)
)
