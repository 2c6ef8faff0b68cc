package localstack

import "syscall"

// signalOnParentDeath asks the kernel to signal the child when the thread that started it ends.
func signalOnParentDeath(attr *syscall.SysProcAttr, signal syscall.Signal) { attr.Pdeathsig = signal }
