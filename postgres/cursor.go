package postgres

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"github.com/latchkey/latchkey/onboarding"
)

// cursor is the last row of a page: the next one begins after it, whatever was added
// in front meanwhile.
type cursor struct {
	at time.Time
	id uuid.UUID
}

// String is the cursor as clients hand it back, opaque to them. PostgreSQL keeps
// microseconds, so nothing is lost.
func (c cursor) String() string {
	packed := binary.BigEndian.AppendUint64(nil, uint64(c.at.UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(append(packed, c.id[:]...))
}

// parseCursor reads a cursor; an empty one is the zero cursor, the beginning.
func parseCursor(text string) (cursor, error) {
	if text == "" {
		return cursor{}, nil
	}
	packed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(packed) != 8+len(uuid.UUID{}) {
		return cursor{}, onboarding.ErrBadCursor
	}
	return cursor{
		at: time.UnixMicro(int64(binary.BigEndian.Uint64(packed))).UTC(),
		id: uuid.UUID(packed[8:]),
	}, nil
}
