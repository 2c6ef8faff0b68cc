package api

import (
	"time"

	"github.com/latchkey/latchkey/onboarding"
)

// Onboarding is one onboarding as it stands.
type Onboarding struct {
	ID        string         `json:"id"`
	Kind      string         `json:"kind" example:"customer"`
	Source    string         `json:"source" example:"api"`
	Status    string         `json:"status" enum:"submitted,active,waiting,parked,compensating,completed,rejected,cancelled"`
	Step      string         `json:"step" doc:"The step it is at, or was at last" example:"await_network"`
	Revision  int            `json:"revision" doc:"The revision of its application; a correction makes the next one" example:"1"`
	DealerID  string         `json:"dealer_id"`
	AccountID *string        `json:"account_id" doc:"Null until the account exists"`
	CreatedAt time.Time      `json:"created_at"`
	ReadyAt   *time.Time     `json:"ready_at" doc:"When the network hour is over; null until the account exists, or when there is no hour"`
	Steps     []Step         `json:"steps" doc:"Every step of this kind of account, then those that took something back"`
	Parked    nullable[Park] `json:"parked" doc:"What a person must decide; null when nothing waits for one"`
	Problems  []FieldError   `json:"problems" doc:"Why it was rejected; fields point into the application"`
	Links     Links          `json:"links"`
}

// Step is one line of an onboarding's timeline.
type Step struct {
	Name      string     `json:"name" example:"register_module"`
	Status    string     `json:"status" enum:"pending,running,done,parked,skipped"`
	Attempts  int        `json:"attempts"`
	StartedAt *time.Time `json:"started_at"`
	EndedAt   *time.Time `json:"ended_at"`
	Code      string     `json:"code" doc:"The last answer or fault, if there is one to tell" example:"module_already_registered"`
}

// Park says what a person must decide, and what they may.
type Park struct {
	Step           string    `json:"step"`
	ParkNo         int       `json:"park_no" doc:"Names this park; send it with the decision"`
	Reason         string    `json:"reason" example:"no_coverage"`
	Message        string    `json:"message" doc:"What happened and what can be done, in words"`
	AllowedActions []string  `json:"allowed_actions"`
	Since          time.Time `json:"since"`
}

// Links are where to go from here.
type Links struct {
	Self      string  `json:"self"`
	Events    string  `json:"events"`
	Decisions string  `json:"decisions"`
	Cancel    string  `json:"cancel"`
	Account   *string `json:"account"`
}

func viewOnboarding(row onboarding.Onboarding) Onboarding {
	self := onboardingPath(row.ID)
	view := Onboarding{
		ID: row.ID, Kind: string(row.Kind), Source: string(row.Source), Status: string(row.Status), Step: string(row.Step),
		Revision: row.Revision, DealerID: row.DealerID, AccountID: orNull(row.AccountID),
		CreatedAt: row.CreatedAt.UTC(), ReadyAt: timeOrNull(row.ReadyAt),
		Steps: viewSteps(row), Parked: viewPark(row.Parked), Problems: fieldErrors(row.Problems),
		Links: Links{Self: self, Events: self + "/events", Decisions: self + "/decisions", Cancel: self + "/cancel"},
	}
	if row.AccountID != "" {
		account := accountPath(row.AccountID)
		view.Links.Account = &account
	}
	return view
}

func onboardingPath(id string) string { return "/v1/onboardings/" + id }

// viewSteps lists the whole plan, so that what is to come shows too.
func viewSteps(row onboarding.Onboarding) []Step {
	plan, _ := onboarding.PlanFor(row.Kind, row.AccountType)
	begun := map[onboarding.Step]onboarding.StepProgress{}
	for _, progress := range row.Steps {
		begun[progress.Step] = progress
	}
	steps := make([]Step, 0, len(plan.Steps)+len(row.Steps))
	for _, step := range plan.Steps {
		progress, ok := begun[step]
		if !ok {
			progress = onboarding.StepProgress{Step: step, Status: onboarding.StepPending}
		}
		steps = append(steps, viewStep(progress))
	}
	for _, progress := range row.Steps {
		if !plan.Has(progress.Step) {
			steps = append(steps, viewStep(progress))
		}
	}
	return steps
}

func viewStep(progress onboarding.StepProgress) Step {
	return Step{
		Name: string(progress.Step), Status: string(progress.Status), Attempts: progress.Attempts,
		StartedAt: timeOrNull(progress.StartedAt), EndedAt: timeOrNull(progress.EndedAt), Code: progress.Code,
	}
}

func viewPark(park *onboarding.Park) nullable[Park] {
	if park == nil {
		return nullable[Park]{}
	}
	return nullable[Park]{&Park{
		Step: string(park.Step), ParkNo: park.No, Reason: string(park.Reason), Message: park.Reason.Message(),
		AllowedActions: words(onboarding.AllowedActions(park.Step, park.Reason)), Since: park.Since.UTC(),
	}}
}

// words are named strings as plain ones.
func words[T ~string](named []T) []string {
	return views(named, func(n T) string { return string(n) })
}
