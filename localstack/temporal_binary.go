package localstack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
)

// oldestTemporalServer is the server version (1.x) whose fairness, pause and worker deployment features the workflows use.
const oldestTemporalServer = 29

// temporalModule is the command of Temporal's own CLI, which holds the dev server.
const (
	temporalModule  = "github.com/temporalio/cli"
	temporalCommand = temporalModule + "/cmd/temporal"
)

// FindTemporal finds Temporal's CLI: $TEMPORAL_CLI, the user's cache, or `temporal` on PATH if its server is 1.29 or later.
// If there is none it is built once from the Go module in tools/temporal, which takes minutes, into the cache that all
// clones share. $TEMPORAL_CLI is an order and not a hint: when it does not do, that is an error.
func FindTemporal(ctx context.Context, say Say) (string, error) {
	if path := os.Getenv("TEMPORAL_CLI"); path != "" {
		if err := tryTemporal(ctx, path); err != nil {
			return "", fmt.Errorf("TEMPORAL_CLI is set to %s, but that does not do: %w", path, err)
		}
		return filepath.Abs(path)
	}
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	source, sourceErr := findTemporalSource()
	if path, ok := localTemporal(ctx, cache, source); ok {
		return path, nil
	}
	if sourceErr != nil {
		return "", sourceErr
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("make the cache folder: %w", err)
	}
	lock, err := waitLock(ctx, filepath.Join(cache, "temporal.lock"), func(pid int) {
		say("Temporal: waiting for process %d, which is building it", pid)
	})
	if err != nil {
		return "", fmt.Errorf("wait for another build of Temporal: %w", err)
	}
	defer lock.release()
	if path, ok := localTemporal(ctx, cache, source); ok {
		return path, nil
	}
	return source.build(ctx, say, cache)
}

// localTemporal looks at every place that needs no build. Without the source any version in the cache will do.
func localTemporal(ctx context.Context, cache string, source temporalSource) (string, bool) {
	places := []string{source.binary(cache)}
	if source.dir == "" {
		places, _ = filepath.Glob(filepath.Join(cache, temporalBinaryName("*")))
	}
	if path, err := exec.LookPath("temporal"); err == nil {
		places = append(places, path)
	}
	for _, place := range places {
		if tryTemporal(ctx, place) == nil {
			return place, true
		}
	}
	return "", false
}

var serverVersionPattern = regexp.MustCompile(`Server (\d+)\.(\d+)`)

func tryTemporal(ctx context.Context, path string) error {
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return err
	}
	found := serverVersionPattern.FindStringSubmatch(string(out))
	if found == nil {
		return fmt.Errorf("`%s --version` names no server version", path)
	}
	major, _ := strconv.Atoi(found[1])
	minor, _ := strconv.Atoi(found[2])
	if major == 1 && minor < oldestTemporalServer || major < 1 {
		return fmt.Errorf("its server is %s.%s and 1.%d is needed", found[1], found[2], oldestTemporalServer)
	}
	return nil
}

// temporalSource is the module that pins the CLI's version. It is a module of its own because of its hundreds of
// dependencies, and for the same reason it cannot be embedded in this program: it must be found on disk.
type temporalSource struct {
	dir     string
	version string // as in v1.5.1
}

// findTemporalSource looks for tools/temporal upwards from the working folder and from this program's.
func findTemporalSource() (temporalSource, error) {
	var starts []string
	if dir, err := os.Getwd(); err == nil {
		starts = append(starts, dir)
	}
	if program, err := os.Executable(); err == nil {
		starts = append(starts, filepath.Dir(program))
	}
	for _, start := range starts {
		for dir := start; ; dir = filepath.Dir(dir) {
			candidate := filepath.Join(dir, "tools", "temporal")
			if version, ok := pinnedVersion(filepath.Join(candidate, "go.mod")); ok {
				return temporalSource{dir: candidate, version: version}, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return temporalSource{}, errors.New("no Temporal CLI here and nothing to build it from: run this in a clone of Latchkey, " +
		"or install the Temporal CLI (server 1.29 or later) and put it on PATH or name it in TEMPORAL_CLI")
}

func pinnedVersion(goMod string) (string, bool) {
	text, err := os.ReadFile(goMod)
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && fields[0] == temporalModule {
			return fields[1], true
		}
	}
	return "", false
}

func (s temporalSource) binary(cache string) string {
	return filepath.Join(cache, temporalBinaryName(s.version))
}

// temporalBinaryName keeps the machines of a shared home folder apart.
func temporalBinaryName(version string) string {
	return fmt.Sprintf("temporal-%s-%s-%s", version, runtime.GOOS, runtime.GOARCH)
}

// build builds beside the final place and renames, so that an interrupted build is never taken for the binary.
func (s temporalSource) build(ctx context.Context, say Say, cache string) (string, error) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return "", fmt.Errorf("no Temporal CLI here and no Go to build it with: install Go, or the Temporal CLI (server 1.%d or later)", oldestTemporalServer)
	}
	unfinished := s.binary(cache) + ".new"
	say("Temporal's CLI is not here: building %s once, about 5 minutes on two cores, into %s", s.version, cache)
	cmd := polite(exec.CommandContext(ctx, goTool, "build", "-o", unfinished,
		"-ldflags", "-X "+temporalModule+"/temporalcli.Version="+strings.TrimPrefix(s.version, "v"), temporalCommand))
	cmd.Dir = s.dir
	cmd.Env = childEnvironment([]string{"GOWORK="}, "GOWORK=off")
	if err := runAloud(ctx, say, "building Temporal", cmd); err != nil {
		return "", err
	}
	if err := tryTemporal(ctx, unfinished); err != nil {
		return "", fmt.Errorf("the Temporal CLI just built does not do: %w", err)
	}
	if err := os.Rename(unfinished, s.binary(cache)); err != nil {
		return "", fmt.Errorf("put the Temporal CLI in place: %w", err)
	}
	return s.binary(cache), nil
}
