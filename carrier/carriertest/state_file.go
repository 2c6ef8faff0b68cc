package carriertest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// stateFile is the path of the registrations on disk; empty keeps none.
type stateFile string

func (f stateFile) load() ([]Registered, error) {
	if f == "" {
		return nil, nil
	}
	content, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("carrier simulator: %w", err)
	}
	var rows []Registered
	if err := json.Unmarshal(content, &rows); err != nil {
		return nil, fmt.Errorf("carrier simulator: the state file %s is damaged, remove it to start afresh: %w", f, err)
	}
	return rows, nil
}

// save replaces the file as a whole, so that a kill at any instant leaves either
// the old state or the new one.
func (f stateFile) save(rows []Registered) error {
	if f == "" {
		return nil
	}
	content, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	// One name, not a random one: what a kill leaves behind is overwritten next time.
	next, err := os.OpenFile(string(f)+".next", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = next.Write(content)
	if err == nil {
		err = next.Sync()
	}
	if err := errors.Join(err, next.Close()); err != nil {
		return err
	}
	return os.Rename(next.Name(), string(f))
}
