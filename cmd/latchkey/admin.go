package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
	"github.com/latchkey/latchkey/postgres"
)

// adminCommand makes what a fresh installation lacks: somebody who may call it, and
// something to install. Each prints the ID of what it made.
type adminCommand struct {
	Dealer   adminDealer   `cmd:"" help:"Add a dealer."`
	User     adminUser     `cmd:"" help:"Add a user."`
	Key      adminKey      `cmd:"" help:"Add an API key for a user, and show it this once."`
	Revoke   adminRevoke   `cmd:"" help:"End an API key at once."`
	Receiver adminReceiver `cmd:"" help:"Add a monitoring station with a receiver."`
	Email    adminEmail    `cmd:"" help:"Say by which e-mail address an identity provider's person is found."`
	Password adminPassword `cmd:"" help:"Let a user in with a password for a while, and show it this once."`
	Link     adminLink     `cmd:"" help:"Link a user to a person of the identity provider."`
	Unlink   adminUnlink   `cmd:"" help:"Take a user's links to identity providers away."`
	Modules  adminModules  `cmd:"" help:"Add modules to the inventory from a CSV file."`
	Secrets  adminSecrets  `cmd:"" help:"Change the installation's own secrets."`
}

type adminDealer struct {
	databaseSettings
	Name         string `arg:"" help:"As customers know the dealer."`
	SupportEmail string `required:"" help:"Where customers write to."`
	SupportPhone string `help:"Where customers call."`
	MailFrom     string `required:"" help:"Sender of the dealer's letters, a bare address."`
	NoticeEmail  string `help:"Where the office wants to be told things."`
	WebsiteURL   string `help:"The dealer's own website."`
	Colour       string `default:"#1f4e79" help:"Colour of letters and mails, #rrggbb."`
	TimeZone     string `default:"America/New_York" help:"IANA time zone of the office."`
	Parent       string `help:"ID of the dealer it is a sub-dealer of."`
}

func (c *adminDealer) Run(ctx context.Context) error {
	return c.create(ctx, func(store *postgres.Store) (string, error) {
		return store.CreateDealer(ctx, postgres.NewDealer{ParentID: c.Parent, Dealer: onboarding.Dealer{
			Name: c.Name, SupportEmail: c.SupportEmail, SupportPhone: c.SupportPhone, MailFrom: c.MailFrom,
			NoticeEmail: c.NoticeEmail, WebsiteURL: c.WebsiteURL, Colour: c.Colour, TimeZone: c.TimeZone,
		}})
	})
}

type adminUser struct {
	databaseSettings
	LoginName string          `arg:"" help:"Login name for the Partner Portal."`
	Role      onboarding.Role `required:"" enum:"office,technician,operator,administrator" help:"office, technician, operator or administrator."`
	Dealer    string          `help:"ID of the dealer; none for operators and administrators."`
	FirstName string          `required:"" help:"First name."`
	LastName  string          `required:"" help:"Last name."`
	Email     string          `help:"E-mail address that an identity provider knows the user by."`
	Password  string          `help:"Password for the portal; a value or @file. Without one the user has API keys only."`
	SalesRep  bool            `help:"Can be chosen as a sales representative."`
	Installer bool            `help:"Can be chosen as an installer."`
}

func (c *adminUser) Run(ctx context.Context) error {
	password, err := readSecret(c.Password)
	if err != nil {
		return err
	}
	email, err := readEmail(c.Email)
	if err != nil {
		return err
	}
	hash := ""
	if password != "" {
		if hash, err = dealing.NewArgon2id(hashesAtOnce, hashMemoryKiB).Hash(ctx, password); err != nil {
			return err
		}
	}
	return c.create(ctx, func(store *postgres.Store) (string, error) {
		return store.CreateUser(ctx, postgres.NewUser{
			DealerID: c.Dealer, Role: c.Role, LoginName: c.LoginName, PasswordHash: hash,
			FirstName: c.FirstName, LastName: c.LastName, SalesRep: c.SalesRep, InstallerRep: c.Installer, Email: email,
		})
	})
}

type adminKey struct {
	databaseSettings
	User    string        `arg:"" help:"ID of the user that the key acts as."`
	Label   string        `default:"admin" help:"What the key is for."`
	Expires time.Duration `help:"How long it works; for ever when left out."`
}

func (c *adminKey) Run(ctx context.Context) error {
	key := dealing.NewAPIKey()
	expires := time.Time{}
	if c.Expires != 0 {
		expires = time.Now().Add(c.Expires)
	}
	err := c.create(ctx, func(store *postgres.Store) (string, error) {
		return store.CreateAPIKey(ctx, postgres.NewAPIKey{UserID: c.User, Key: key, Label: c.Label, Expires: expires})
	})
	if err == nil {
		fmt.Println(key)
	}
	return err
}

type adminRevoke struct {
	databaseSettings
	ID string `arg:"" help:"ID of the key."`
}

func (c *adminRevoke) Run(ctx context.Context) error {
	return c.create(ctx, func(store *postgres.Store) (string, error) { return c.ID, store.RevokeAPIKey(ctx, c.ID) })
}

type adminReceiver struct {
	databaseSettings
	Dealer      string `required:"" help:"ID of the dealer."`
	Station     string `arg:"" help:"Name of the monitoring station."`
	Name        string `required:"" help:"Name of the receiver."`
	Number      string `required:"" help:"Phone number or IP end point of the receiver."`
	Protocol    string `required:"" enum:"contact_id,sia,dc09" help:"contact_id, sia or dc09: it decides the form of account numbers."`
	TwoWayVoice bool   `help:"The receiver takes two-way voice calls."`
}

func (c *adminReceiver) Run(ctx context.Context) error {
	return c.create(ctx, func(store *postgres.Store) (string, error) {
		station, err := store.CreateStation(ctx, postgres.NewStation{DealerID: c.Dealer, Name: c.Station})
		if err != nil {
			return "", err
		}
		return store.CreateReceiver(ctx, onboarding.Receiver{
			StationID: station, Name: c.Name, Number: c.Number, Protocol: c.Protocol, TwoWayVoice: c.TwoWayVoice,
		})
	})
}

type adminModules struct {
	databaseSettings
	File           string   `arg:"" type:"existingfile" help:"CSV with a header line and the columns serial, imei, meid; each row needs one of them."`
	Network        string   `required:"" help:"The carrier's name as shown to people, such as AT&T."`
	PanelTypes     []string `required:"" help:"Panels the modules fit, the first is what Auto Detect finds."`
	DefaultPathway string   `default:"cell" help:"Communication pathway when the dealer chooses none."`
	Pathways       []string `default:"cell" help:"Every pathway that can be chosen."`
	TwoWayVoice    bool     `help:"The modules are capable of two-way voice."`
	Dealer         string   `help:"ID of the only dealer who may use them; everybody when left out."`
}

// Run adds all modules of the file or, when a row is wrong, none.
func (c *adminModules) Run(ctx context.Context) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	modules, err := c.read(csv.NewReader(file))
	if err != nil {
		return err
	}
	return c.create(ctx, func(store *postgres.Store) (string, error) {
		return fmt.Sprintf("%d modules read", len(modules)), store.AddModules(ctx, modules)
	})
}

// read takes every row, and says all that is wrong at once.
func (c *adminModules) read(rows *csv.Reader) ([]postgres.NewModule, error) {
	header, err := rows.Read()
	if err != nil {
		return nil, errors.New("the file has no header line; begin it with: serial,imei,meid")
	}
	var modules []postgres.NewModule
	var faults []error
	for line := 2; ; line++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return modules, errors.Join(faults...)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		module, err := c.module(header, row)
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", line, err))
			continue
		}
		modules = append(modules, module)
	}
}

func (c *adminModules) module(header, row []string) (postgres.NewModule, error) {
	module := postgres.NewModule{DealerID: c.Dealer, Module: onboarding.Module{
		Network: c.Network, PanelTypes: c.PanelTypes, DefaultPathway: c.DefaultPathway, Pathways: c.Pathways, TwoWayVoice: c.TwoWayVoice,
	}}
	numbers := map[string]*string{"serial": &module.Serial, "imei": &module.IMEI, "meid": &module.MEID}
	found := false
	for i, cell := range row {
		number, known := numbers[strings.ToLower(strings.TrimSpace(header[i]))]
		if !known {
			return module, fmt.Errorf("column %d is none of serial, imei and meid", i+1)
		}
		if strings.TrimSpace(cell) == "" {
			continue
		}
		identifier, fault := onboarding.ParseModuleIdentifier(cell)
		if fault.Found() {
			return module, fmt.Errorf("column %d: %s", i+1, fault.Message)
		}
		*number, found = identifier.String(), true
	}
	if !found {
		return module, errors.New("no serial, imei or meid")
	}
	return module, nil
}

// create opens the record, makes one thing and prints its ID.
func (s databaseSettings) create(ctx context.Context, do func(*postgres.Store) (string, error)) error {
	store, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	id, err := do(store)
	var conflict *onboarding.Conflict
	if errors.As(err, &conflict) {
		return errors.New(conflict.Reason.Message())
	}
	if err != nil {
		return err
	}
	fmt.Println(id)
	return nil
}
