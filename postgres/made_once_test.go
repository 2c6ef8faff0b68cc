package postgres_test

import (
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// key is one of a client's, for a body.
func (w *world) key(body string) *onboarding.IdempotencyKey {
	return &onboarding.IdempotencyKey{UserID: w.user, Key: "order-1", BodyHash: sha256.Sum256([]byte(body))}
}

func (w *world) entryWith(key *onboarding.IdempotencyKey, objectID string) onboarding.AuditEntry {
	entry := w.entry("test", objectID)
	entry.Key = key
	return entry
}

func requireMadeBefore(t *testing.T, id string, err error) {
	t.Helper()
	var made *onboarding.MadeBefore
	require.ErrorAs(t, err, &made)
	require.Equal(t, id, made.ID)
}

// keyedWrite makes something under a key.
type keyedWrite struct {
	do func(key *onboarding.IdempotencyKey) (id string, err error)
	// refused is one that cannot be done.
	refused func(key *onboarding.IdempotencyKey) error
	// made counts what was made.
	made string
}

// keyedWrites are those of the record, each with what it needs.
var keyedWrites = map[string]func(*world) keyedWrite{
	"swap": func(w *world) keyedWrite {
		account, other := w.customer(w.modules[0]), w.customer(w.modules[1])
		swap := func(key *onboarding.IdempotencyKey, module onboarding.Module) (string, error) {
			swap := w.newSwap(account, module)
			swap.Audit.Key = key
			return swap.ID, w.CreateSwap(w.ctx(), swap)
		}
		return keyedWrite{
			do: func(key *onboarding.IdempotencyKey) (string, error) { return swap(key, w.modules[2]) },
			refused: func(key *onboarding.IdempotencyKey) error {
				_, err := swap(key, onboarding.Module{ID: other.ModuleID})
				return err
			},
			made: `SELECT count(*) FROM account_changes WHERE kind = 'module_swap'`,
		}
	},
	"termination": func(w *world) keyedWrite { return w.keyedTermination(nil) },
	"recycling": func(w *world) keyedWrite {
		recycled := onboarding.Recycled(w.johnDoe(w.modules[0]).Answers)
		return w.keyedTermination(&recycled)
	},
	"enterprise group": func(w *world) keyedWrite {
		account := w.customer(w.modules[0])
		require.NoError(w.t, w.FoundEnterpriseGroup(w.ctx(), w.founded(account, "Orchard Bakery"), w.entry("test", "")))
		found := func(key *onboarding.IdempotencyKey, name string) (string, error) {
			group := w.founded(account, name)
			return group.ID, w.FoundEnterpriseGroup(w.ctx(), group, w.entryWith(key, account.ID))
		}
		return keyedWrite{
			do: func(key *onboarding.IdempotencyKey) (string, error) { return found(key, "Harvest Stores") },
			refused: func(key *onboarding.IdempotencyKey) error {
				_, err := found(key, "orchard BAKERY")
				return err
			},
			made: `SELECT count(*) FROM enterprise_groups WHERE name = 'Harvest Stores'`,
		}
	},
	"webhook endpoint": func(w *world) keyedWrite {
		used := w.heard(w.newDealer("Other Dealer"))
		add := func(key *onboarding.IdempotencyKey, id string) (string, error) {
			endpoint := onboarding.WebhookEndpoint{ID: id, DealerID: w.dealer, URL: "https://crm.example.com/", CreatedBy: w.user}
			return id, w.AddWebhookEndpoint(w.ctx(), endpoint, w.entryWith(key, id))
		}
		return keyedWrite{
			do: func(key *onboarding.IdempotencyKey) (string, error) { return add(key, newID()) },
			refused: func(key *onboarding.IdempotencyKey) error {
				_, err := add(key, used.ID)
				return err
			},
			made: `SELECT count(*) FROM webhook_endpoints WHERE url = 'https://crm.example.com/'`,
		}
	},
	"commitment": func(w *world) keyedWrite {
		add := func(key *onboarding.IdempotencyKey, alternateID string) (string, error) {
			commitment := w.newCommitment(func(c *onboarding.NewCommitment) { c.Key, c.Terms.AlternateID = key, alternateID })
			return commitment.ID, w.AddCommitment(w.ctx(), commitment)
		}
		_, err := add(nil, "CRM-1")
		require.NoError(w.t, err)
		return keyedWrite{
			do: func(key *onboarding.IdempotencyKey) (string, error) { return add(key, "CRM-2") },
			refused: func(key *onboarding.IdempotencyKey) error {
				_, err := add(key, "CRM-1")
				return err
			},
			made: `SELECT count(*) FROM commitments WHERE alternate_id = 'CRM-2'`,
		}
	},
}

// keyedTermination ends the only customer there is.
func (w *world) keyedTermination(recycled *onboarding.Answers) keyedWrite {
	account := w.customer(w.modules[0])
	terminate := func(key *onboarding.IdempotencyKey, accountID string) (string, error) {
		termination := w.termination(account)
		termination.AccountID, termination.Recycled, termination.Audit.Key = accountID, recycled, key
		return accountID, w.Terminate(w.ctx(), termination)
	}
	return keyedWrite{
		do: func(key *onboarding.IdempotencyKey) (string, error) { return terminate(key, account.ID) },
		refused: func(key *onboarding.IdempotencyKey) error {
			_, err := terminate(key, newID())
			return err
		},
		made: `SELECT count(*) FROM account_changes c LEFT JOIN drafts d ON d.id = c.draft_id WHERE c.kind = 'termination'`,
	}
}

func TestKeyedWrite_OfTwentyAtOnceMakesOneThing(t *testing.T) {
	t.Parallel()
	for name, prepare := range keyedWrites {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			write, key := prepare(w), w.key("body")
			type outcome struct {
				id  string
				err error
			}
			outcomes := make([]outcome, 20)
			var racing sync.WaitGroup
			for n := range outcomes {
				racing.Go(func() { outcomes[n].id, outcomes[n].err = write.do(key) })
			}
			racing.Wait()
			first := ""
			for _, o := range outcomes {
				if o.err == nil {
					require.Empty(t, first, "one makes it")
					first = o.id
				}
			}
			require.NotEmpty(t, first)
			for _, o := range outcomes {
				if o.err != nil {
					requireMadeBefore(t, first, o.err)
				}
			}
			require.Equal(t, 1, w.count(write.made))

			// Whoever made it may be gone before the answer is kept: the key says what was made.
			answer, id, found, err := w.Remembered(t.Context(), *key)
			require.NoError(t, err)
			require.True(t, found)
			require.Zero(t, answer.Status)
			require.Equal(t, first, id)
			_, err = write.do(w.key("another body"))
			require.ErrorIs(t, err, onboarding.ErrKeyReused)
			require.Equal(t, 1, w.count(write.made))
		})
	}
}

func TestKeyedWrite_LeavesTheKeyFreeWhenItIsRefused(t *testing.T) {
	t.Parallel()
	for name, prepare := range keyedWrites {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			write := prepare(w)
			require.Error(t, write.refused(w.key("body")))
			_, _, found, err := w.Remembered(t.Context(), *w.key("body"))
			require.NoError(t, err)
			require.False(t, found)
			_, err = write.do(w.key("another body"))
			require.NoError(t, err)
		})
	}
}

// The answers tell of modules and logins, so they go when the customer goes.
func TestKeyedWrite_IsForgottenWithItsCustomer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.customer(w.modules[0])
	named := func(name string) *onboarding.IdempotencyKey {
		return &onboarding.IdempotencyKey{UserID: w.user, Key: name, BodyHash: sha256.Sum256([]byte(name))}
	}
	over := func(id string) {
		require.NoError(t, w.ModuleReleased(w.ctx(), id))
		require.NoError(t, w.RecordChange(w.ctx(), "run", id, onboarding.Transition{
			No: 1, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, Step: onboarding.StepReleaseModule, At: time.Now(),
		}))
	}
	require.NoError(t, w.FoundEnterpriseGroup(w.ctx(), w.founded(account, "Harvest Stores"), w.entryWith(named("group"), account.ID)))
	swap := w.newSwap(account, w.modules[1])
	swap.Audit.Key = named("swap")
	require.NoError(t, w.CreateSwap(w.ctx(), swap))
	require.NoError(t, w.ReplacementRegistered(w.ctx(), swap.ID, 1))
	_, err := w.SwitchModule(w.ctx(), swap.ID, hour)
	require.NoError(t, err)
	over(swap.ID)
	termination := w.termination(account)
	termination.Audit.Key = named("termination")
	require.NoError(t, w.Terminate(w.ctx(), termination))
	over(account.ID)

	require.Equal(t, 3, w.count(`SELECT count(*) FROM idempotency_keys`))
	require.NoError(t, w.erase(account.ID))
	require.Zero(t, w.count(`SELECT count(*) FROM idempotency_keys`))
}
