//go:build linux

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ticksPerSecond is the unit of the kernel's own account of processor time; it is 100 on
// every platform that Go runs on.
const ticksPerSecond = 100

// costs are seconds of processor time by who spent them.
type costs map[string]float64

// spent is what each part has spent so far. The client is this process: it has the mail
// server and the carrier in it as well.
func (s *stack) spent(tb testing.TB) costs {
	tb.Helper()
	spent := costs{"client": processorTime(tb, os.Getpid(), ownTime), "temporal": processorTime(tb, s.temporal.PID(), ownTime)}
	for _, worker := range s.workers {
		spent["worker"] += processorTime(tb, worker.cmd.Process.Pid, ownTime)
	}
	if s.api != nil {
		spent["api"] = processorTime(tb, s.api.cmd.Process.Pid, ownTime)
	}
	if s.database != nil {
		spent["postgres"] = processorTime(tb, s.database.PID(), timeOfFamily)
	}
	return spent
}

// since is what was spent after earlier.
func (c costs) since(earlier costs) costs {
	spent := costs{}
	for who := range c {
		spent[who] = c[who] - earlier[who]
	}
	return spent
}

// report tells what each of n cost, and which share of what servers and workers spent on it
// was not Temporal's.
func (c costs) report(b *testing.B, n int) {
	for who, seconds := range c {
		b.ReportMetric(seconds/float64(n), who+"-cpu-s/op")
	}
	own := c["api"] + c["worker"] + c["postgres"]
	b.ReportMetric(own/(own+c["temporal"]), "own-share")
}

// whose says whose time is meant.
type whose int

const (
	ownTime whose = iota
	// timeOfFamily counts children, those that have ended too: each connection to
	// PostgreSQL is one.
	timeOfFamily
)

func processorTime(tb testing.TB, pid int, whose whose) float64 {
	tb.Helper()
	fields := statOf(tb, pid)
	ticks := fields.number(tb, userTime) + fields.number(tb, systemTime)
	if whose == timeOfFamily {
		ticks += fields.number(tb, userTimeOfEnded) + fields.number(tb, systemTimeOfEnded)
		for _, child := range childrenOf(tb, pid) {
			if own := statOf(tb, child); own != nil {
				ticks += own.number(tb, userTime) + own.number(tb, systemTime)
			}
		}
	}
	return float64(ticks) / ticksPerSecond
}

// stat are the fields of /proc/PID/stat after the name of the program.
type stat []string

const (
	parent            = 1
	userTime          = 11
	systemTime        = 12
	userTimeOfEnded   = 13
	systemTimeOfEnded = 14
)

// statOf is nil when the process has ended.
func statOf(tb testing.TB, pid int) stat {
	tb.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
}

func (s stat) number(tb testing.TB, field int) int {
	tb.Helper()
	require.NotNil(tb, s, "the process has ended")
	number, err := strconv.Atoi(s[field])
	require.NoError(tb, err)
	return number
}

func childrenOf(tb testing.TB, pid int) (children []int) {
	tb.Helper()
	dirs, err := filepath.Glob("/proc/[0-9]*")
	require.NoError(tb, err)
	for _, dir := range dirs {
		child, err := strconv.Atoi(filepath.Base(dir))
		require.NoError(tb, err)
		if fields := statOf(tb, child); fields != nil && fields.number(tb, parent) == pid {
			children = append(children, child)
		}
	}
	return children
}

// memory is what a process has in memory at this moment, in bytes.
func memory(tb testing.TB, pid int) float64 {
	tb.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	require.NoError(tb, err)
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	require.NoError(tb, err)
	return float64(pages * os.Getpagesize())
}
