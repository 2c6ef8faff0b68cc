package localstack

import (
	"bytes"
	"fmt"
	"os"
)

// isServerOf tells whether the process is a PostgreSQL server on the data folder, by its command line: the one thing in
// /proc that everybody may read. A process that has ended but was not waited for has an empty one.
func isServerOf(pid int, dataDir string) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return false
	}
	return bytes.Contains(line, []byte("\x00-D\x00"+dataDir+"\x00"))
}
