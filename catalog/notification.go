package catalog

import "slices"

// Notification is a kind of message to the customer about their system.
type Notification struct {
	ID    string
	Label string
	// Meaning says in a few words when the message is sent.
	Meaning string
	// Default says that a dealer who has saved no list of their own has it on the list.
	Default bool
	// Panel says that it is about a control panel, so an account without one has no use for it.
	Panel bool
}

// Notifications lists every kind, in the order of the form.
func (c *Catalog) Notifications() []Notification { return slices.Clone(c.notifications) }

// DefaultNotifications are the kinds that a dealer has until they save a list of their own.
func (c *Catalog) DefaultNotifications() []string {
	var defaults []string
	for _, notification := range c.notifications {
		if notification.Default {
			defaults = append(defaults, notification.ID)
		}
	}
	return defaults
}
