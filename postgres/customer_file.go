package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

const sqlFile = `
SELECT d.name AS dealer_name, ` + customerState + ` AS state, coalesce(p.resolved, p.typed) AS answers,
    p.resolved IS NOT NULL AS accepted, p.quote, coalesce(l.password_hash, '') <> '' AS password_set, coalesce(l.must_change, false) AS must_change
FROM onboardings o
JOIN dealers d ON d.id = o.dealer_id
JOIN applications p ON p.onboarding_id = o.id AND p.revision = o.revision
LEFT JOIN accounts a ON a.onboarding_id = o.id
LEFT JOIN logins l ON l.onboarding_id = o.id
WHERE o.id = @onboarding`

type fileRow struct {
	DealerName  string
	State       onboarding.CustomerState
	Answers     []byte
	Accepted    bool
	Quote       []byte
	PasswordSet bool
	MustChange  bool
}

const sqlFileModule = `
SELECT ` + moduleColumns + `
FROM modules m JOIN applications p ON p.module_id = m.id JOIN onboardings o ON o.id = p.onboarding_id AND o.revision = p.revision
WHERE o.id = @onboarding`

const sqlFileReceiver = `
SELECT r.id, r.station_id, s.name AS station_name, r.name, r.number, r.protocol, r.two_way_voice
FROM onboardings o
JOIN applications p ON p.onboarding_id = o.id AND p.revision = o.revision
JOIN receivers r ON r.id = nullif(p.resolved->'forwarding'->>'receiver_id', '')::uuid
JOIN monitoring_stations s ON s.id = r.station_id
WHERE o.id = @onboarding`

const sqlFileTemplate = `
SELECT t.name, coalesce(q.state, '') AS state, coalesce(q.code, '') AS code, q.ended_at
FROM onboardings o
JOIN applications p ON p.onboarding_id = o.id AND p.revision = o.revision
LEFT JOIN template_assignments q ON q.onboarding_id = o.id
JOIN panel_templates t ON t.id = coalesce(q.template_id, nullif(p.resolved->'templates'->>'panel_template_id', '')::uuid)
WHERE o.id = @onboarding`

type templateRow struct {
	Name    string
	State   string
	Code    string
	EndedAt zeronull.Timestamptz
}

const sqlFileCoverage = `
SELECT report, overridden_by FROM coverage_checks WHERE onboarding_id = @onboarding ORDER BY revision DESC LIMIT 1`

type coverageRow struct {
	Report       []byte
	OverriddenBy string
}

const sqlLedgerOf = `
SELECT kind, amount_cents AS amount, currency, created_at AS at FROM ledger WHERE onboarding_id = @onboarding ORDER BY id`

type ledgerRow struct {
	Kind     string
	Amount   catalog.Cents
	Currency string
	At       time.Time
}

// CustomerFile reads everything about an onboarding of one of dealers; nil means every
// dealer.
func (s *Store) CustomerFile(ctx context.Context, dealers []string, onboardingID string) (onboarding.CustomerFile, error) {
	row, err := s.Onboarding(ctx, dealers, onboardingID)
	if err != nil {
		return onboarding.CustomerFile{}, err
	}
	args := pgx.NamedArgs{"onboarding": idOf(row.ID), "dealer": idOf(row.DealerID), "most": maxFileEvents}
	var (
		about     []fileRow
		accounts  []accountRow
		modules   []moduleRow
		receivers []receiverRow
		templates []templateRow
		coverage  []coverageRow
		ledger    []ledgerRow
		events    []fileEventRow
		letters   []fileLetterRow
		emails    []deliveryRow
		notices   []notificationRow
	)
	batch := &pgx.Batch{}
	ask(batch, sqlFile, args, &about)
	ask(batch, sqlAccountOf, args, &accounts)
	ask(batch, sqlFileModule, args, &modules)
	ask(batch, sqlFileReceiver, args, &receivers)
	ask(batch, sqlFileTemplate, args, &templates)
	ask(batch, sqlFileCoverage, args, &coverage)
	ask(batch, sqlLedgerOf, args, &ledger)
	ask(batch, sqlFileEvents, args, &events)
	ask(batch, sqlFileLetters, args, &letters)
	ask(batch, sqlDeliveries, args, &emails)
	ask(batch, sqlNotificationsOf, args, &notices)
	if err := s.pool.SendBatch(ctx, batch).Close(); err != nil {
		return onboarding.CustomerFile{}, translate("read customer file", err)
	}
	file, err := fileOf(row, about, coverage)
	if err != nil {
		return onboarding.CustomerFile{}, translate("read customer file", err)
	}
	if len(accounts) > 0 {
		account := accounts[0].account()
		file.Account = &account
		if account.LoginName != "" { // the customer may have chosen another since
			file.Answers.Login.Name = account.LoginName
		}
	}
	if len(modules) > 0 {
		file.Module = modules[0].module()
	}
	if len(receivers) > 0 {
		receiver := onboarding.Receiver(receivers[0])
		file.Receiver = &receiver
	}
	if len(templates) > 0 {
		t := templates[0]
		file.Template = &onboarding.TemplateRecord{Name: t.Name, State: t.State, Code: t.Code, EndedAt: time.Time(t.EndedAt)}
	}
	for _, notice := range notices {
		file.Notifications = append(file.Notifications, notice.Kind)
	}
	for _, line := range ledger {
		file.Ledger = append(file.Ledger, onboarding.LedgerLine(line))
	}
	for _, event := range events {
		file.Events = append(file.Events, event.event())
	}
	file.Letters = lettersOf(letters, emails)
	return file, nil
}

func fileOf(row onboarding.Onboarding, about []fileRow, coverage []coverageRow) (file onboarding.CustomerFile, err error) {
	if len(about) == 0 {
		return file, pgx.ErrNoRows
	}
	file = onboarding.CustomerFile{
		Onboarding: row, DealerName: about[0].DealerName, State: about[0].State, Accepted: about[0].Accepted,
		PasswordSet: about[0].PasswordSet, MustChange: about[0].MustChange,
	}
	if file.Answers, err = answersFromJSON(about[0].Answers); err != nil {
		return file, err
	}
	if file.Accepted {
		if file.Quote, err = quoteFromJSON(about[0].Quote); err != nil {
			return file, err
		}
	}
	if len(coverage) > 0 {
		file.CoverageOverride = coverage[0].OverriddenBy
		file.Coverage, err = coverageFromJSON(coverage[0].Report)
	}
	return file, err
}
