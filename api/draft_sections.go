package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// registerSections gives every section a route of its own, so that each body has its
// schema.
func (s *surface) registerSections(v1 huma.API) {
	saveSection(s, v1, onboarding.SectionAccount, func(body applicationjson.Account) applicationjson.Application {
		return applicationjson.Application{Account: body}
	})
	saveSection(s, v1, onboarding.SectionCustomer, func(body applicationjson.Customer) applicationjson.Application {
		return applicationjson.Application{Customer: body}
	})
	saveSection(s, v1, onboarding.SectionLogin, func(body applicationjson.Login) applicationjson.Application {
		return applicationjson.Application{Login: body}
	})
	saveSection(s, v1, onboarding.SectionSystem, func(body DraftSystem) applicationjson.Application {
		return applicationjson.Application{System: body.System, CoverageOverrideReason: body.CoverageOverrideReason}
	})
	saveSection(s, v1, onboarding.SectionPathway, func(body applicationjson.Pathway) applicationjson.Application {
		return applicationjson.Application{Pathway: body}
	})
	saveSection(s, v1, onboarding.SectionPackage, func(body applicationjson.Package) applicationjson.Application {
		return applicationjson.Application{Package: body}
	})
	saveSection(s, v1, onboarding.SectionForwarding, func(body applicationjson.Forwarding) applicationjson.Application {
		return applicationjson.Application{Forwarding: body}
	})
	saveSection(s, v1, onboarding.SectionTemplates, func(body applicationjson.Templates) applicationjson.Application {
		return applicationjson.Application{Templates: body}
	})
}

// DraftSystem is the section system of a draft. It takes the reason to go on without
// coverage along, which in an application stands beside the sections.
type DraftSystem struct {
	applicationjson.System
	CoverageOverrideReason string `json:"coverage_override_reason,omitempty" doc:"Lets the run go on although coverage is low or absent; kept in the audit trail"`
}

type sectionIn[T any] struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The version of the section that you saw, in quotes; left out for one that was never saved"`
	Body    T
}

type sectionOut struct {
	ETag string `header:"ETag" doc:"The section's new version, for the next If-Match"`
	Body DraftSection
}

func saveSection[T any](s *surface, v1 huma.API, section onboarding.Section, in func(T) applicationjson.Application) {
	name := string(section)
	handle(s, v1, operation{
		id: "save-draft-" + name, method: http.MethodPut, path: "/drafts/{id}/" + name, tag: draftTag,
		errors:  []int{http.StatusForbidden, http.StatusConflict, http.StatusPreconditionFailed, http.StatusPreconditionRequired},
		summary: "Save the section " + name + " of a draft",
		description: "Keeps the whole section whatever is wrong with it, and answers what is. 412 when somebody else saved it after the version " +
			"in If-Match, 428 when it was saved before and If-Match is missing: look at the draft again. 409 for a draft that was submitted.",
	}, func(ctx context.Context, body *sectionIn[T]) (*sectionOut, error) {
		version, err := versionOf(body.IfMatch)
		if err != nil {
			return nil, err
		}
		draft, problems, err := s.desk.SaveSection(ctx, actorOf(ctx), body.ID, section, in(body.Body).Answers(), version)
		if errors.Is(err, dealing.ErrStale) {
			return nil, problemStaleSection(body.IfMatch, draft.Saved[section].Version)
		}
		if err != nil {
			return nil, err
		}
		return &sectionOut{etag(draft.Saved[section].Version), viewSection(draft, section, problems)}, nil
	})
}

func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// versionOf reads the version that a client saw; 0 when it sent none.
func versionOf(ifMatch string) (int, error) {
	if ifMatch == "" {
		return 0, nil
	}
	version, err := strconv.ParseInt(strings.Trim(ifMatch, `"`), 10, 32)
	if err != nil || version < 0 || etag(int(version)) != ifMatch {
		return 0, problemBadField("If-Match", "malformed", `Use the version of the section in quotes, such as "3".`)
	}
	return int(version), nil
}

func problemStaleSection(ifMatch string, now int) *Problem {
	if ifMatch == "" {
		return newProblem(http.StatusPreconditionRequired, "if_match_required",
			"This section was saved before. Look at the draft, and send the section's version in the header If-Match.").with("ETag", etag(now))
	}
	return newProblem(http.StatusPreconditionFailed, "stale",
		"Somebody else saved this section meanwhile, and nothing of yours was kept. Look at the draft again.").with("ETag", etag(now))
}
