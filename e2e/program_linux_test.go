package e2e

import "syscall"

// dieWithParent keeps a test that is killed from leaving processes behind.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
