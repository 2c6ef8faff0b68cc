package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// process is one that ran at some moment. The kernel gives numbers out again, so its
// start time belongs to its name.
type process struct {
	pid     int
	started string
}

func (p process) lives() bool {
	_, state, started, err := readProcess(p.pid)
	return err == nil && started == p.started && state != "Z"
}

// family is the program's process and everything below it.
func (p *program) family(t *testing.T) []process {
	t.Helper()
	parents, found := map[process]int{}, []process{}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	for _, path := range stats {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		require.NoError(t, err)
		parent, _, started, err := readProcess(pid)
		if err != nil {
			continue // it ended while we looked
		}
		running := process{pid, started}
		parents[running] = parent
		if pid == p.cmd.Process.Pid {
			found = append(found, running)
		}
	}
	for i := 0; i < len(found); i++ {
		for child, parent := range parents {
			if parent == found[i].pid && !slices.Contains(found, child) {
				found = append(found, child)
			}
		}
	}
	return found
}

// readProcess reads /proc/PID/stat, whose second field may itself have blanks and brackets.
func readProcess(pid int) (parent int, state, started string, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, "", "", err
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	parent, err = strconv.Atoi(fields[1])
	return parent, fields[0], fields[19], err
}
