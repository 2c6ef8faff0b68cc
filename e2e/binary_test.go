package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// binary is the path of `latchkey`, built once and as `make build` does, so that what is
// tested is what is run.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "latchkey-e2e-")
	if err != nil {
		return "", err
	}
	builtIn = dir
	path := filepath.Join(dir, "latchkey")
	build := exec.Command("go", "build", "-trimpath", "-o", path, "../cmd/latchkey")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("latchkey does not build: %w\n%s", err, output)
	}
	return path, nil
})

var builtIn string

func removeBinary() error { return os.RemoveAll(builtIn) }
