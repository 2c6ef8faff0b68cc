// Package onboarding is the domain of Latchkey: what a dealer answers about a
// customer, the rules those answers must keep, the steps that turn them into an
// account, and the states such a run can be in.
//
// The package is pure. It reads no clock, no environment and no network, and its
// types carry no encoding tags: adapters translate at their own edge. Everything a
// rule must know about the world reaches it as Facts.
package onboarding
