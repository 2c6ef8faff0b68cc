package carriertest

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/latchkey/latchkey/carrier"
)

// Row orders a fault: the next Times calls of this name end with it; 0 means all
// of them, until another script replaces this one. The first row that fits a call
// is used. A row with a Module fits only calls about that identifier.
type Row struct {
	Call   carrier.Call `json:"call"`
	Times  int          `json:"times"`
	Fault  string       `json:"fault"`
	Module string       `json:"module,omitempty"`
}

// The faults every call can be given, next to the permanent codes of its own.
const (
	faultNone           = ""
	faultUnavailable    = "unavailable"      // 503
	faultRateLimited    = "rate_limited"     // 429, Retry-After: 1
	faultHang           = "hang"             // holds the request; nothing is done
	faultAnswerThenDrop = "answer_then_drop" // does it, then drops the connection instead of answering
)

// Faults lists the faults a call can be given.
func Faults(call carrier.Call) []string {
	return append(carrier.PermanentCodes(call), faultUnavailable, faultRateLimited, faultHang, faultAnswerThenDrop)
}

// Script replaces the faults to come. It fails, and changes nothing, when a row
// names a call or fault that does not exist; the text lists those that do.
func (s *Simulator) Script(rows ...Row) error { return s.script.replace(rows) }

type script struct {
	mu   sync.Mutex
	rows []Row
}

func (s *script) replace(rows []Row) error {
	for i, row := range rows {
		if err := row.check(); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows = slices.Clone(rows)
	return nil
}

func (r Row) check() error {
	if !slices.Contains(carrier.Calls(), r.Call) {
		return fmt.Errorf("there is no call %q; the calls are %s", r.Call, listed(carrier.Calls()))
	}
	if faults := Faults(r.Call); !slices.Contains(faults, r.Fault) {
		return fmt.Errorf("%s has no fault %q; its faults are %s", r.Call, r.Fault, listed(faults))
	}
	if r.Times < 0 {
		return fmt.Errorf("times is %d; it is a count, and 0 means until replaced", r.Times)
	}
	if r.Module != "" && r.Call == carrier.CheckCoverage {
		return fmt.Errorf("%s is about a place and fits no module", r.Call)
	}
	return nil
}

// rest is what has not been used up.
func (s *script) rest() []Row {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Row{}, s.rows...)
}

// take uses up one time of the first row that fits and returns its fault.
func (s *script) take(call carrier.Call, module string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.rows, func(row Row) bool {
		return row.Call == call && (row.Module == "" || row.Module == module)
	})
	if i < 0 {
		return faultNone
	}
	fault := s.rows[i].Fault
	switch s.rows[i].Times {
	case 0:
	case 1:
		s.rows = slices.Delete(s.rows, i, i+1)
	default:
		s.rows[i].Times--
	}
	return fault
}

func listed[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	return strings.Join(texts, ", ")
}
