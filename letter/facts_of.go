package letter

import (
	"strings"
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// FactsOf are the facts of an account's letter, its dates in the property's own time
// zone. An unknown zone prints in UTC: a letter must not fail for its date.
func FactsOf(account onboarding.Account, dealer onboarding.Dealer, issuedAt time.Time, websiteURL string, variant Variant) Facts {
	zone, err := time.LoadLocation(account.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	facts := Facts{
		Dealer: Dealer{
			Name: dealer.Name, SupportEmail: dealer.SupportEmail, SupportPhone: dealer.SupportPhone,
			Logo: dealer.Logo, PrimaryColour: dealer.Colour,
		},
		Customer:        Customer{FirstName: account.FirstName, LastName: account.LastName},
		Language:        account.Language,
		LoginName:       account.LoginName,
		Variant:         variant,
		IssuedOn:        issuedAt.In(zone),
		SecurityAccount: account.LoginBlocked(),
		Demonstration:   account.Kind == onboarding.KindVirtual,
		WebsiteURL:      strings.TrimRight(websiteURL, "/"),
	}
	if !account.ReadyAt.IsZero() {
		facts.ReadyAt = account.ReadyAt.In(zone)
	}
	return facts
}
