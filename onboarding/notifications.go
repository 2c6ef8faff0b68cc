package onboarding

import (
	"slices"
	"strconv"

	"github.com/latchkey/latchkey/catalog"
)

// DefaultNotifications are what the customers of a dealer's new accounts are told of.
type DefaultNotifications struct {
	// Kinds are notifications of the catalogue, in its order.
	Kinds []string
	// Saved is zero while the dealer has the catalogue's own list.
	Saved SavedSection
}

// ParseNotifications reads a list of notifications, in whatever order it was sent; field
// names it in the problems.
func ParseNotifications(field string, typed []string) (kinds []string, problems Problems) {
	for i, kind := range typed {
		if !slices.ContainsFunc(catalog.Current().Notifications(), func(n catalog.Notification) bool { return n.ID == kind }) {
			problems = append(problems, Problem{
				Field: field + "/" + strconv.Itoa(i), Code: "invalid_choice", Message: "There is no such notification. Choose from the list.",
			})
		}
	}
	for _, notification := range catalog.Current().Notifications() {
		if slices.Contains(typed, notification.ID) {
			kinds = append(kinds, notification.ID)
		}
	}
	return kinds, problems
}

// NotificationsFor are the notifications that an account of a type can have: one without a
// control panel is never armed and never runs out of battery.
func NotificationsFor(accountType AccountType) []string {
	var kinds []string
	for _, notification := range catalog.Current().Notifications() {
		if accountType != StandaloneVideoAccess || !notification.Panel {
			kinds = append(kinds, notification.ID)
		}
	}
	return kinds
}
