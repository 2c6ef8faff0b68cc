package postgres

import "github.com/google/uuid"

// idOf reads an ID that came from outside. What is no UUID names nothing: it becomes
// the nil UUID, which no row has.
func idOf(id string) uuid.UUID {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return uuid.Nil
	}
	return parsed
}

// optionalID is NULL for an empty ID.
func optionalID(id string) *uuid.UUID {
	if id == "" {
		return nil
	}
	parsed := idOf(id)
	return &parsed
}

// idsOf is NULL for a nil list, which stands for "every one".
func idsOf(ids []string) []uuid.UUID {
	if ids == nil {
		return nil
	}
	parsed := make([]uuid.UUID, len(ids))
	for i, id := range ids {
		parsed[i] = idOf(id)
	}
	return parsed
}

// newID draws an ID that sorts by its time, so that new rows land next to each other.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
