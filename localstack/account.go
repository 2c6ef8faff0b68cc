package localstack

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the operating system's user that a child runs as. The zero account is this process's own user.
//
// PostgreSQL refuses to run as root, so under root it gets another user, who must then be able to enter the folders of
// its data and its binaries: trying is the only question asked here, since mode bits do not tell of ACLs and the like.
type account struct {
	name       string
	credential *syscall.Credential
}

// nobodyID is the user and group that owns nothing, on Linux and macOS alike as far as root's files are concerned.
const nobodyID = 65534

// postgresAccount is the user for a database in the folder: as root the owner of what is there already, else the system's
// user `postgres`, else nobody.
func postgresAccount(dataDir string) account {
	if os.Geteuid() != 0 {
		return account{}
	}
	if info, err := os.Stat(dataDir); err == nil {
		if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 {
			return accountOf(stat.Uid, stat.Gid)
		}
	}
	if found, err := user.Lookup("postgres"); err == nil {
		uid, uidErr := strconv.ParseUint(found.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(found.Gid, 10, 32)
		if uidErr == nil && gidErr == nil {
			return accountOf(uint32(uid), uint32(gid))
		}
	}
	return accountOf(nobodyID, nobodyID)
}

func accountOf(uid, gid uint32) account {
	name := "number " + strconv.FormatUint(uint64(uid), 10)
	if found, err := user.LookupId(strconv.FormatUint(uint64(uid), 10)); err == nil {
		name = found.Username
	}
	return account{name: name, credential: &syscall.Credential{Uid: uid, Gid: gid}}
}

// canEnter tells whether a process of this user can have the folder as its working folder.
func (a account) canEnter(dir string) bool {
	cmd := exec.Command("true")
	cmd.Dir = dir
	a.become(cmd)
	return cmd.Run() == nil
}

// become makes the command run as this user.
func (a account) become(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential}
}

// takeOver makes this user the owner of the path. Some mounts ignore the change without an error, so it looks again.
func (a account) takeOver(path string) error {
	if a.credential == nil {
		return nil
	}
	if err := os.Lchown(path, int(a.credential.Uid), int(a.credential.Gid)); err != nil {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != a.credential.Uid {
		return fmt.Errorf("%s does not take user %s as its owner", filepath.Clean(path), a.name)
	}
	return nil
}
