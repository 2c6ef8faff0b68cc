package mailtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// mailbox keeps the mails, and their sources in dir when there is one.
type mailbox struct {
	dir string

	mutex   sync.Mutex
	arrived *sync.Cond
	mails   []Received
	last    int // number in the newest ID
}

// envelope is what the source of a mail does not say; it lies beside it as JSON.
type envelope struct {
	From       string    `json:"from"`
	To         []string  `json:"to"`
	ReceivedAt time.Time `json:"received_at"`
}

func openMailbox(dir string) (*mailbox, error) {
	m := &mailbox{dir: dir}
	m.arrived = sync.NewCond(&m.mutex)
	if dir == "" {
		return m, nil
	}
	// Set-up links are inside: for the owner's eyes only.
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return m, m.load()
}

// load reads the mails of an earlier run. The envelope is written last, so a source without one is a mail that
// was never acknowledged, and is left out.
func (m *mailbox) load() error {
	paths, err := filepath.Glob(filepath.Join(m.dir, "*.json"))
	if err != nil {
		return err
	}
	slices.Sort(paths)
	for _, path := range paths {
		mail, err := loadMail(path)
		if err != nil {
			return err
		}
		m.mails = append(m.mails, mail)
		m.last, _ = strconv.Atoi(mail.ID)
	}
	return nil
}

func loadMail(path string) (Received, error) {
	described, err := os.ReadFile(path)
	if err != nil {
		return Received{}, err
	}
	var from envelope
	if err := json.Unmarshal(described, &from); err != nil {
		return Received{}, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	raw, err := os.ReadFile(strings.TrimSuffix(path, ".json") + ".eml")
	if err != nil {
		return Received{}, err
	}
	mail := Received{
		ID:         strings.TrimSuffix(filepath.Base(path), ".json"),
		From:       from.From,
		To:         from.To,
		ReceivedAt: from.ReceivedAt,
		Raw:        raw,
	}
	mail.read()
	return mail, nil
}

func (m *mailbox) add(from string, to []string, raw []byte) error {
	mail := Received{From: from, To: slices.Clone(to), ReceivedAt: time.Now().UTC(), Raw: raw}
	mail.read()

	m.mutex.Lock()
	defer m.mutex.Unlock()
	mail.ID = fmt.Sprintf("%08d", m.last+1)
	if err := m.store(mail); err != nil {
		return err
	}
	m.last++
	m.mails = append(m.mails, mail)
	m.arrived.Broadcast()
	return nil
}

func (m *mailbox) store(mail Received) error {
	if m.dir == "" {
		return nil
	}
	described, err := json.Marshal(envelope{From: mail.From, To: mail.To, ReceivedAt: mail.ReceivedAt})
	if err != nil {
		return err
	}
	base := filepath.Join(m.dir, mail.ID)
	if err := os.WriteFile(base+".eml", mail.Raw, 0o600); err != nil {
		return err
	}
	// Renamed into place, so that a crash never leaves half an envelope.
	if err := os.WriteFile(base+".tmp", described, 0o600); err != nil {
		return err
	}
	return os.Rename(base+".tmp", base+".json")
}

func (m *mailbox) all() []Received {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return slices.Clone(m.mails)
}

func (m *mailbox) byID(id string) (Received, bool) {
	mails := m.all()
	i := slices.IndexFunc(mails, func(r Received) bool { return r.ID == id })
	if i < 0 {
		return Received{}, false
	}
	return mails[i], true
}

func (m *mailbox) waitFor(ctx context.Context, match func(Received) bool) (Received, error) {
	stop := context.AfterFunc(ctx, func() {
		// Taken so that the wake-up cannot fall between the check and the wait below.
		m.mutex.Lock()
		defer m.mutex.Unlock()
		m.arrived.Broadcast()
	})
	defer stop()

	m.mutex.Lock()
	defer m.mutex.Unlock()
	for {
		if i := slices.IndexFunc(m.mails, match); i >= 0 {
			return m.mails[i], nil
		}
		if err := ctx.Err(); err != nil {
			return Received{}, fmt.Errorf("mailtest: no such mail among %d: %w", len(m.mails), err)
		}
		m.arrived.Wait()
	}
}

// clear forgets every mail. IDs go on from where they were.
func (m *mailbox) clear() error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	var faults []error
	if m.dir != "" {
		for _, mail := range m.mails {
			base := filepath.Join(m.dir, mail.ID)
			faults = append(faults, remove(base+".json"), remove(base+".eml"))
		}
	}
	m.mails = nil
	return errors.Join(faults...)
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
