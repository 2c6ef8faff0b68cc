package localstack

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// keptLogBytes is where a log file is set aside (as `<name>.old`) at the next start, so that neither grows for ever.
const keptLogBytes = 16 << 20

// serverLog takes what a child prints. The child gets the file itself, so its log survives a kill -9 of this process.
type serverLog struct {
	file  *os.File
	begin int64
}

// openServerLog appends to the named file, or to one without a name when path is "".
func openServerLog(path string, owner account) (*serverLog, error) {
	if path == "" {
		file, err := os.CreateTemp("", "latchkey-log-")
		if err != nil {
			return nil, fmt.Errorf("open a log: %w", err)
		}
		return &serverLog{file: file}, os.Remove(file.Name())
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("make the log's folder: %w", err)
	}
	if info, err := os.Stat(path); err == nil && info.Size() > keptLogBytes {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, fmt.Errorf("set the full log aside: %w", err)
		}
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	info, err := file.Stat()
	if err == nil {
		err = owner.takeOver(path)
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("open the log: %w", err)
	}
	return &serverLog{file: file, begin: info.Size()}, nil
}

// tail is the end of what the child has printed in this run.
func (l *serverLog) tail() string {
	info, err := l.file.Stat()
	if err != nil {
		return err.Error()
	}
	const most = 2000
	from := max(l.begin, info.Size()-most)
	text := make([]byte, info.Size()-from)
	n, err := l.file.ReadAt(text, from)
	if n == 0 && err != nil {
		return "(nothing)"
	}
	return strings.TrimSpace(string(text[:n]))
}

func (l *serverLog) close() { l.file.Close() }
