package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParkedAtRegisterModule_IsFinishedWithTheCorrectedSerial(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newCustomer(t)
	mistyped := c.serial()
	s.registerElsewhere(t, mistyped)

	made := s.submit(t, c)
	parked := s.awaitPark(t, made.ID, "register_module", "module_already_registered")
	require.Equal(t, []string{"retry", "amend", "cancel"}, parked.AllowedActions)
	require.False(t, s.moduleFree(t, mistyped), "the onboarding holds its module while it waits")

	c.System.Module = s.nextModule(t)
	amend := decisionOn(parked, "amend", "Mistyped on the phone.")
	amend.Sections = map[string]any{"system": c.System}
	s.sendOn(t, made.ID, amend)
	done := s.complete(t, made.ID)

	require.Equal(t, 2, done.Revision)
	s.requireOneOfEach(t, made.ID, c)
	require.False(t, s.moduleFree(t, c.serial()))
	require.True(t, s.moduleFree(t, mistyped), "the module that was mistyped is let go")
}

func TestParkedAtRegisterModule_IsFinishedByARetryOnceTheModuleIsReleased(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	c := s.newCustomer(t)
	release := s.registerElsewhere(t, c.serial())

	made := s.submit(t, c)
	parked := s.awaitPark(t, made.ID, "register_module", "module_already_registered")
	s.sendOn(t, made.ID, decisionOn(parked, "retry", ""))
	again := s.awaitPark(t, made.ID, "register_module", "module_already_registered")
	require.Equal(t, parked.ParkNo+1, again.ParkNo, "trying again before the release parks again")

	stale := s.decide(t, made.ID, decisionOn(parked, "retry", ""))
	require.Equal(t, http.StatusConflict, stale.status, "a decision about the earlier park: %s", stale.body)

	release()
	s.sendOn(t, made.ID, decisionOn(again, "retry", ""))
	s.complete(t, made.ID)
	s.requireOneOfEach(t, made.ID, c)
}
