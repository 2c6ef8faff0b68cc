package postgres

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

// announceOnboarding is what happens to an onboarding once.
func announceOnboarding(kind onboarding.AnnouncementKind, dealerID, onboardingID string) statement {
	return announce(onboarding.Announcement{Kind: kind, DealerID: dealerID, OnboardingID: onboardingID, Once: onboardingID})
}

// announcePark tells every park, however often the onboarding is parked. The step and the
// reason are in its name: a run that is done anew after a kill may take another way, and
// gives the number of a park to another one.
func announcePark(dealerID, onboardingID string, park onboarding.Park) statement {
	return announce(onboarding.Announcement{
		Kind: onboarding.AnnounceOnboardingParked, DealerID: dealerID, OnboardingID: onboardingID, Code: string(park.Reason),
		Once: fmt.Sprintf("%s:%d:%s:%s", onboardingID, park.No, park.Step, park.Reason),
	})
}

// announceTransition is what others hear of a transition.
func announceTransition(dealerID string, transition onboarding.Transition) []statement {
	id := transition.OnboardingID
	switch transition.Kind {
	case onboarding.EventParked:
		return []statement{announcePark(dealerID, id, onboarding.Park{Step: transition.Step, No: transition.ParkNo, Reason: transition.Reason})}
	case onboarding.EventCompleted:
		return []statement{
			announceReady(id, transition.At), announceOnboarding(onboarding.AnnounceOnboardingCompleted, dealerID, id), announceActiveWithoutModule(id),
		}
	case onboarding.EventCancelled:
		return []statement{announceOnboarding(onboarding.AnnounceOnboardingCancelled, dealerID, id)}
	default:
		return nil
	}
}

// announceAccount tells something of an account once, when the account is as the WHERE
// that follows says.
const announceAccount = `
WITH RECURSIVE told AS (
    INSERT INTO announcements (id, dealer_id, kind, onboarding_id, account_id, commitment_id, dedupe_key)
    SELECT @id, a.dealer_id, @kind, a.onboarding_id, a.id, o.commitment_id, @kind || ':' || a.onboarding_id
    FROM accounts a JOIN onboardings o ON o.id = a.onboarding_id
    WHERE a.onboarding_id = @onboarding AND a.state = 'open'`

const announcedAccount = `
    ON CONFLICT ON CONSTRAINT announcements_once DO NOTHING
    RETURNING id, dealer_id, kind)` + fanOut

// An account without a network hour is ready when it exists. The clock of Temporal, which
// ends the hour, and that of the database may differ by a moment.
const sqlAnnounceReady = announceAccount + `
      AND (a.ready_at IS NULL OR a.ready_at <= greatest(now() + interval '1 second', @at::timestamptz))` + announcedAccount

// announceReady tells that the network hour is over, when it is: a letter that was wanted
// early goes out before. at is the time of whoever waited for it; zero is now.
func announceReady(onboardingID string, at time.Time) statement {
	return statement{sqlAnnounceReady, pgx.NamedArgs{
		"id": newID(), "kind": onboarding.AnnounceAccountReadyToInstall, "onboarding": idOf(onboardingID), "at": nullTime(at),
	}}
}

// Without a module there is no panel that could communicate.
const sqlAnnounceActiveWithoutModule = announceAccount + ` AND a.module_id IS NULL` + announcedAccount

// announceActiveWithoutModule tells that the customer can log in: the onboarding is over.
func announceActiveWithoutModule(onboardingID string) statement {
	return statement{sqlAnnounceActiveWithoutModule, pgx.NamedArgs{
		"id": newID(), "kind": onboarding.AnnounceAccountActivated, "onboarding": idOf(onboardingID),
	}}
}
