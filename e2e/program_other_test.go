//go:build !linux

package e2e

import "syscall"

// dieWithParent can't be asked for here: a test that is killed leaves its processes behind.
func dieWithParent(*syscall.SysProcAttr) {}
