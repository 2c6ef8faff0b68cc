package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/dealing"
)

func (s *surface) registerEnterpriseGroups(v1 huma.API) {
	const tag = "Enterprise groups"
	refusals := []int{http.StatusForbidden, http.StatusConflict}
	handle(s, v1, operation{
		id: "list-enterprise-groups", method: http.MethodGet, path: "/enterprise-groups", tag: tag,
		summary: "List and find your enterprise groups, newest first",
	}, s.enterpriseGroups)
	handle(s, v1, operation{
		id: "create-enterprise-group", method: http.MethodPost, path: "/enterprise-groups", tag: tag, status: http.StatusCreated, errors: refusals,
		summary: "Create an enterprise group for an account",
		description: "The account is in the group, and its primary login is the administrator of the group. An account is in one group: it leaves the " +
			"one that it was in. Sent again, the answer is 200 with the group that was made. 409 for an account that may be in no group: it needs a " +
			"Commercial or Commercial Plus service package with the Enterprise Security Console add-on.",
		responses: map[string]*huma.Response{"200": {
			Description: "The account had this group already",
			Content: map[string]*huma.MediaType{
				"application/json": {Schema: v1.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[EnterpriseGroup](), true, "")},
			},
		}},
	}, s.createEnterpriseGroup)
	handle(s, v1, operation{
		id: "put-in-enterprise-group", method: http.MethodPut, path: "/accounts/{id}/enterprise-group", tag: tag, errors: refusals,
		summary:     "Put an account in an enterprise group, or take it out",
		description: "An account is in one group of its own dealer. 409 for an account that may be in no group.",
	}, s.putInEnterpriseGroup)
}

// GroupOfAccount names the enterprise group that an account is in.
type GroupOfAccount struct {
	ID     string `json:"id"`
	Number int    `json:"number" example:"1001" doc:"The group ID that people read and type"`
	Name   string `json:"name" example:"Harvest Stores"`
}

// EnterpriseGroup is the locations of one business, seen together.
type EnterpriseGroup struct {
	GroupOfAccount
	DealerID               string    `json:"dealer_id"`
	AdministratorAccountID *string   `json:"administrator_account_id" doc:"The account whose primary login administers the group: the one it was created for, or else the oldest in it; null when the group is empty"`
	Administrator          string    `json:"administrator" doc:"The login name of the administrator" example:"JohnDoe"`
	Accounts               int       `json:"accounts" doc:"How many open accounts are in it"`
	CreatedAt              time.Time `json:"created_at"`
}

func viewGroup(group dealing.EnterpriseGroup) EnterpriseGroup {
	return EnterpriseGroup{
		GroupOfAccount: GroupOfAccount{ID: group.ID, Number: group.Number, Name: group.Name}, DealerID: group.DealerID,
		AdministratorAccountID: orNull(group.AdministratorID), Administrator: group.Administrator,
		Accounts: group.Accounts, CreatedAt: group.CreatedAt.UTC(),
	}
}

type enterpriseGroupsIn struct {
	DealerChoice
	Query  string `query:"q" maxLength:"200" doc:"The beginning of a word of the group's name, or of its ID; all groups when left out"`
	Cursor string `query:"cursor" maxLength:"500" doc:"The next_cursor of an earlier page"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// EnterpriseGroupList is a page of groups.
type EnterpriseGroupList page[EnterpriseGroup]

type enterpriseGroupsOut struct{ Body EnterpriseGroupList }

func (s *surface) enterpriseGroups(ctx context.Context, in *enterpriseGroupsIn) (*enterpriseGroupsOut, error) {
	rows, next, err := s.desk.EnterpriseGroups(ctx, actorOf(ctx), dealing.GroupFilter{
		DealerID: in.DealerID, Query: in.Query, Cursor: in.Cursor, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return &enterpriseGroupsOut{EnterpriseGroupList{Items: views(rows, viewGroup), NextCursor: orNull(next)}}, nil
}

// NewEnterpriseGroup is a group to create.
type NewEnterpriseGroup struct {
	Name      string `json:"name" example:"Harvest Stores" doc:"At most 60 characters; unique among your groups, in any case"`
	AccountID string `json:"account_id" doc:"The account whose primary login will be the administrator of the group"`
}

type createEnterpriseGroupIn struct {
	KeyHeader
	Body NewEnterpriseGroup
}

func (s *surface) createEnterpriseGroup(ctx context.Context, in *createEnterpriseGroupIn) (*made[EnterpriseGroup], error) {
	actor := actorOf(ctx)
	key, err := keyOf(actor, in.IdempotencyKey, "POST /v1/enterprise-groups", "", in.Body)
	if err != nil {
		return nil, err
	}
	status := http.StatusCreated
	answer, _, err := s.desk.Once(ctx, key, func(ctx context.Context) (string, error) {
		group, fresh, err := s.desk.CreateEnterpriseGroup(ctx, actor, in.Body.AccountID, in.Body.Name)
		if err == nil && !fresh {
			status = http.StatusOK
		}
		return group.ID, err
	}, func(id string) (dealing.Answer, error) {
		group, err := s.desk.FoundedEnterpriseGroup(ctx, actor, in.Body.AccountID, id)
		return writtenDown(status, viewGroup(group)), err
	})
	if err != nil {
		return nil, err
	}
	return &made[EnterpriseGroup]{answer.Status, written[EnterpriseGroup]{answer.Status, answer.Body}}, nil
}

// GroupChoice says which group an account belongs to.
type GroupChoice struct {
	GroupID string `json:"group_id" doc:"One of the dealer's groups; empty to take the account out of its group"`
}

type putInEnterpriseGroupIn struct {
	ID   string `path:"id"`
	Body GroupChoice
}

func (s *surface) putInEnterpriseGroup(ctx context.Context, in *putInEnterpriseGroupIn) (*accountDetailsOut, error) {
	var err error
	if in.Body.GroupID == "" {
		err = s.desk.LeaveEnterpriseGroup(ctx, actorOf(ctx), in.ID)
	} else {
		err = s.desk.JoinEnterpriseGroup(ctx, actorOf(ctx), in.ID, in.Body.GroupID)
	}
	if err != nil {
		return nil, err
	}
	return s.account(ctx, &accountIn{in.ID})
}
