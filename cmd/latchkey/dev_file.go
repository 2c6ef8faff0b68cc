package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"
)

// devFile is .latchkey/dev.json: what a script needs to use a running dev. Its members are
// a promise: scripts outside this repository read them.
type devFile struct {
	APIURL             string      `json:"api_url"`
	PortalURL          string      `json:"portal_url"`
	CustomerURL        string      `json:"customer_url"`
	TemporalAddress    string      `json:"temporal_address"`
	TemporalUIURL      string      `json:"temporal_ui_url"`
	MailURL            string      `json:"mail_url"`
	SMTPAddress        string      `json:"smtp_address"`
	SimulatorURL       string      `json:"simulator_url"`
	DatabaseURL        string      `json:"database_url"`
	Dealer             devUser     `json:"dealer"`
	OtherDealer        devUser     `json:"other_dealer"`
	Ops                devUser     `json:"ops"`
	PanelSecret        string      `json:"panel_secret"`
	Modules            devModules  `json:"modules"`
	Receivers          []devTarget `json:"receivers"`
	NetworkWaitSeconds float64     `json:"network_wait_seconds"`
}

type devUser struct {
	ID       string `json:"id"`
	APIKey   string `json:"api_key"`
	Login    string `json:"login"`
	Password string `json:"password"`
}

type devModules struct {
	Available []string `json:"available"`
	Taken     []string `json:"taken"`
	Sunset    []string `json:"sunset"`
}

type devTarget struct {
	ID          string `json:"id"`
	Protocol    string `json:"protocol"`
	TwoWayVoice bool   `json:"two_way_voice"`
}

// writeFile tells scripts that everything answers.
func (s *stack) writeFile(c *devCommand) error {
	file := devFile{
		APIURL: s.apiURL(), PortalURL: s.apiURL(), CustomerURL: s.customerURL(),
		TemporalAddress: s.temporal.Address, TemporalUIURL: s.temporal.UIURL,
		MailURL: s.mails.URL(), SMTPAddress: s.mails.Addr(), SimulatorURL: s.simulator.URL(), DatabaseURL: s.database.URL,
		PanelSecret: s.secrets.PanelSecret, NetworkWaitSeconds: c.NetworkWait.Seconds(),
		Dealer:      devUser{ID: s.demo.Dealer.ID, APIKey: s.secrets.DealerKey, Login: s.demo.Dealer.User.LoginName, Password: s.secrets.Password},
		OtherDealer: devUser{ID: s.demo.OtherDealer.ID, APIKey: s.secrets.OtherDealerKey, Login: s.demo.OtherDealer.User.LoginName, Password: s.secrets.Password},
		Ops:         devUser{ID: s.demo.Ops.ID, APIKey: s.secrets.OpsKey, Login: s.demo.Ops.LoginName, Password: s.secrets.Password},
		Modules:     devModules{Available: s.demo.AvailableModules, Taken: s.demo.TakenModules, Sunset: s.demo.SunsetModules},
	}
	for _, receiver := range s.demo.Receivers {
		file.Receivers = append(file.Receivers, devTarget{ID: receiver.ID, Protocol: receiver.Protocol, TwoWayVoice: receiver.TwoWayVoice})
	}
	s.onStop(func() error { return s.forgetFile(context.Background()) })
	return writeJSON(s.filePath(), file)
}

func (s *stack) filePath() string { return filepath.Join(s.dir, "dev.json") }

// forgetFile keeps scripts from finding the addresses of a dev that stopped or was
// killed. It is for who holds the folder's locks: another dev's file is left alone.
func (s *stack) forgetFile(context.Context) error {
	if err := os.Remove(s.filePath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the state folder %s cannot be written to; choose another with --dir: %w", s.dir, err)
	}
	return nil
}

// showTable prints what is where, for people.
func (s *stack) showTable(c *devCommand) {
	table := tabwriter.NewWriter(os.Stderr, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table)
	for _, row := range [][2]string{
		{"Partner Portal", s.apiURL() + "/"},
		{"  sign in as", s.demo.Dealer.User.LoginName + " or " + s.demo.Ops.LoginName + ", password " + s.secrets.Password},
		{"Customer Website", s.customerURL()},
		{"API", s.apiURL() + "/docs"},
		{"Temporal UI", s.temporal.UIURL},
		{"mails", s.mails.URL()},
		{"carrier simulator", s.simulator.URL()},
		{"database", s.database.URL},
		{"Sample Dealer's key", s.secrets.DealerKey},
		{"other dealer's key", s.secrets.OtherDealerKey},
		{"operator's key", s.secrets.OpsKey},
		{"all of it", filepath.Join(s.dir, "dev.json")},
		{"network hour", fmt.Sprintf("shortened to %s (--network-wait)", c.NetworkWait)},
	} {
		fmt.Fprintf(table, "  %s\t%s\n", row[0], row[1])
	}
	_ = table.Flush() // the terminal is gone if this fails
}
