package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

func (s *surface) registerSwaps(v1 huma.API) {
	const tag = "Module swaps"
	conflict := []int{http.StatusConflict}
	handle(s, v1, operation{
		id: "swap-module", method: http.MethodPost, path: "/accounts/{id}/module-swap", tag: tag, status: http.StatusCreated,
		errors:  []int{http.StatusForbidden, http.StatusConflict},
		summary: "Give an account another module",
		description: "Holds the new module and begins a durable run: it is registered with the carrier, the account gets it, and when its network " +
			"hour is over the old one is released. The old module works until then, and is billed no longer from the moment the account has the new one. " +
			"422 lists every problem at once; 409 says why the account cannot get another module now. " +
			"The same request again, while the swap is under way, answers the same swap.",
	}, s.swapModule)
	handle(s, v1, operation{
		id: "list-module-swaps", method: http.MethodGet, path: "/module-swaps", tag: tag,
		summary: "List module swaps, newest first",
	}, s.listSwaps)
	handle(s, v1, operation{
		id: "get-module-swap", method: http.MethodGet, path: "/module-swaps/{id}", tag: tag,
		summary: "Look at one module swap",
	}, s.getSwap)
	handle(s, v1, operation{
		id: "decide-module-swap", method: http.MethodPost, path: "/module-swaps/{id}/decisions", tag: tag, errors: conflict,
		summary: "Decide about a parked module swap",
		description: "Name the step and park_no that you looked at and one of its allowed_actions: retry; amend, with another module; skip, which takes " +
			"the old module out of service without the carrier; cancel. The last two need a reason. 409 says in words why it does not fit.",
	}, s.decideSwap)
	handle(s, v1, operation{
		id: "cancel-module-swap", method: http.MethodPost, path: "/module-swaps/{id}/cancel", tag: tag, status: http.StatusAccepted, errors: conflict,
		summary:     "Cancel a module swap",
		description: "Until the account has its new module: the new one is given back. 409 after that, or when the swap is over.",
	}, s.cancelSwap)
	handle(s, v1, operation{
		id: "adjust-swap-wait", method: http.MethodPost, path: "/module-swaps/{id}/wait", tag: tag, status: http.StatusAccepted,
		errors:      []int{http.StatusForbidden, http.StatusConflict},
		summary:     "Move the end of a new module's network hour",
		description: "For operators, only while the module swap waits. A time that is past ends the wait at once.",
	}, s.adjustSwapWait)
}

// ModuleSwapRequest asks for another module.
type ModuleSwapRequest struct {
	ModuleSerial string `json:"module_serial,omitempty" doc:"Serial number, IMEI or MEID of the new module" example:"4100000025"`
	PanelType    string `json:"panel_type,omitempty" doc:"Empty when the control panel stays; auto detects another one from the module" example:""`
	Reason       string `json:"reason,omitempty" doc:"Why the module is swapped; kept in the audit trail" example:"The old module is broken."`
}

type swapModuleIn struct {
	KeyHeader
	ID   string `path:"id" doc:"The account's ID"`
	Body ModuleSwapRequest
}

func (s *surface) swapModule(ctx context.Context, in *swapModuleIn) (*kept[ModuleSwap], error) {
	answer, id, err := s.once(ctx, making{
		header: in.KeyHeader, request: "POST " + accountPath(in.ID) + "/module-swap", body: in.Body,
		do: func(ctx context.Context) (string, error) {
			swap, err := s.desk.SwapModule(ctx, actorOf(ctx), in.ID, dealing.SwapOrder{
				SwapAnswers: onboarding.SwapAnswers{Module: in.Body.ModuleSerial, PanelType: in.Body.PanelType}, Reason: in.Body.Reason,
			})
			return swap.ID, err
		},
		view: func(id string) (any, error) {
			swap, err := s.desk.Change(ctx, actorOf(ctx), onboarding.ChangeModuleSwap, id)
			return viewSwap(swap), err
		},
	})
	if err != nil {
		return nil, err
	}
	return keptAnswer[ModuleSwap](swapPath(id), answer), nil
}

// ModuleSwap is one module swap as it stands.
type ModuleSwap struct {
	ID                  string         `json:"id"`
	Status              string         `json:"status" enum:"submitted,active,waiting,parked,compensating,completed,cancelled"`
	AccountID           string         `json:"account_id"`
	OnboardingID        string         `json:"onboarding_id"`
	DealerID            string         `json:"dealer_id"`
	OldModule           string         `json:"old_module" example:"4100000017"`
	NewModule           string         `json:"new_module" example:"4100000025"`
	PanelType           string         `json:"panel_type" example:"simon_xt"`
	Revision            int            `json:"revision" doc:"Grows when another module is chosen" example:"1"`
	CreatedAt           time.Time      `json:"created_at"`
	EndedAt             *time.Time     `json:"ended_at"`
	ReadyAt             *time.Time     `json:"ready_at" doc:"When the new module's network hour is over; null until the account has it"`
	PanelCommunicatedAt *time.Time     `json:"panel_communicated_at" doc:"The panel's first communication through the new module; null before it"`
	Steps               []ChangeStep   `json:"steps"`
	Parked              nullable[Park] `json:"parked" doc:"What a person must decide; null when nothing waits for one"`
	Links               ChangeLinks    `json:"links"`
}

// ChangeStep is one line of the timeline of a change to an account.
type ChangeStep struct {
	Name     string     `json:"name" example:"register_replacement"`
	Status   string     `json:"status" enum:"pending,running,done,parked,skipped"`
	Attempts int        `json:"attempts"`
	EndedAt  *time.Time `json:"ended_at"`
	Code     string     `json:"code" doc:"The last answer or fault, if there is one to tell" example:"module_already_registered"`
}

// ChangeLinks are where to go from a change to an account.
type ChangeLinks struct {
	Self      string  `json:"self"`
	Decisions string  `json:"decisions"`
	Cancel    *string `json:"cancel" doc:"Null when it cannot be taken back"`
	Account   string  `json:"account"`
}

func swapPath(id string) string { return "/v1/module-swaps/" + id }

func viewSwap(swap dealing.Change) ModuleSwap {
	self := swapPath(swap.ID)
	links := ChangeLinks{Self: self, Decisions: self + "/decisions", Account: accountPath(swap.AccountID)}
	if swap.SwitchedAt.IsZero() && !swap.Status.Final() {
		cancel := self + "/cancel"
		links.Cancel = &cancel
	}
	return ModuleSwap{
		ID: swap.ID, Status: string(swap.Status), AccountID: swap.AccountID, OnboardingID: swap.OnboardingID, DealerID: swap.DealerID,
		OldModule: swap.OldModule.Number, NewModule: swap.NewModule.Number, PanelType: swap.PanelType, Revision: swap.Revision,
		CreatedAt: swap.CreatedAt.UTC(), EndedAt: timeOrNull(swap.EndedAt), ReadyAt: timeOrNull(swap.ReadyAt), PanelCommunicatedAt: timeOrNull(swap.CommunicatedAt),
		Steps: viewChangeSteps(swap), Parked: viewPark(swap.Parked), Links: links,
	}
}

func viewChangeSteps(change dealing.Change) []ChangeStep {
	return views(change.Steps(), func(p onboarding.StepProgress) ChangeStep {
		return ChangeStep{Name: string(p.Step), Status: string(p.Status), Attempts: p.Attempts, EndedAt: timeOrNull(p.EndedAt), Code: p.Code}
	})
}

type listChangesIn struct {
	DealerChoice
	Status     string `query:"status" enum:"submitted,active,waiting,parked,compensating,completed,cancelled"`
	ParkReason string `query:"park_reason" maxLength:"50" doc:"Only those parked for this reason"`
	AccountID  string `query:"account_id" maxLength:"50" doc:"Only those of this account"`
	Cursor     string `query:"cursor" maxLength:"500" doc:"The next_cursor of an earlier page"`
	Limit      int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (s *surface) listChanges(ctx context.Context, in *listChangesIn, kind onboarding.ChangeKind) (page []dealing.Change, nextCursor string, err error) {
	return s.desk.Changes(ctx, actorOf(ctx), in.DealerID, dealing.ChangeFilter{
		Kind: kind, Status: onboarding.Status(in.Status), ParkReason: onboarding.Reason(in.ParkReason), AccountID: in.AccountID,
		Cursor: in.Cursor, Limit: in.Limit,
	})
}

// ModuleSwapList is a page of module swaps.
type ModuleSwapList page[ModuleSwap]

type swapListOut struct{ Body ModuleSwapList }

func (s *surface) listSwaps(ctx context.Context, in *listChangesIn) (*swapListOut, error) {
	rows, next, err := s.listChanges(ctx, in, onboarding.ChangeModuleSwap)
	if err != nil {
		return nil, err
	}
	return &swapListOut{ModuleSwapList{Items: views(rows, viewSwap), NextCursor: orNull(next)}}, nil
}

type changeIn struct {
	ID string `path:"id"`
}

type swapOut struct{ Body ModuleSwap }

func (s *surface) getSwap(ctx context.Context, in *changeIn) (*swapOut, error) {
	swap, err := s.desk.Change(ctx, actorOf(ctx), onboarding.ChangeModuleSwap, in.ID)
	if err != nil {
		return nil, err
	}
	return &swapOut{viewSwap(swap)}, nil
}

type decideSwapIn struct {
	ID   string `path:"id"`
	Body SwapDecision
}

// ChangeDecision is what a person decides about a parked change.
type ChangeDecision struct {
	Action string `json:"action,omitempty" doc:"One of the allowed_actions" example:"retry"`
	Step   string `json:"step,omitempty" doc:"The parked step that you looked at" example:"release_module"`
	ParkNo int    `json:"park_no,omitempty" doc:"The park_no that you looked at" example:"1"`
	Reason string `json:"reason,omitempty" doc:"Kept in the audit trail" example:"The carrier's outage is over."`
}

// SwapDecision is what a person decides about a parked module swap.
type SwapDecision struct {
	ChangeDecision
	ModuleSerial string `json:"module_serial,omitempty" doc:"With amend: the module that is registered instead" example:"4100000033"`
	PanelType    string `json:"panel_type,omitempty" doc:"With amend: empty when the control panel stays" example:""`
}

// ChangeNextStep is what a decision about a change leads to.
type ChangeNextStep struct {
	Action string `json:"action" doc:"What was decided"`
	Step   string `json:"step" doc:"The step that it goes on with"`
	ParkNo int    `json:"park_no" doc:"The park that was decided about"`
	Self   string `json:"self" doc:"Where to look at it"`
}

type changeDecidedOut struct{ Body ChangeNextStep }

func (d ChangeDecision) resolution() dealing.Resolution {
	return dealing.Resolution{Action: onboarding.Action(d.Action), Step: onboarding.Step(d.Step), ParkNo: d.ParkNo, Reason: d.Reason}
}

func (s *surface) decideSwap(ctx context.Context, in *decideSwapIn) (*changeDecidedOut, error) {
	resolution := dealing.ChangeResolution{Resolution: in.Body.resolution()}
	if in.Body.ModuleSerial != "" || in.Body.PanelType != "" {
		resolution.Swap = &onboarding.SwapAnswers{Module: in.Body.ModuleSerial, PanelType: in.Body.PanelType}
	}
	next, err := s.desk.DecideChange(ctx, actorOf(ctx), onboarding.ChangeModuleSwap, in.ID, resolution)
	return decidedChange(next, swapPath(in.ID)), err
}

func decidedChange(next onboarding.Next, self string) *changeDecidedOut {
	return &changeDecidedOut{ChangeNextStep{Action: string(next.Action), Step: string(next.Step), ParkNo: next.ParkNo, Self: self}}
}

func (s *surface) cancelSwap(ctx context.Context, in *cancelIn) (*swapOut, error) {
	swap, err := s.desk.CancelSwap(ctx, actorOf(ctx), in.ID, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &swapOut{viewSwap(swap)}, nil
}

func (s *surface) adjustSwapWait(ctx context.Context, in *adjustWaitIn) (*swapOut, error) {
	swap, err := s.desk.AdjustSwapWait(ctx, actorOf(ctx), in.ID, in.Body.ReadyAt, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &swapOut{viewSwap(swap)}, nil
}
