package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlFactsOfDealer = `
SELECT now() AS now,
    coalesce((SELECT NOT suspended FROM dealers WHERE id = @dealer), false) AS dealer_active`

type dealerFactsRow struct {
	Now          time.Time
	DealerActive bool
}

const sqlModulesOfMany = `
SELECT ` + moduleColumns + `
FROM modules m
WHERE m.serial = ANY (@identifiers::text[]) OR m.imei = ANY (@identifiers) OR m.meid = ANY (@identifiers)`

const sqlTakenAlternateIDs = `
SELECT alternate_id AS name FROM onboardings
WHERE dealer_id = @dealer AND alternate_id = ANY (@alternate_ids::text[]) AND alternate_id <> ''
  AND status NOT IN ('rejected', 'cancelled')`

const sqlTakenAccountNumbers = `
SELECT asked.receiver || ' ' || asked.number AS name
FROM unnest(@receivers::uuid[], @numbers::text[]) AS asked (receiver, number)
JOIN accounts a ON a.receiver_id = asked.receiver AND a.account_number = asked.number AND a.state = 'open'`

// suggestionsAtOnce is how many of a row's login names are looked up at first. Hardly a row
// needs more of its fifty suggestions, and thousands of rows would ask for half a million.
const suggestionsAtOnce = 5

// FactsOfMany answers the questions of many applications of a dealer, in their order and in
// a few round trips however many there are. None of them has an onboarding yet.
func (s *Store) FactsOfMany(ctx context.Context, dealerID string, questions []onboarding.Questions) ([]onboarding.Facts, error) {
	answers, err := s.answersToMany(ctx, dealerID, askedTogether(questions))
	if err != nil {
		return nil, translate("look up facts of many", err)
	}
	if err := s.furtherLogins(ctx, questions, answers.logins); err != nil {
		return nil, translate("look up facts of many", err)
	}
	facts := make([]onboarding.Facts, len(questions))
	for i, asked := range questions {
		facts[i] = answers.to(asked)
	}
	return facts, nil
}

// together are the questions of many applications, each kind in one list.
type together struct {
	identifiers, logins, reps, alternateIDs, receivers, numbers []string
}

func askedTogether(questions []onboarding.Questions) together {
	var all together
	for _, asked := range questions {
		all.logins = append(all.logins, asked.LoginNames[:min(len(asked.LoginNames), suggestionsAtOnce)]...)
		all.reps = append(all.reps, asked.Reps...)
		if asked.Module != "" {
			all.identifiers = append(all.identifiers, asked.Module)
		}
		if asked.AlternateID != "" {
			all.alternateIDs = append(all.alternateIDs, asked.AlternateID)
		}
		if asked.AccountNumber != "" {
			all.receivers = append(all.receivers, asked.ReceiverID)
			all.numbers = append(all.numbers, asked.AccountNumber)
		}
	}
	return all
}

// answersToMany is everything known, to look up for each application.
type answersToMany struct {
	// common is what is the same for each of them.
	common                                             onboarding.Facts
	modules                                            map[string]*onboarding.Module
	receivers                                          map[string]*onboarding.Receiver
	panelTemplates                                     map[string]*onboarding.PanelTemplate
	subDealers, sources, logins, alternateIDs, numbers map[string]bool
}

func (s *Store) answersToMany(ctx context.Context, dealerID string, asked together) (answersToMany, error) {
	args := pgx.NamedArgs{
		"dealer": idOf(dealerID), "onboarding": idOf(""), "identifiers": asked.identifiers, "names": asked.logins, "reps": asked.reps,
		"alternate_ids": asked.alternateIDs, "receivers": idsOf(asked.receivers), "numbers": asked.numbers,
	}
	var (
		about                              []dealerFactsRow
		reps, logins, alternateIDs, number []nameRow
		subDealers, sources                []namedIDRow
		modules                            []moduleRow
		receivers                          []receiverRow
		panelTemplates                     []panelTemplateRow
		packageTemplates                   []packageTemplateRow
		prices                             []priceRow
	)
	batch := &pgx.Batch{}
	ask(batch, sqlFactsOfDealer, args, &about)
	ask(batch, sqlKnownReps, args, &reps)
	ask(batch, sqlTakenLogins, args, &logins)
	ask(batch, sqlTakenAlternateIDs, args, &alternateIDs)
	ask(batch, sqlTakenAccountNumbers, args, &number)
	ask(batch, sqlSubDealers, args, &subDealers)
	ask(batch, sqlCustomerSources, args, &sources)
	ask(batch, sqlModulesOfMany, args, &modules)
	ask(batch, sqlReceivers, args, &receivers)
	ask(batch, sqlPanelTemplates, args, &panelTemplates)
	ask(batch, sqlPackageTemplates, args, &packageTemplates)
	ask(batch, sqlPrices, args, &prices)
	if err := s.pool.SendBatch(ctx, batch).Close(); err != nil {
		return answersToMany{}, err
	}
	templates, err := packageTemplatesOf(packageTemplates)
	answers := answersToMany{
		common: onboarding.Facts{
			Now: about[0].Now, DealerActive: about[0].DealerActive, StationRegistered: len(receivers) > 0,
			RepsKnown: setOf(reps), PackageTemplates: templates, Prices: pricesOf(prices),
		},
		modules: map[string]*onboarding.Module{}, receivers: map[string]*onboarding.Receiver{}, panelTemplates: map[string]*onboarding.PanelTemplate{},
		subDealers: idSet(subDealers), sources: idSet(sources),
		logins: setOf(logins), alternateIDs: setOf(alternateIDs), numbers: setOf(number),
	}
	for _, row := range modules {
		module := row.module()
		for _, identifier := range []string{module.Serial, module.IMEI, module.MEID} {
			answers.modules[identifier] = module
		}
	}
	delete(answers.modules, "")
	for _, row := range receivers {
		receiver := onboarding.Receiver(row)
		answers.receivers[row.ID] = &receiver
	}
	for _, row := range panelTemplates {
		template := onboarding.PanelTemplate(row)
		answers.panelTemplates[row.ID] = &template
	}
	return answers, err
}

func idSet(rows []namedIDRow) map[string]bool {
	set := make(map[string]bool, len(rows))
	for _, row := range rows {
		set[row.ID] = true
	}
	return set
}

// furtherLogins looks up the remaining names of applications whose first ones somebody has.
func (s *Store) furtherLogins(ctx context.Context, questions []onboarding.Questions, taken map[string]bool) error {
	var further []string
	for _, asked := range questions {
		if len(asked.LoginNames) > suggestionsAtOnce && allTaken(asked.LoginNames[:suggestionsAtOnce], taken) {
			further = append(further, asked.LoginNames[suggestionsAtOnce:]...)
		}
	}
	if len(further) == 0 {
		return nil
	}
	rows, err := all[nameRow](ctx, s.pool, sqlTakenLogins, pgx.NamedArgs{"names": further, "onboarding": idOf("")})
	for _, row := range rows {
		taken[row.Name] = true
	}
	return err
}

func allTaken(names []string, taken map[string]bool) bool {
	for _, name := range names {
		if !taken[name] {
			return false
		}
	}
	return true
}

// to picks the facts that one application asks for.
func (a answersToMany) to(asked onboarding.Questions) onboarding.Facts {
	facts := a.common
	facts.SubDealerKnown = a.subDealers[rowID(asked.SubDealerID)]
	facts.CustomerSourceKnown = a.sources[rowID(asked.CustomerSource)]
	facts.AlternateIDTaken = a.alternateIDs[asked.AlternateID]
	facts.TakenLoginNames = a.logins
	facts.Module = a.modules[asked.Module]
	facts.Receiver = a.receivers[rowID(asked.ReceiverID)]
	facts.AccountNumberTaken = a.numbers[rowID(asked.ReceiverID)+" "+asked.AccountNumber]
	facts.PanelTemplate = a.panelTemplates[rowID(asked.PanelTemplateID)]
	return facts
}

// rowID is a typed ID as the database writes it.
func rowID(typed string) string { return idOf(typed).String() }
