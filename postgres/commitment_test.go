package postgres_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/onboarding"
)

// newCommitment is one of the seed's customer, changed as the test needs it.
func (w *world) newCommitment(change func(*onboarding.NewCommitment)) onboarding.NewCommitment {
	answers := w.johnDoe(onboarding.Module{}).Answers
	commitment := onboarding.NewCommitment{
		ID: newID(), DealerID: w.dealer, UserID: w.user, Terms: onboarding.CommitmentTerms{
			Answers: answers, TimeZone: "America/New_York", ExpiresAt: time.Now().Add(onboarding.CommitmentLifetime),
			Words: onboarding.SearchableWords(answers),
		},
	}
	if change != nil {
		change(&commitment)
	}
	return commitment
}

// committed keeps a commitment and reads it back.
func (w *world) committed(change func(*onboarding.NewCommitment)) onboarding.Commitment {
	w.t.Helper()
	commitment := w.newCommitment(change)
	require.NoError(w.t, w.AddCommitment(w.ctx(), commitment))
	return w.commitment(commitment.ID)
}

func (w *world) commitment(id string) onboarding.Commitment {
	w.t.Helper()
	commitment, err := w.Store.Commitment(w.ctx(), nil, id)
	require.NoError(w.t, err)
	return commitment
}

func (w *world) openTasks(kind onboarding.TaskKind) []onboarding.Task {
	w.t.Helper()
	tasks, _, err := w.Tasks(w.ctx(), onboarding.TaskFilter{Kind: kind, Limit: 100})
	require.NoError(w.t, err)
	return tasks
}

func (w *world) announced(commitmentID string) []string {
	w.t.Helper()
	rows, err := w.conn.Query(w.ctx(), `SELECT kind || coalesce(nullif(' ' || code, ' '), '') FROM announcements WHERE commitment_id = $1 ORDER BY at, kind`, commitmentID)
	require.NoError(w.t, err)
	defer rows.Close()
	var kinds []string
	for rows.Next() {
		var kind string
		require.NoError(w.t, rows.Scan(&kind))
		kinds = append(kinds, kind)
	}
	require.NoError(w.t, rows.Err())
	return kinds
}

func (w *world) entry(action, object string) onboarding.AuditEntry {
	return onboarding.AuditEntry{UserID: w.user, DealerID: w.dealer, Action: action, ObjectID: object}
}

func due(c *onboarding.NewCommitment) { c.ActivateAt = time.Now().Add(-time.Minute) }

func withModule(serial string) func(*onboarding.NewCommitment) {
	return func(c *onboarding.NewCommitment) { c.Terms.Answers.System.Module = serial }
}

func TestAddCommitment_KeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	kept := w.newCommitment(func(c *onboarding.NewCommitment) {
		c.Terms.Expected = onboarding.Expected{InstallDate: "2028-02-29", Network: "AT&T", PanelType: "simon_xt", InstallerRep: "tech"}
		c.ActivateAt = time.Date(2027, 3, 1, 13, 0, 0, 0, time.UTC)
	})
	require.NoError(t, w.AddCommitment(w.ctx(), kept))
	read := w.commitment(kept.ID)
	require.Equal(t, kept.Terms.Answers, read.Answers)
	require.Equal(t, kept.Terms.Expected, read.Expected)
	require.Equal(t, kept.ActivateAt, read.ActivateAt)
	require.Equal(t, "office", read.CreatedBy)
	require.Equal(t, onboarding.CommitmentOpen, read.State)
	require.Equal(t, 1, read.Version)
	_, fault := onboarding.ParseCommitmentNumber(read.Number)
	require.False(t, fault.Found())

	byNumber, err := w.CommitmentByNumber(w.ctx(), []string{w.dealer}, read.Number)
	require.NoError(t, err)
	require.Equal(t, read, byNumber)
	_, err = w.Store.Commitment(w.ctx(), []string{w.newDealer("Other")}, kept.ID)
	require.ErrorIs(t, err, onboarding.ErrNotFound)
	require.Empty(t, w.announced(kept.ID))
}

func TestAddCommitments_ReportsWhatIsKnownByItsAlternateID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	numbered := func(alternateID string) onboarding.NewCommitment {
		return w.newCommitment(func(c *onboarding.NewCommitment) {
			c.Terms.Answers.Customer.Operations.AlternateID, c.Terms.AlternateID = alternateID, alternateID
		})
	}
	first, err := w.AddCommitments(w.ctx(), []onboarding.NewCommitment{numbered("CRM-1"), numbered(""), numbered("CRM-1"), numbered("")})
	require.NoError(t, err)
	require.Equal(t, []bool{false, false, true, false}, known(first))
	require.Equal(t, first[0].Number, first[2].Number)

	again, err := w.AddCommitments(w.ctx(), []onboarding.NewCommitment{numbered("CRM-1"), numbered("CRM-2")})
	require.NoError(t, err)
	require.Equal(t, []bool{true, false}, known(again))
	require.Equal(t, first[0].CommitmentID, again[0].CommitmentID)

	err = w.AddCommitment(w.ctx(), numbered("CRM-1"))
	var conflict *onboarding.Conflict
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, onboarding.ReasonAlternateIDTaken, conflict.Reason)

	// Given up, its alternate ID is free; activated, it stands for a customer.
	require.NoError(t, w.CancelCommitment(w.ctx(), w.commitment(first[0].CommitmentID), w.entry("commitment.cancel", first[0].CommitmentID)))
	require.NoError(t, w.AddCommitment(w.ctx(), numbered("CRM-1")))
	w.activate(w.commitment(again[1].CommitmentID))
	third, err := w.AddCommitments(w.ctx(), []onboarding.NewCommitment{numbered("CRM-2")})
	require.NoError(t, err)
	require.Equal(t, []bool{true}, known(third))
	require.Equal(t, again[1].Number, third[0].Number)
}

func known(added []onboarding.CommitmentAdded) []bool {
	flags := make([]bool, len(added))
	for i, one := range added {
		flags[i] = one.Known
	}
	return flags
}

// activate activates a commitment as a person does.
func (w *world) activate(commitment onboarding.Commitment) string {
	w.t.Helper()
	id, fresh, err := w.ActivateCommitment(w.ctx(), commitment, onboarding.Submission{
		UserID: w.user, Source: onboarding.SourceCommitment, Answers: commitment.Answers,
	}, w.entry("commitment.activate", commitment.ID))
	require.NoError(w.t, err)
	require.True(w.t, fresh)
	return id
}

func TestActivateCommitment_HappensOnceForAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	commitment := w.committed(withModule("4100000001"))
	var group sync.WaitGroup
	var mu sync.Mutex
	won, ids := 0, map[string]bool{}
	for range 16 {
		group.Go(func() {
			id, fresh, err := w.ActivateCommitment(w.ctx(), commitment, onboarding.Submission{
				UserID: w.user, Source: onboarding.SourceCommitment, Answers: commitment.Answers,
			}, w.entry("commitment.activate", commitment.ID))
			mu.Lock()
			defer mu.Unlock()
			if err == nil && fresh {
				won++
			}
			ids[fmt.Sprint(id, err)] = true
		})
	}
	group.Wait()
	require.Equal(t, 1, won)
	require.Len(t, ids, 1)

	now := w.commitment(commitment.ID)
	require.Equal(t, onboarding.CommitmentActivated, now.State)
	require.Equal(t, commitment.OnboardingID, now.OnboardingID)
	row, err := w.Onboarding(w.ctx(), nil, commitment.OnboardingID)
	require.NoError(t, err)
	require.Equal(t, onboarding.SourceCommitment, row.Source)
	require.Equal(t, commitment.ID, row.CommitmentID)
	require.Equal(t, []string{"commitment.activated", "onboarding.created"}, w.announced(commitment.ID))
}

func TestActivateCommitment_OpensAgainWhenItComesToNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	commitment := w.committed(func(c *onboarding.NewCommitment) { due(c); withModule("4100000001")(c) })
	onboardingID, _, err := w.ActivateCommitment(w.ctx(), commitment, onboarding.Submission{
		Source: onboarding.SourceCommitment, Answers: commitment.Answers,
	}, onboarding.AuditEntry{DealerID: w.dealer, Action: "commitment.activate", ObjectID: commitment.ID})
	require.NoError(t, err)
	require.NoError(t, w.Reject(w.ctx(), onboarding.EffectKey{OnboardingID: onboardingID, Step: onboarding.StepValidate, Revision: 1},
		onboarding.Problems{{Field: "/system/module", Code: "module_in_use", Message: "In use."}}, []byte(`{}`)))

	open := w.commitment(commitment.ID)
	require.Equal(t, onboarding.CommitmentOpen, open.State)
	require.NotEqual(t, onboardingID, open.OnboardingID)
	require.Zero(t, open.ActivateAt)
	tasks := w.openTasks(onboarding.TaskCommitmentRefused)
	require.Len(t, tasks, 1)
	require.Equal(t, "module_in_use", tasks[0].Code)

	// By hand this time, and cancelled later: the person knows already.
	second := w.activate(open)
	require.Empty(t, w.openTasks(onboarding.TaskCommitmentRefused))
	require.NoError(t, w.RecordTransition(w.ctx(), "run-1", onboarding.Transition{
		OnboardingID: second, No: 1, Kind: onboarding.EventCancelled, Status: onboarding.StatusCancelled, Revision: 1, At: time.Now(),
	}))
	open = w.commitment(commitment.ID)
	require.Equal(t, onboarding.CommitmentOpen, open.State)
	require.Empty(t, w.openTasks(onboarding.TaskCommitmentRefused))
	w.activate(open)
}

func TestActivateCommitment_RefusesOneThatWasChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	commitment := w.committed(withModule("4100000001"))
	require.NoError(t, w.ScheduleCommitment(w.ctx(), commitment, time.Now().Add(time.Hour), w.entry("commitment.schedule", commitment.ID)))
	_, _, err := w.ActivateCommitment(w.ctx(), commitment, onboarding.Submission{Source: onboarding.SourceCommitment, Answers: commitment.Answers}, w.entry("x", ""))
	require.ErrorIs(t, err, onboarding.ErrStale)
	require.ErrorIs(t, w.CancelCommitment(w.ctx(), commitment, w.entry("x", "")), onboarding.ErrStale)
}

func TestDueCommitments_AreClaimedByOneSweepAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 30 {
		w.committed(due)
	}
	w.committed(nil)
	w.committed(func(c *onboarding.NewCommitment) { c.ActivateAt = time.Now().Add(time.Hour) })
	var group sync.WaitGroup
	var mu sync.Mutex
	claims := map[string]int{}
	for range 6 {
		group.Go(func() {
			claimed, err := w.DueCommitments(w.ctx(), time.Minute, 10)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				for _, commitment := range claimed {
					claims[commitment.ID]++
				}
			}
		})
	}
	group.Wait()
	rest, err := w.DueCommitments(w.ctx(), time.Minute, 100)
	require.NoError(t, err)
	for _, commitment := range rest {
		claims[commitment.ID]++
	}
	require.Len(t, claims, 30)
	for _, times := range claims {
		require.Equal(t, 1, times)
	}

	// A sweep that died lets go when its lease is over.
	_, err = w.conn.Exec(w.ctx(), `UPDATE commitments SET claimed_until = now() - interval '1 second' WHERE claimed_until IS NOT NULL`)
	require.NoError(t, err)
	again, err := w.DueCommitments(w.ctx(), time.Minute, 100)
	require.NoError(t, err)
	require.Len(t, again, 30)
}

func TestCommitmentNeedsSerial_AsksTheDealerUntilItComes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	commitment := w.committed(due)
	require.NoError(t, w.CommitmentNeedsSerial(w.ctx(), commitment))
	require.NoError(t, w.CommitmentNeedsSerial(w.ctx(), commitment), "of an older version: nothing happens")
	waiting := w.commitment(commitment.ID)
	require.Equal(t, onboarding.CommitmentNeedsSerial, waiting.State)
	require.Len(t, w.openTasks(onboarding.TaskCommitmentNeedsSerial), 1)
	require.ElementsMatch(t, []string{"commitment.due", "commitment.needs_serial"}, w.announced(commitment.ID))
	claimed, err := w.DueCommitments(w.ctx(), time.Minute, 10)
	require.NoError(t, err)
	require.Empty(t, claimed)

	terms := w.newCommitment(withModule("4100000001")).Terms
	require.NoError(t, w.ChangeCommitment(w.ctx(), waiting, terms, w.entry("commitment.change", waiting.ID)))
	require.Empty(t, w.openTasks(onboarding.TaskCommitmentNeedsSerial))
	claimed, err = w.DueCommitments(w.ctx(), time.Minute, 10)
	require.NoError(t, err)
	require.Len(t, claimed, 1)
	require.Equal(t, "4100000001", claimed[0].Answers.System.Module)
}

func TestRefuseCommitment_TakesTheDateAndAsksTheDealer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	commitment := w.committed(due)
	require.NoError(t, w.RefuseCommitment(w.ctx(), commitment, "login_taken"))
	refused := w.commitment(commitment.ID)
	require.Equal(t, onboarding.CommitmentOpen, refused.State)
	require.Zero(t, refused.ActivateAt)
	require.Equal(t, "login_taken", w.openTasks(onboarding.TaskCommitmentRefused)[0].Code)
	require.Equal(t, []string{"commitment.due login_taken"}, w.announced(commitment.ID))
	require.NoError(t, w.ScheduleCommitment(w.ctx(), refused, time.Now().Add(time.Hour), w.entry("commitment.schedule", refused.ID)))
	require.Empty(t, w.openTasks(onboarding.TaskCommitmentRefused))
}

func TestExpireCommitments_EndsWhatNobodyActivated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	past := func(c *onboarding.NewCommitment) { c.Terms.ExpiresAt = time.Now().Add(-time.Second) }
	old, waiting, overdue := w.committed(past), w.committed(due), w.committed(func(c *onboarding.NewCommitment) { past(c); due(c) })
	require.NoError(t, w.CommitmentNeedsSerial(w.ctx(), waiting))
	_, err := w.conn.Exec(w.ctx(), `UPDATE commitments SET expires_at = now() - interval '1 second' WHERE id = $1`, waiting.ID)
	require.NoError(t, err)
	young := w.committed(nil)

	count, err := w.ExpireCommitments(w.ctx(), 100)
	require.NoError(t, err)
	require.Equal(t, 2, count)
	require.Equal(t, onboarding.CommitmentExpired, w.commitment(old.ID).State)
	require.Equal(t, onboarding.CommitmentExpired, w.commitment(waiting.ID).State)
	require.Equal(t, onboarding.CommitmentOpen, w.commitment(overdue.ID).State, "the sweep is late, not the dealer")
	require.Equal(t, onboarding.CommitmentOpen, w.commitment(young.ID).State)
	require.Equal(t, []string{"commitment.expired"}, w.announced(old.ID))
	require.Empty(t, w.openTasks(onboarding.TaskCommitmentNeedsSerial))
	count, err = w.ExpireCommitments(w.ctx(), 100)
	require.NoError(t, err)
	require.Zero(t, count)
}

func TestCommitments_AreFoundByNumberNameAndState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.committed(func(c *onboarding.NewCommitment) {
		c.Terms.Answers.Customer.FirstName, c.Terms.Answers.Customer.LastName = "Ann", "O'Brien"
		c.Terms.Words = onboarding.SearchableWords(c.Terms.Answers)
		c.Terms.Expected.InstallDate = "2027-01-31"
	})
	john := w.committed(nil)
	found := func(change func(*onboarding.CommitmentFilter)) []string {
		filter := onboarding.CommitmentFilter{Dealers: []string{w.dealer}, Limit: 10}
		change(&filter)
		page, _, err := w.Commitments(w.ctx(), filter)
		require.NoError(t, err)
		ids := []string{}
		for _, commitment := range page {
			ids = append(ids, commitment.ID)
		}
		return ids
	}
	query := func(text string) []string { return found(func(f *onboarding.CommitmentFilter) { f.Query = text }) }
	require.Equal(t, []string{john.ID, ann.ID}, query(""))
	require.Equal(t, []string{ann.ID}, query("obr"))
	require.Equal(t, []string{ann.ID}, query(ann.Number))
	require.Equal(t, []string{ann.ID}, query(ann.Number[2:6]+ann.Number[7:]))
	require.Equal(t, []string{john.ID}, query("john doe tysons"))
	require.Empty(t, query("nobody'; --"))
	require.Equal(t, []string{ann.ID}, found(func(f *onboarding.CommitmentFilter) { f.InstallDate = "2027-01-31" }))
	require.Empty(t, found(func(f *onboarding.CommitmentFilter) { f.State = onboarding.CommitmentExpired }))
	require.Empty(t, found(func(f *onboarding.CommitmentFilter) { f.Dealers = []string{newID()} }))

	page, next, err := w.Commitments(w.ctx(), onboarding.CommitmentFilter{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, john.ID, page[0].ID)
	page, next, err = w.Commitments(w.ctx(), onboarding.CommitmentFilter{Limit: 1, Cursor: next})
	require.NoError(t, err)
	require.Equal(t, ann.ID, page[0].ID)
	require.Empty(t, next)
}
