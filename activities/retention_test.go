package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/activities"
)

func TestRetention_ClearsAndErasesNobodyUnlessItIsToldTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.pool.Exec(t.Context(), `INSERT INTO sessions (token, data, expiry) VALUES ('portal:old', '', now() - interval '1 minute')`)
	require.NoError(t, err)
	commitment := w.due(w.johnDoe())
	_, err = w.pool.Exec(t.Context(), `UPDATE commitments SET state = 'cancelled', updated_at = now() - interval '9 years' WHERE id = $1`, commitment)
	require.NoError(t, err)

	raw, err := w.call(activities.ClearExpiredName, nil)
	require.NoError(t, err)
	require.Equal(t, activities.RetentionResult{Sessions: 1, More: true}, decoded[activities.RetentionResult](t, raw))
	raw, err = w.call(activities.ClearExpiredName, nil)
	require.NoError(t, err)
	require.Zero(t, decoded[activities.RetentionResult](t, raw))
	raw, err = w.call(activities.EraseEndedName, nil)
	require.NoError(t, err)
	require.Zero(t, decoded[activities.RetentionResult](t, raw), "the default keeps customers until somebody erases them")
	require.Equal(t, "John", w.commitment(commitment).Answers.Customer.FirstName)
}
