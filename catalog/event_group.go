package catalog

import "slices"

// EventGroup is a kind of signal that can be forwarded to a monitoring station.
type EventGroup struct {
	ID    string
	Label string
	// Meaning says in a few words which signals the group has.
	Meaning string
	// Default says that the group is forwarded when nothing was chosen.
	Default bool
}

// EventPreset is a ready-made choice of event groups.
type EventPreset struct {
	ID     string
	Label  string
	Groups []string
}

// PresetULETL is the preset of an installation listed by UL or ETL.
const PresetULETL = "ul_etl"

// EventGroups lists every group, in the order of the form.
func (c *Catalog) EventGroups() []EventGroup { return slices.Clone(c.eventGroups) }

// EventPresets lists the ready-made choices.
func (c *Catalog) EventPresets() []EventPreset {
	all := slices.Clone(c.eventSets)
	for i := range all {
		all[i].Groups = slices.Clone(all[i].Groups)
	}
	return all
}

// EventPreset returns the groups of a preset; nil when there is no such preset.
func (c *Catalog) EventPreset(id string) []string {
	for _, preset := range c.eventSets {
		if preset.ID == id {
			return slices.Clone(preset.Groups)
		}
	}
	return nil
}

// DefaultEvents are the groups that are forwarded when nothing was chosen.
func (c *Catalog) DefaultEvents() []string {
	var defaults []string
	for _, group := range c.eventGroups {
		if group.Default {
			defaults = append(defaults, group.ID)
		}
	}
	return defaults
}
