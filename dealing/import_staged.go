package dealing

import (
	"context"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// importSilence is how long a running import may be silent. It tells of itself with every
// chunk, which takes a second or two.
const importSilence = time.Minute

// StageImport looks at a file and keeps it, with what an import would do, until a person has
// looked at that. content is what file was read from.
func (d *Desk) StageImport(ctx context.Context, actor Actor, file Import, content []byte) (id string, err error) {
	dealerID, err := dealerOfImport(actor, file)
	if err != nil {
		return "", err
	}
	report, err := d.ExamineImport(ctx, actor, file)
	if err != nil {
		return "", err
	}
	id = newID()
	return id, d.store.StageImport(ctx, StagedImport{
		ID: id, DealerID: dealerID, UserID: actor.UserID, Kind: file.Kind, Content: content, Report: report,
	})
}

// StagedImport is a file that was looked at, with how far its import is. One that runs and
// was not heard of for a minute has stopped.
func (d *Desk) StagedImport(ctx context.Context, actor Actor, id string) (StagedImport, error) {
	if !isID(id) {
		return StagedImport{}, ErrNotFound
	}
	if actor.Role != onboarding.RoleOffice {
		return StagedImport{}, ErrForbidden
	}
	staged, err := d.store.StagedImport(ctx, scope(actor), id)
	if staged.State == onboarding.ImportRunning && d.now().Sub(staged.UpdatedAt) > importSilence {
		staged.State = onboarding.ImportStopped
	}
	return staged, err
}

// ClaimImport lets the caller run a staged import, and nobody else. ErrStale for one that runs
// already or is done.
func (d *Desk) ClaimImport(ctx context.Context, actor Actor, id string) (StagedImport, error) {
	staged, err := d.StagedImport(ctx, actor, id)
	if err != nil {
		return StagedImport{}, err
	}
	return staged, d.store.ClaimImport(ctx, staged.ID, importSilence)
}

// RunImport imports a file that was claimed and keeps how far it is. rows are those of its
// content. Whatever ends it, it can be claimed again and goes on: no row is added twice.
func (d *Desk) RunImport(ctx context.Context, actor Actor, staged StagedImport, rows []onboarding.ImportRow, keep Keep) error {
	file := Import{DealerID: staged.DealerID, Kind: staged.Kind, Rows: rows}
	report, err := d.Import(ctx, actor, file, keep, func(done int) {
		if err := d.store.ImportProgress(ctx, staged.ID, done); err != nil {
			d.log.WarnContext(ctx, "progress of an import is not kept", "import_id", staged.ID, "error", err)
		}
	})
	state := onboarding.ImportDone
	if err != nil {
		state = onboarding.ImportStopped
	}
	if ended := d.store.EndImport(context.WithoutCancel(ctx), staged.ID, state, report); err == nil {
		err = ended
	}
	return err
}
