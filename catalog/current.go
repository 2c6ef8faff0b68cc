package catalog

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// Catalog is one consistent set of packages, add-ons, panels, networks and event
// groups. It is immutable; what its methods return belongs to the caller.
type Catalog struct {
	currency      string
	packages      []Package
	addOnGroups   []AddOnGroup
	addOns        []AddOn
	panels        []Panel
	networks      []Network
	eventGroups   []EventGroup
	eventSets     []EventPreset
	notifications []Notification
}

//go:embed data/*.json
var data embed.FS

// Current is the catalogue that this binary was built with.
func Current() *Catalog { return current() }

// A data file that does not decode is a fault of the build, caught by every test that
// touches the catalogue; there is nothing a caller could do about it.
var current = sync.OnceValue(func() *Catalog {
	catalog, err := read(func(name string) ([]byte, error) { return data.ReadFile("data/" + name) })
	if err != nil {
		panic(err)
	}
	return catalog
})

// read decodes the data files strictly: a member that is not known is an error, not
// something to step over. Keys are the names of the Go fields, written lowerCamelCase.
func read(file func(name string) ([]byte, error)) (*Catalog, error) {
	var plans struct {
		Currency string
		Packages []Package
	}
	var addOns struct {
		Groups []AddOnGroup
		AddOns []AddOn
	}
	var networks []networkRow
	var events struct {
		Groups  []EventGroup
		Presets []EventPreset
	}
	catalog := &Catalog{}
	for name, target := range map[string]any{
		"packages.json":      &plans,
		"add_ons.json":       &addOns,
		"panels.json":        &catalog.panels,
		"networks.json":      &networks,
		"event_groups.json":  &events,
		"notifications.json": &catalog.notifications,
	} {
		content, err := file(name)
		if err != nil {
			return nil, fmt.Errorf("catalog: %w", err)
		}
		if err := decode(content, target); err != nil {
			return nil, fmt.Errorf("catalog: %s: %w", name, err)
		}
	}
	for _, row := range networks {
		network, err := row.network()
		if err != nil {
			return nil, fmt.Errorf("catalog: networks.json: %w", err)
		}
		catalog.networks = append(catalog.networks, network)
	}
	catalog.currency, catalog.packages = plans.Currency, plans.Packages
	catalog.addOnGroups, catalog.addOns = addOns.Groups, addOns.AddOns
	catalog.eventGroups, catalog.eventSets = events.Groups, events.Presets
	return catalog, nil
}

func decode(content []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return fmt.Errorf("something follows the data")
	}
	return nil
}

// Currency is the ISO 4217 code of every price in the catalogue.
func (c *Catalog) Currency() string { return c.currency }

// Packages lists the packages sold for an account type, in the order of the form; an
// empty account type lists all.
func (c *Catalog) Packages(accountType string) []Package {
	var sold []Package
	for _, p := range c.packages {
		if accountType == "" || slices.Contains(p.AccountTypes, accountType) {
			sold = append(sold, p.clone())
		}
	}
	return sold
}

// Package finds a package by its ID.
func (c *Catalog) Package(id string) (Package, bool) {
	i := slices.IndexFunc(c.packages, func(p Package) bool { return p.ID == id })
	if i < 0 {
		return Package{}, false
	}
	return c.packages[i].clone(), true
}

// AddOnGroups lists the headings of "Configure Package", in the order of the form.
func (c *Catalog) AddOnGroups() []AddOnGroup { return slices.Clone(c.addOnGroups) }

// AddOns lists every add-on, in the order of the form.
func (c *Catalog) AddOns() []AddOn {
	all := make([]AddOn, 0, len(c.addOns))
	for _, a := range c.addOns {
		all = append(all, a.clone())
	}
	return all
}

// AddOn finds an add-on by its ID.
func (c *Catalog) AddOn(id string) (AddOn, bool) {
	i := slices.IndexFunc(c.addOns, func(a AddOn) bool { return a.ID == id })
	if i < 0 {
		return AddOn{}, false
	}
	return c.addOns[i].clone(), true
}

// Panels lists every control panel, by name.
func (c *Catalog) Panels() []Panel {
	all := make([]Panel, 0, len(c.panels))
	for _, p := range c.panels {
		all = append(all, p.clone())
	}
	return all
}

// Panel finds a control panel by its ID.
func (c *Catalog) Panel(id string) (Panel, bool) {
	i := slices.IndexFunc(c.panels, func(p Panel) bool { return p.ID == id })
	if i < 0 {
		return Panel{}, false
	}
	return c.panels[i].clone(), true
}

// Networks lists the networks that modules use, in the order of the coverage summary.
func (c *Catalog) Networks() []Network {
	all := slices.Clone(c.networks)
	for i := range all {
		all[i].Countries = slices.Clone(all[i].Countries)
	}
	return all
}

// Network finds a network by the name people know it by, e.g. "Verizon 4G".
func (c *Catalog) Network(name string) (Network, bool) {
	for _, network := range c.Networks() {
		if network.Name == name {
			return network, true
		}
	}
	return Network{}, false
}

// dateOf reads a date of a data file as the beginning of that day, UTC; empty is zero.
func dateOf(date string) (time.Time, error) {
	if date == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, date)
}
