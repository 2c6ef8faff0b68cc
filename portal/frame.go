package portal

import (
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
)

// frame is what every page of the Partner Portal shows around its content.
type frame struct {
	Title string
	// Notice is what has just been done, once.
	Notice  string
	User    dealing.User
	Dealers []option
	// Tasks is how many tasks wait for the dealer's office.
	Tasks int
	// Section is the entry of the navigation that the page belongs to.
	Section string
	// Problems stand on top of the page, each with a link to its field.
	Problems []summaryLine
}

// SignedIn reports whether the navigation can be shown.
func (f frame) SignedIn() bool { return f.User.UserID != "" }

// Operator reports whether the visitor runs the installation.
func (f frame) Operator() bool { return f.User.SeesAll() }

// Sells reports whether the visitor may create customers.
func (f frame) Sells() bool { return f.SignedIn() && !f.User.SeesAll() }

// Visitor is what who is signed in is called.
func (f frame) Visitor() string {
	if f.User.FirstName+f.User.LastName == "" {
		return f.User.LoginName
	}
	return f.User.FirstName + " " + f.User.LastName
}

// The entries of the navigation.
const (
	navCustomers = "customers"
	navCreate    = "create"
	navOps       = "ops"
	navPassword  = "password"
)

// frame begins a page for whoever is signed in.
func (s *site) frame(c *gin.Context, title, section string) (frame, error) {
	ctx := c.Request.Context()
	user := userOf(c)
	made := frame{Title: title, Section: section, User: user, Notice: s.partner.PopString(ctx, sessionNotice)}
	if user.SeesAll() {
		return made, nil
	}
	dealers, err := s.desk.DealersOf(ctx, user.Actor)
	if err != nil {
		return frame{}, err
	}
	if made.Tasks, err = s.desk.CountTasks(ctx, user.Actor); err != nil {
		return frame{}, err
	}
	for _, dealer := range dealers {
		made.Dealers = append(made.Dealers, option{Value: dealer.ID, Label: dealer.Name, Chosen: dealer.ID == user.DealerID})
	}
	return made, nil
}

// CanSwitch reports whether the visitor works for several dealers.
func (f frame) CanSwitch() bool { return len(f.Dealers) > 1 }

// readForm reads what a form sent. The connection's deadline is taken away again after it:
// it would end the request that is being answered.
func readForm(c *gin.Context) (url.Values, error) {
	connection := http.NewResponseController(c.Writer)
	_ = connection.SetReadDeadline(time.Now().Add(longestForm)) // a test's recorder has none
	if err := c.Request.ParseForm(); err != nil {
		return nil, &unreadableForm{err}
	}
	_ = connection.SetReadDeadline(time.Time{})
	return c.Request.PostForm, nil
}
