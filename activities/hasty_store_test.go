package activities_test

import (
	"context"
	"sync"

	"github.com/latchkey/latchkey/activities"
	"github.com/latchkey/latchkey/onboarding"
)

// hastyStore is the real record in a world where somebody is always faster: each time
// facts or an account have been looked up, and before anything is done with them, the
// next of meanwhile happens.
type hastyStore struct {
	activities.Store
	mutex     sync.Mutex
	meanwhile []func()
}

func (s *hastyStore) Facts(ctx context.Context, dealerID, onboardingID string, questions onboarding.Questions) (onboarding.Facts, error) {
	defer s.next()
	return s.Store.Facts(ctx, dealerID, onboardingID, questions)
}

func (s *hastyStore) AccountOf(ctx context.Context, onboardingID string) (onboarding.Account, error) {
	defer s.next()
	return s.Store.AccountOf(ctx, onboardingID)
}

func (s *hastyStore) next() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.meanwhile) > 0 {
		s.meanwhile[0]()
		s.meanwhile = s.meanwhile[1:]
	}
}
