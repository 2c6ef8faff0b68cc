package localstack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// unreachableFallback is where root keeps a database whose wanted folder lies under one that is closed to the user
// PostgreSQL runs as, such as root's own home.
const unreachableFallback = "/var/lib/latchkey"

// databaseFolder is a folder of ours that holds one PostgreSQL cluster and what belongs to it.
type databaseFolder struct {
	path string // real path, absolute
	user account
	lock *fileLock
}

func (f databaseFolder) data() string         { return filepath.Join(f.path, "data") }
func (f databaseFolder) passwordFile() string { return filepath.Join(f.path, "password") }
func (f databaseFolder) logFile() string      { return filepath.Join(f.path, "postgres.log") }

// openDatabaseFolder makes the wanted folder usable and locks it for this process. Whatever stands in the way comes back
// as one sentence that says what to do.
func openDatabaseFolder(want string, say Say) (databaseFolder, error) {
	want, err := filepath.Abs(want)
	if err != nil {
		return databaseFolder{}, err
	}
	if err := checkStateFolder(want); err != nil {
		return databaseFolder{}, err
	}
	if err := os.MkdirAll(want, 0o755); err != nil {
		return databaseFolder{}, fmt.Errorf("cannot make the state folder %s (%w): make its parent writable or choose another state folder", want, err)
	}
	real, err := filepath.EvalSymlinks(want)
	if err != nil {
		return databaseFolder{}, fmt.Errorf("cannot use the state folder %s (%w): choose another", want, err)
	}
	folder := databaseFolder{path: real, user: postgresAccount(filepath.Join(real, "data"))}
	if !folder.usable() {
		if folder.path, err = moveWithinReach(real, folder.user, say); err != nil {
			return databaseFolder{}, err
		}
	}
	folder.lock, err = tryLock(filepath.Join(folder.path, "lock"))
	var held *heldError
	switch {
	case errors.As(err, &held):
		return databaseFolder{}, fmt.Errorf("another Latchkey, process %d, uses the database in %s: stop it or choose another state folder", held.pid, want)
	case errors.Is(err, fs.ErrPermission):
		return databaseFolder{}, fmt.Errorf("the state folder %s is not writable for you: make it so, remove it, or choose another state folder", want)
	case err != nil:
		return databaseFolder{}, err
	}
	return folder, folder.user.takeOver(folder.lock.file.Name())
}

// checkStateFolder also removes a link whose target is gone, which MkdirAll would trip over.
func checkStateFolder(want string) error {
	info, err := os.Stat(want)
	switch {
	case err == nil && !info.IsDir():
		return fmt.Errorf("the state folder %s is not a folder: move that file away or choose another state folder", want)
	case errors.Is(err, fs.ErrNotExist):
		if link, err := os.Lstat(want); err == nil && link.Mode()&fs.ModeSymlink != 0 {
			return os.Remove(want)
		}
		return nil
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the state folder %s is closed to you: it may belong to another user, so run as that one or choose another state folder", want)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("cannot use the state folder %s (%w): choose another state folder", want, err)
	}
	return nil
}

// usable hands the folder to the database's user and tells whether that user gets there.
func (f databaseFolder) usable() bool {
	if f.user.credential == nil {
		return true
	}
	if err := f.user.takeOver(f.path); err != nil {
		return false
	}
	return f.user.canEnter(f.path)
}

// moveWithinReach puts a link in the place of the empty wanted folder. The link, and not a name derived from the wanted
// path, is what makes the choice last: who removes the state folder begins anew, and who moves it takes the link along.
func moveWithinReach(want string, user account, say Say) (string, error) {
	if err := os.Remove(want); err != nil {
		return "", fmt.Errorf("user %s, as whom root runs PostgreSQL, cannot reach %s: open its parent folders to others (chmod o+x) or remove it to begin anew", user.name, want)
	}
	if err := os.MkdirAll(unreachableFallback, 0o755); err != nil {
		return "", fmt.Errorf("make a folder within the database's reach: %w", err)
	}
	made, err := os.MkdirTemp(unreachableFallback, "postgres-")
	if err != nil {
		return "", fmt.Errorf("make a folder within the database's reach: %w", err)
	}
	// Under a strict umask the new parent folder is closed to others too.
	if err := os.Chmod(unreachableFallback, 0o755); err != nil {
		return "", fmt.Errorf("open %s to the database's user: %w", unreachableFallback, err)
	}
	if folder := (databaseFolder{path: made, user: user}); !folder.usable() {
		return "", fmt.Errorf("user %s, as whom root runs PostgreSQL, can reach neither %s nor %s: choose another state folder", user.name, want, made)
	}
	if err := os.Symlink(made, want); err != nil {
		return "", fmt.Errorf("link the state folder: %w", err)
	}
	say("user %s, as whom root runs PostgreSQL, cannot reach %s: the database is in %s, linked from there", user.name, want, made)
	return made, nil
}

// initialize makes the cluster if the folder has none, and checks the one that is there. It returns the superuser's
// password.
func (f databaseFolder) initialize(ctx context.Context, bin BinDir, durability Durability, say Say) (string, error) {
	ours, err := bin.major(ctx)
	if err != nil {
		return "", err
	}
	if _, err := os.Lstat(f.data()); errors.Is(err, fs.ErrNotExist) {
		say("PostgreSQL %d: making a new database in %s", ours, f.path)
		return f.create(ctx, bin, ours, durability)
	}
	text, err := os.ReadFile(filepath.Join(f.data(), "PG_VERSION"))
	if err != nil {
		return "", fmt.Errorf("%s holds no PostgreSQL database (%w): remove it to begin anew, or choose another state folder", f.data(), err)
	}
	if theirs := strings.TrimSpace(string(text)); theirs != strconv.Itoa(ours) {
		return "", fmt.Errorf("the database in %s was made by PostgreSQL %s, but %s has version %d: set PG_BIN to the binaries of version %s, or remove the folder to begin anew", f.path, theirs, bin, ours, theirs)
	}
	password, err := os.ReadFile(f.passwordFile())
	if err != nil {
		return "", fmt.Errorf("the database in %s has lost its password file (%w): bring it back, or remove the folder to begin anew", f.path, err)
	}
	return strings.TrimSpace(string(password)), nil
}

// create runs initdb beside the final place and renames, so that an interrupted one leaves nothing that looks like a
// database.
func (f databaseFolder) create(ctx context.Context, bin BinDir, major int, durability Durability) (string, error) {
	password := rand.Text()
	// initdb reads the file as the database's user.
	if err := os.WriteFile(f.passwordFile(), []byte(password+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("write the database's password file: %w", err)
	}
	if err := f.user.takeOver(f.passwordFile()); err != nil {
		return "", fmt.Errorf("write the database's password file: %w", err)
	}
	unfinished := f.data() + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return "", fmt.Errorf("clear an interrupted initdb: %w", err)
	}
	args := []string{
		"-D", unfinished, "--username", superuser, "--pwfile", f.passwordFile(), "--auth", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C.UTF-8",
	}
	if major >= 17 {
		// Built in, so it needs no locale of the system's and sorts alike everywhere.
		args = append(args[:len(args)-1], "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8")
	}
	if durability == Disposable {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, bin.path("initdb"), args...)
	cmd.Dir, cmd.Env = f.path, postgresEnvironment()
	f.user.become(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb in %s: %w: %s", f.path, err, lastLines(string(out), 6))
	}
	if err := os.Rename(unfinished, f.data()); err != nil {
		return "", fmt.Errorf("put the new database in place: %w", err)
	}
	return password, nil
}
