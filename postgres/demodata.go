package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/catalog"
	"github.com/latchkey/latchkey/onboarding"
)

// DemoSecrets is what opens the demo's doors. The caller keeps them: the database has
// only their hashes.
type DemoSecrets struct {
	DealerKey      string
	OtherDealerKey string
	OpsKey         string
	// PasswordHash is the password of every demo user, hashed with argon2id.
	PasswordHash string
}

// Demo tells what the demo data has.
type Demo struct {
	Dealer      DemoDealer
	OtherDealer DemoDealer
	Ops         DemoUser
	// Receivers are the dealer's, one a protocol.
	Receivers []onboarding.Receiver
	// AvailableModules can be used for a new account now, by any dealer; TakenModules
	// belong to accounts, SunsetModules to a network that takes no new ones. Serials.
	AvailableModules []string
	TakenModules     []string
	SunsetModules    []string
}

// DemoDealer is a dealer with its office.
type DemoDealer struct {
	ID   string
	Name string
	User DemoUser
}

// DemoUser is a user with the login name of the Partner Portal.
type DemoUser struct {
	ID        string
	LoginName string
}

// LoadDemo fills an empty database with the demo: dealers, people, stations, an
// inventory of 2,000 modules, a few customers. What is there already stays; keys that
// are new work from now on.
func (s *Store) LoadDemo(ctx context.Context, secrets DemoSecrets) (Demo, error) {
	load := &demoLoad{ctx: ctx, store: s}
	demo := load.people(secrets)
	load.choices(demo)
	demo.Receivers = load.receivers(demo.Dealer.ID)
	load.modules(demo.OtherDealer.ID)
	load.customers(demo)
	load.read(&demo)
	return demo, load.err
}

// demoID gives a part of the demo the same ID in every database.
func demoID(name string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://example.com/latchkey/demo/"+name)).String()
}

// demoLoad stops at the first error.
type demoLoad struct {
	ctx   context.Context
	store *Store
	err   error
}

// try does the next thing unless something failed before.
func (l *demoLoad) try(do func() error) {
	if l.err == nil {
		l.err = do()
	}
}

// create is try for what returns an ID.
func (l *demoLoad) create(do func() (string, error)) (id string) {
	l.try(func() (err error) {
		id, err = do()
		return err
	})
	return id
}

func (l *demoLoad) people(secrets DemoSecrets) Demo {
	demo := Demo{
		Dealer:      l.dealer("Sample Dealer", "sample-dealer", "#1f6feb", "America/New_York"),
		OtherDealer: l.dealer("Other Dealer", "other-dealer", "#7a3e9d", "America/Chicago"),
	}
	branch := NewDealer{ParentID: demo.Dealer.ID}
	branch.ID, branch.Name, branch.TimeZone = demoID("sub-dealer"), "Sample Dealer West", "America/Los_Angeles"
	branch.MailFrom, branch.SupportEmail = "welcome@sample-dealer.example.com", "support@sample-dealer.example.com"
	l.create(func() (string, error) { return l.store.CreateDealer(l.ctx, branch) })

	user := func(user NewUser) DemoUser {
		user.ID, user.PasswordHash = demoID("user/"+user.LoginName), secrets.PasswordHash
		l.create(func() (string, error) { return l.store.CreateUser(l.ctx, user) })
		return DemoUser{user.ID, user.LoginName}
	}
	demo.Dealer.User = user(NewUser{
		DealerID: demo.Dealer.ID, Role: onboarding.RoleOffice, LoginName: "office", FirstName: "Olivia", LastName: "Office",
	})
	demo.OtherDealer.User = user(NewUser{
		DealerID: demo.OtherDealer.ID, Role: onboarding.RoleOffice, LoginName: "otheroffice", FirstName: "Oscar", LastName: "Other",
	})
	demo.Ops = user(NewUser{Role: onboarding.RoleOperator, LoginName: "ops", FirstName: "Olga", LastName: "Operator"})
	user(NewUser{
		DealerID: demo.Dealer.ID, Role: onboarding.RoleOffice, LoginName: "sroberts", FirstName: "Sam", LastName: "Roberts", SalesRep: true,
	})
	user(NewUser{
		DealerID: demo.Dealer.ID, Role: onboarding.RoleTechnician, LoginName: "itaylor", FirstName: "Iris", LastName: "Taylor", InstallerRep: true,
	})
	for _, key := range []NewAPIKey{
		{UserID: demo.Dealer.User.ID, Key: secrets.DealerKey},
		{UserID: demo.OtherDealer.User.ID, Key: secrets.OtherDealerKey},
		{UserID: demo.Ops.ID, Key: secrets.OpsKey},
	} {
		key.Label = "demo"
		l.create(func() (string, error) { return l.store.CreateAPIKey(l.ctx, key) })
	}
	return demo
}

func (l *demoLoad) dealer(name, host, colour, zone string) DemoDealer {
	dealer := NewDealer{Dealer: onboarding.Dealer{
		ID: demoID(host), Name: name, Colour: colour, TimeZone: zone,
		SupportEmail: "support@" + host + ".example.com", SupportPhone: "+1 571 555 0199",
		MailFrom: "welcome@" + host + ".example.com", NoticeEmail: "office@" + host + ".example.com",
		WebsiteURL: "https://" + host + ".example.com",
	}}
	return DemoDealer{ID: l.create(func() (string, error) { return l.store.CreateDealer(l.ctx, dealer) }), Name: name}
}

func (l *demoLoad) choices(demo Demo) {
	dealer := demo.Dealer.ID
	for _, panel := range []onboarding.PanelTemplate{
		{Name: "Simon XT, two-storey house", PanelType: "simon_xt"},
		{Name: "IQ Panel 2, apartment", PanelType: "iq_panel2"},
	} {
		panel.ID = demoID("panel-template/" + panel.PanelType)
		l.create(func() (string, error) { return l.store.CreatePanelTemplate(l.ctx, dealer, panel) })
	}
	l.create(func() (string, error) {
		return l.store.CreatePackageTemplate(l.ctx, dealer, catalog.PackageTemplate{
			ID: demoID("package-template"), Name: "Gold with locks", PackageID: "interactive_gold",
			AddOns: []catalog.Selected{{ID: "locks", Quantity: 1}, {ID: "six_hour_supervision", Quantity: 1}},
		})
	})
	for _, source := range []string{"Door knocking", "Referral", "Website"} {
		l.create(func() (string, error) {
			return l.store.CreateCustomerSource(l.ctx, dealer, onboarding.NamedID{ID: demoID("source/" + source), Name: source})
		})
	}
	l.try(func() error {
		return l.store.SetPrice(l.ctx, dealer, "interactive_gold", catalog.Price{Monthly: 2195, Activation: 2900})
	})
}

// receivers has one for every protocol; those who speak Contact ID can also talk.
func (l *demoLoad) receivers(dealerID string) []onboarding.Receiver {
	station := l.create(func() (string, error) {
		return l.store.CreateStation(l.ctx, NewStation{ID: demoID("station"), DealerID: dealerID, Name: "Sample Central Station", Phone: "+1 800 555 0150"})
	})
	receivers := []onboarding.Receiver{
		{Name: "Line 1, Contact ID", Number: "+1 800 555 0151", Protocol: onboarding.ProtocolContactID, TwoWayVoice: true},
		{Name: "Line 2, SIA", Number: "+1 800 555 0152", Protocol: onboarding.ProtocolSIA},
		{Name: "IP, DC-09", Number: "station.example.com:9999", Protocol: onboarding.ProtocolDC09},
	}
	for i := range receivers {
		receiver := &receivers[i]
		receiver.ID, receiver.StationID, receiver.StationName = demoID("receiver/"+receiver.Protocol), station, "Sample Central Station"
		l.create(func() (string, error) { return l.store.CreateReceiver(l.ctx, *receiver) })
	}
	return receivers
}

const sqlDemoModules = `
SELECT m.serial, m.onboarding_id IS NOT NULL AS taken, m.sunset_on <= (now() AT TIME ZONE 'UTC')::date AS sunset
FROM modules m
WHERE m.serial = ANY (@serials::text[]) AND m.dealer_id IS NULL AND m.retired_at IS NULL
ORDER BY m.serial`

// read tells what is available now: earlier runs of the demo may have used some.
func (l *demoLoad) read(demo *Demo) {
	l.try(func() error {
		rows, err := all[struct {
			Serial string
			Taken  bool
			Sunset *bool
		}](l.ctx, l.store.pool, sqlDemoModules, pgx.NamedArgs{"serials": shownDemoSerials()})
		for _, row := range rows {
			switch {
			case row.Taken:
				demo.TakenModules = append(demo.TakenModules, row.Serial)
			case row.Sunset != nil && *row.Sunset:
				demo.SunsetModules = append(demo.SunsetModules, row.Serial)
			default:
				demo.AvailableModules = append(demo.AvailableModules, row.Serial)
			}
		}
		return translate("read demo modules", err)
	})
}

// customers has accounts from before, so that lists are not empty and some modules are taken.
func (l *demoLoad) customers(demo Demo) {
	people := [][2]string{{"Ada", "Winter"}, {"Bruno", "Summer"}, {"Clara", "Spring"}, {"Diego", "Autumn"}, {"Emma", "Harvest"}}
	for i, person := range people {
		l.try(func() error { return l.customer(demo, person[0], person[1], demoSerial(demoTaken[0]+i), i) })
	}
}

func (l *demoLoad) customer(demo Demo, first, last, serial string, number int) error {
	id := demoID("onboarding/" + last)
	if _, err := l.store.AccountOf(l.ctx, id); !errors.Is(err, onboarding.ErrNotFound) {
		return err
	}
	answers := onboarding.Answers{
		Kind:    onboarding.KindCustomer,
		Account: onboarding.AccountAnswers{Type: onboarding.SecuritySystem},
		Customer: onboarding.CustomerAnswers{
			PropertyType: "single_family_house", InstallType: "professional", FirstName: first, LastName: last,
			Email: first + "." + last + "@example.com", EmailConfirmation: first + "." + last + "@example.com",
			Phone: onboarding.PhoneAnswers{Number: fmt.Sprintf("+1 571 555 01%02d", 10+number), Type: "home"}, Language: "en",
			Address: onboarding.AddressAnswers{
				Country: "US", Street1: fmt.Sprintf("%d Example Street", 100+number), City: "Tysons", State: "VA", PostalCode: "22102",
			},
		},
		System:  onboarding.SystemAnswers{Module: serial},
		Package: onboarding.PackageAnswers{PackageID: "interactive_gold"},
		Forwarding: onboarding.ForwardingAnswers{
			Option: onboarding.ForwardAlways, ReceiverID: demo.Receivers[0].ID, AccountNumber: fmt.Sprintf("90%02d", number),
		},
	}
	return l.onboard(id, demo.Dealer, answers)
}

// onboard does in one go what a workflow does in an hour.
func (l *demoLoad) onboard(id string, dealer DemoDealer, answers onboarding.Answers) error {
	facts, err := l.store.Facts(l.ctx, dealer.ID, id, onboarding.Ask(answers))
	if err != nil {
		return err
	}
	application, problems := onboarding.Check(answers, facts)
	if len(problems) > 0 {
		return fmt.Errorf("demo customer: %s %s", problems[0].Field, problems[0].Code)
	}
	key := func(step onboarding.Step) onboarding.EffectKey {
		return onboarding.EffectKey{OnboardingID: id, Step: step, Revision: 1}
	}
	result := func(onboarding.Account) []byte { return nothing }
	l.try(func() error {
		_, _, err := l.store.Submit(l.ctx, onboarding.Submission{
			OnboardingID: id, DealerID: dealer.ID, UserID: dealer.User.ID, Source: onboarding.SourceImport, Answers: answers,
		})
		return err
	})
	l.try(func() error { return l.store.Accept(l.ctx, key(onboarding.StepValidate), application, nothing) })
	l.try(func() error {
		registration := onboarding.Registration{ID: "demo-" + answers.System.Module, Key: key(onboarding.StepRegisterModule)}
		return l.store.ModuleRegistered(l.ctx, registration.Key, registration, nothing)
	})
	l.create(func() (string, error) {
		account, err := l.store.CreateAccount(l.ctx, key(onboarding.StepCreateAccount), 0, result)
		return account.ID, err
	})
	l.try(func() error {
		return l.store.RecordTransition(l.ctx, "demo", onboarding.Transition{
			OnboardingID: id, No: 1, Kind: onboarding.EventCompleted, Status: onboarding.StatusCompleted, Revision: 1, At: facts.Now,
		})
	})
	l.try(func() error { return l.store.PanelCommunicated(l.ctx, id, facts.Now) })
	return l.err
}
