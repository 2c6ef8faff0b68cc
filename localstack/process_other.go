//go:build !linux

package localstack

import "syscall"

// signalOnParentDeath does nothing: only Linux can do this. An orphaned PostgreSQL is stopped by the next start on its
// folder.
func signalOnParentDeath(*syscall.SysProcAttr, syscall.Signal) {}
