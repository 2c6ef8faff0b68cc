package portal

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// sectionRoute is a page of the wizard.
const sectionRoute = "/drafts/:id/section/:section"

// keptPrefix tells the fields of a kept page from those of the sign-in form.
const keptPrefix = "kept:"

// keptField is one field of a page of the wizard that was sent when the session had ended.
// The sign-in page carries it and sends it along; nobody else keeps it meanwhile.
type keptField struct {
	Name  string
	Value string
}

// keep makes a page that was sent ready to be carried.
func keep(typed url.Values) []keptField {
	var fields []keptField
	for name, values := range typed {
		for _, value := range values {
			fields = append(fields, keptField{keptPrefix + name, value})
		}
	}
	slices.SortStableFunc(fields, func(a, b keptField) int { return strings.Compare(a.Name, b.Name) })
	return fields
}

// keptIn is the page that a sign-in form carried, as it was sent at first.
func keptIn(typed url.Values) url.Values {
	page := url.Values{}
	for name, values := range typed {
		if own, kept := strings.CutPrefix(name, keptPrefix); kept {
			page[own] = values
		}
	}
	return page
}

// sectionAt reads the address of a page of the wizard; false for any other.
func sectionAt(path string) (draftID string, section onboarding.Section, found bool) {
	parts := strings.Split(path, "/")
	if len(parts) != 5 || parts[0] != "" || parts[1] != "drafts" || parts[3] != "section" {
		return "", "", false
	}
	section = onboarding.Section(parts[4])
	_, found = pageFor(section)
	return parts[2], section, found
}

// saveKept saves a kept page for who has just signed in, as if they had sent it now.
func (s *site) saveKept(c *gin.Context, session dealing.Session, draftID string, section onboarding.Section, typed url.Values) error {
	user, err := s.userFor(c.Request.Context(), session, draftID)
	if err != nil {
		return err
	}
	actAs(c, user)
	// What follows reads them as the address of the page that was sent.
	c.Params = gin.Params{{Key: "id", Value: draftID}, {Key: "section", Value: string(section)}}
	return s.saveTyped(c, typed)
}

// userFor is who has just signed in, acting for that of their dealers whose draft this is:
// a sign-in acts for their own one, and the page may have been sent for a linked one.
func (s *site) userFor(ctx context.Context, session dealing.Session, draftID string) (dealing.User, error) {
	user, err := s.desk.UserOf(ctx, session)
	if err != nil {
		return dealing.User{}, err
	}
	dealers, err := s.desk.DealersOf(ctx, user.Actor)
	if err != nil {
		return dealing.User{}, err
	}
	for _, dealer := range dealers {
		linked := session
		linked.DealerID = dealer.ID
		there, err := s.desk.UserOf(ctx, linked)
		if err != nil {
			return dealing.User{}, err
		}
		_, err = s.desk.Draft(ctx, there.Actor, draftID)
		switch {
		case errors.Is(err, dealing.ErrNotFound):
			continue
		case err != nil:
			return dealing.User{}, err
		case dealer.ID == session.DealerID:
			return user, nil
		}
		if linked, err = s.desk.SwitchDealer(ctx, session, dealer.ID); err != nil {
			return dealing.User{}, err
		}
		s.keepSession(ctx, linked)
		return there, nil
	}
	return user, nil
}
