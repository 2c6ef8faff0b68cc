package postgres_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

func (w *world) saveNotifications(version int, kinds ...string) error {
	return w.SaveDefaultNotifications(w.ctx(), w.dealer, kinds, version, onboarding.AuditEntry{UserID: w.user, DealerID: w.dealer, Action: "test"})
}

func (w *world) notifications(onboardingID string) []string {
	w.t.Helper()
	file, err := w.CustomerFile(w.ctx(), nil, onboardingID)
	require.NoError(w.t, err)
	return file.Notifications
}

func TestCreateAccount_CopiesTheDefaultNotificationsOfThatMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	standard := w.opened(w.johnDoe(w.modules[0]))
	require.ElementsMatch(t, catalog.Current().DefaultNotifications(), w.notifications(standard.OnboardingID))

	require.NoError(t, w.saveNotifications(0, "alarms", "arming"))
	own := w.opened(w.johnDoe(w.modules[1]))
	require.NoError(t, w.saveNotifications(1))
	none := w.opened(w.johnDoe(w.modules[2]))

	require.ElementsMatch(t, []string{"alarms", "arming"}, w.notifications(own.OnboardingID))
	require.Empty(t, w.notifications(none.OnboardingID))
	require.ElementsMatch(t, catalog.Current().DefaultNotifications(), w.notifications(standard.OnboardingID))
}

func TestCreateAccount_CopiesNoNotificationsThatWereNotWantedOrDoNotApply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.saveNotifications(0, "arming", "insights"))
	unwanted := w.johnDoe(w.modules[0])
	no := false
	unwanted.Answers.Templates.DefaultNotifications = &no
	require.Empty(t, w.notifications(w.opened(unwanted).OnboardingID))

	video := w.johnDoe(onboarding.Module{})
	video.Answers.Account.Type = onboarding.StandaloneVideoAccess
	video.Answers.System, video.Answers.Pathway, video.Answers.Templates.PanelTemplateID = onboarding.SystemAnswers{}, onboarding.PathwayAnswers{}, ""
	video.Answers.Forwarding = onboarding.ForwardingAnswers{Option: onboarding.ForwardNever}
	require.Equal(t, []string{"insights"}, w.notifications(w.opened(video).OnboardingID))
}

func TestSaveDefaultNotifications_LetsOneOfManyWritersThrough(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for version := range 3 {
		var saved atomic.Int32
		done := make(chan error)
		for range 4 {
			go func() {
				err := w.saveNotifications(version, "alarms")
				if err == nil {
					saved.Add(1)
				}
				done <- err
			}()
		}
		for range 4 {
			if err := <-done; err != nil {
				require.ErrorIs(t, err, onboarding.ErrNotFound)
			}
		}
		require.EqualValues(t, 1, saved.Load())
	}
	list, err := w.DefaultNotifications(t.Context(), w.dealer)
	require.NoError(t, err)
	require.Equal(t, 3, list.Saved.Version)
	require.Equal(t, "office", list.Saved.By)
	require.ErrorIs(t, w.saveNotifications(7, "alarms"), onboarding.ErrNotFound)
	require.Equal(t, 3, w.count(`SELECT count(*) FROM audit WHERE action = 'test'`))
}
