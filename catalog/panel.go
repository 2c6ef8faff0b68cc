package catalog

import "slices"

// Panel is a model of control panel.
type Panel struct {
	ID   string
	Name string
	// SerialHelp answers "Where is the serial number?", one text a kind of module.
	SerialHelp []SerialHelp
	// TwoWayVoice says that the panel has a speaker and a microphone for a call.
	TwoWayVoice bool
	// Templates says that AirFX panel templates can be pushed to it.
	Templates bool
}

// SerialHelp says where a module's number is found.
type SerialHelp struct {
	// Module names the module as the dropdown of the help shows it.
	Module string
	// Drawing says what the panel's drawing shows, for who does not see it.
	Drawing string
	Text    string
}

func (p Panel) clone() Panel {
	p.SerialHelp = slices.Clone(p.SerialHelp)
	return p
}
