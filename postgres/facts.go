package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlFacts = `
SELECT now() AS now,
    coalesce((SELECT NOT suspended FROM dealers WHERE id = @dealer), false) AS dealer_active,
    EXISTS (SELECT FROM receivers r JOIN monitoring_stations s ON s.id = r.station_id
        WHERE s.dealer_id = @dealer AND r.retired_at IS NULL) AS station_registered,
    EXISTS (SELECT FROM dealers WHERE id = @sub_dealer AND parent_id = @dealer) AS sub_dealer_known,
    EXISTS (SELECT FROM customer_sources WHERE id = @source AND dealer_id = @dealer AND retired_at IS NULL) AS source_known,
    EXISTS (SELECT FROM onboardings WHERE dealer_id = @dealer AND alternate_id = @alternate_id AND alternate_id <> ''
        AND status NOT IN ('rejected', 'cancelled') AND id <> @onboarding) AS alternate_id_taken,
    EXISTS (SELECT FROM accounts WHERE receiver_id = @receiver AND account_number = upper(@account_number)
        AND state = 'open' AND onboarding_id <> @onboarding) AS account_number_taken`

type factsRow struct {
	Now                time.Time
	DealerActive       bool
	StationRegistered  bool
	SubDealerKnown     bool
	SourceKnown        bool
	AlternateIDTaken   bool
	AccountNumberTaken bool
}

// Facts answers questions for a dealer, in one round trip. What the onboarding itself
// holds (its login name, its module) counts as free; its ID may be empty.
func (s *Store) Facts(ctx context.Context, dealerID, onboardingID string, questions onboarding.Questions) (onboarding.Facts, error) {
	args := pgx.NamedArgs{
		"dealer": idOf(dealerID), "onboarding": idOf(onboardingID), "identifier": questions.Module,
		"sub_dealer": idOf(questions.SubDealerID), "source": idOf(questions.CustomerSource),
		"receiver": idOf(questions.ReceiverID), "account_number": questions.AccountNumber,
		"alternate_id": questions.AlternateID, "template": idOf(questions.PanelTemplateID),
		"names": questions.LoginNames, "reps": questions.Reps,
	}
	var (
		about            []factsRow
		reps, logins     []nameRow
		modules          []moduleRow
		receivers        []receiverRow
		panelTemplates   []panelTemplateRow
		packageTemplates []packageTemplateRow
		prices           []priceRow
	)
	batch := &pgx.Batch{}
	ask(batch, sqlFacts, args, &about)
	ask(batch, sqlKnownReps, args, &reps)
	ask(batch, sqlTakenLogins, args, &logins)
	ask(batch, sqlModule, args, &modules)
	ask(batch, sqlReceiver, args, &receivers)
	ask(batch, sqlPanelTemplate, args, &panelTemplates)
	ask(batch, sqlPackageTemplates, args, &packageTemplates)
	ask(batch, sqlPrices, args, &prices)
	if err := s.pool.SendBatch(ctx, batch).Close(); err != nil {
		return onboarding.Facts{}, translate("look up facts", err)
	}

	facts := onboarding.Facts{
		Now: about[0].Now, DealerActive: about[0].DealerActive, StationRegistered: about[0].StationRegistered,
		SubDealerKnown: about[0].SubDealerKnown, CustomerSourceKnown: about[0].SourceKnown,
		AlternateIDTaken: about[0].AlternateIDTaken, AccountNumberTaken: about[0].AccountNumberTaken,
		RepsKnown: setOf(reps), TakenLoginNames: setOf(logins), Prices: pricesOf(prices),
	}
	if len(modules) > 0 {
		facts.Module = modules[0].module()
	}
	if len(receivers) > 0 {
		receiver := onboarding.Receiver(receivers[0])
		facts.Receiver = &receiver
	}
	if len(panelTemplates) > 0 {
		template := onboarding.PanelTemplate(panelTemplates[0])
		facts.PanelTemplate = &template
	}
	templates, err := packageTemplatesOf(packageTemplates)
	facts.PackageTemplates = templates
	return facts, translate("look up facts", err)
}

// ask queues a query whose rows go to into.
func ask[R any](batch *pgx.Batch, sql string, args pgx.NamedArgs, into *[]R) {
	batch.Queue(sql, args).Query(func(rows pgx.Rows) error {
		collected, err := pgx.CollectRows(rows, pgx.RowToStructByName[R])
		*into = collected
		return err
	})
}

// askOne queues a query for the one row that goes to into; pgx.ErrNoRows when there is none.
func askOne[R any](batch *pgx.Batch, sql string, args pgx.NamedArgs, into *R) {
	batch.Queue(sql, args).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectOneRow(rows, pgx.RowToStructByName[R])
		return err
	})
}

// A rep is anybody who is one for the dealer, named by login name in any case.
const sqlKnownReps = `
SELECT asked AS name FROM unnest(@reps::text[]) AS asked
WHERE EXISTS (SELECT FROM users u WHERE lower(u.login_name) = lower(asked) AND u.dealer_id = @dealer
    AND (u.sales_rep OR u.installer_rep) AND u.disabled_at IS NULL)`

const sqlTakenLogins = `
SELECT lower(name) AS name FROM logins WHERE lower(name) = ANY (@names::text[]) AND onboarding_id <> @onboarding`

type nameRow struct{ Name string }

func setOf(rows []nameRow) map[string]bool {
	set := make(map[string]bool, len(rows))
	for _, row := range rows {
		set[row.Name] = true
	}
	return set
}

// TakenLoginNames tells which of the names, given in lower case, somebody has.
func (s *Store) TakenLoginNames(ctx context.Context, names []string) (map[string]bool, error) {
	rows, err := all[nameRow](ctx, s.pool, sqlTakenLogins, pgx.NamedArgs{"names": names, "onboarding": idOf("")})
	return setOf(rows), translate("look up login names", err)
}
