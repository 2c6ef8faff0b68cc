package portal

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

const navToDo = "to_do"

// toDoPage is what waits for the dealer's office.
type toDoPage struct {
	frame
	Lines []taskLine
	Next  string
}

func (toDoPage) template() string { return "to_do" }

// taskLine is one task in plain words.
type taskLine struct {
	ID   string
	What string
	// Advice is what can be done about it, Why the code in words.
	Advice string
	Why    string
	Link   row // empty when there is nothing to look at
	Age    string
	Since  moment
	// Reason is asked for to dismiss it; Open shows it.
	Reason field
	Open   bool
}

// taskWords say what each kind of task asks for; {customer} stands for who it is about.
var taskWords = map[onboarding.TaskKind]struct{ what, advice, link string }{
	onboarding.TaskLetterBounced: {
		"The welcome e-mail to {customer} could not be delivered.",
		"Correct the email address, send the letter again, or print it.", "Go to the customer",
	},
	onboarding.TaskCommitmentNeedsSerial: {
		"A commitment is due, but nobody has entered the serial number of its module.",
		"Enter it to activate the commitment, or move its date.", "Go to the commitment",
	},
	onboarding.TaskCommitmentRefused: {
		"A commitment was due, but its account could not be created.",
		"Correct what was entered and activate it again.", "Go to the commitment",
	},
	onboarding.TaskSwapParked: {
		"The swap of the module of {customer} has stopped and waits for a decision.",
		"See what happened and decide how it goes on.", "Go to the customer",
	},
	onboarding.TaskTerminationParked: {
		"The termination of the account of {customer} has stopped and waits for a decision.",
		"See what happened and decide how it goes on.", "Go to the customer",
	},
	onboarding.TaskWebhookDisabled: {
		"A webhook was switched off, since its address has not answered for too long.",
		"Repair the address, then switch the webhook on again.", "Go to the settings",
	},
}

const tasksOnAPage = 50

func (s *site) toDo(c *gin.Context) error {
	return s.showToDo(c, http.StatusOK, "", "", nil)
}

// showToDo lists the tasks; problems are about the dismissal of one of them.
func (s *site) showToDo(c *gin.Context, status int, dismissed, reason string, problems onboarding.Problems) error {
	base, err := s.frame(c, "To do", navToDo)
	if err != nil {
		return err
	}
	tasks, next, err := s.desk.Tasks(c.Request.Context(), userOf(c).Actor, "", dealing.TaskFilter{Cursor: c.Query("cursor"), Limit: tasksOnAPage})
	if err != nil {
		return err
	}
	page := toDoPage{frame: base}
	for _, task := range tasks {
		f, typed := newForm(nil), ""
		line := s.lineOfTask(task)
		if task.ID == dismissed {
			f, typed, line.Open = newForm(problems), reason, true
		}
		line.Reason = f.text("/reason", "Why need nobody do this?", typed, required, hint("It is kept in the audit trail."), func(made *field) { made.ID = "reason-" + task.ID })
		page.Problems = append(page.Problems, f.summary()...)
		page.Lines = append(page.Lines, line)
	}
	if next != "" {
		page.Next = "/to-do?" + url.Values{"cursor": {next}}.Encode()
	}
	return s.show(c, status, page)
}

func (s *site) lineOfTask(task dealing.Task) taskLine {
	said, known := taskWords[task.Kind]
	if !known {
		said.what = words(string(task.Kind)) + "."
	}
	return taskLine{
		ID: task.ID, What: aboutCustomer(said.what, task.CustomerName), Advice: said.advice, Why: words(task.Code), Link: row{said.link, linkOf(task)},
		Age: ago(s.now().Sub(task.OpenedAt)), Since: momentIn(nil, task.OpenedAt),
	}
}

func aboutCustomer(sentence, name string) string {
	if name == "" {
		name = "a customer"
	}
	return strings.ReplaceAll(sentence, "{customer}", name)
}

// linkOf is where what a task is about can be looked at; empty when there is no such page.
func linkOf(task dealing.Task) string {
	switch {
	case task.OnboardingID != "":
		return "/customers/" + task.OnboardingID
	case task.Kind == onboarding.TaskCommitmentNeedsSerial || task.Kind == onboarding.TaskCommitmentRefused:
		return "/commitments/" + task.ObjectID
	case task.Kind == onboarding.TaskWebhookDisabled:
		return "/settings"
	default:
		return ""
	}
}

func (s *site) dismissTask(c *gin.Context) error {
	typed, err := readForm(c)
	if err != nil {
		return err
	}
	err = s.desk.DismissTask(c.Request.Context(), userOf(c).Actor, c.Param("id"), typed.Get("/reason"))
	var invalid *dealing.Invalid
	switch {
	case errors.As(err, &invalid):
		return s.showToDo(c, http.StatusUnprocessableEntity, c.Param("id"), typed.Get("/reason"), invalid.Problems)
	case err != nil:
		return err
	}
	s.tell(c, "The task is off the list.")
	return seeOther(c, "/to-do")
}
