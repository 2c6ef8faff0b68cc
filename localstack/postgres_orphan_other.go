//go:build !linux

package localstack

import (
	"os/exec"
	"strconv"
	"strings"
)

// isServerOf tells whether the process is a PostgreSQL server on the data folder, by its command line.
func isServerOf(pid int, dataDir string) bool {
	line, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(line), " -D "+dataDir+" ")
}
