package dealing_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/dealing"
	"github.com/latchkey/latchkey/onboarding"
)

// requireProblem is the answer to a form with something wrong at a field.
func requireProblem(t *testing.T, err error, field, code string) {
	t.Helper()
	var invalid *dealing.Invalid
	require.ErrorAs(t, err, &invalid)
	for _, problem := range invalid.Problems {
		if problem.Field == field && problem.Code == code {
			return
		}
	}
	t.Fatalf("no problem %s at %s: %v", code, field, invalid)
}

func requireRefusal(t *testing.T, err error, sentence string) {
	t.Helper()
	var refusal *onboarding.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Contains(t, refusal.Sentence, sentence)
}

func (p *portal) audited(action string) int {
	return p.count(`SELECT count(*) FROM audit WHERE action = $1`, action)
}

func line2() dealing.ReceiverAnswers {
	return dealing.ReceiverAnswers{Name: "Line 2", Number: "+1 571 555 0199", Protocol: onboarding.ProtocolSIA, TwoWayVoice: true}
}

func TestSettings_AreForTheOfficeAndForAdministrators(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	technician := p.user("tech", onboarding.RoleTechnician, p.dealerID)
	admin := p.user("admin", onboarding.RoleAdministrator, "")
	branch := p.user("branch", onboarding.RoleOffice, p.branchID)
	cases := map[string]struct {
		actor       dealing.Actor
		dealerID    string
		see, change error
	}{
		"office":                   {p.office, p.dealerID, nil, nil},
		"office for a branch":      {p.office, p.branchID, nil, nil},
		"office for another":       {p.office, p.otherID, dealing.ErrNotFound, dealing.ErrNotFound},
		"a branch for its parent":  {branch, p.dealerID, dealing.ErrNotFound, dealing.ErrNotFound},
		"technician":               {technician, p.dealerID, dealing.ErrForbidden, dealing.ErrForbidden},
		"technician for another":   {technician, p.otherID, dealing.ErrNotFound, dealing.ErrNotFound},
		"operator":                 {p.ops, p.dealerID, nil, dealing.ErrForbidden},
		"administrator":            {admin, p.otherID, nil, nil},
		"administrator for nobody": {admin, uuid.NewString(), dealing.ErrNotFound, dealing.ErrNotFound},
		"what is no ID":            {admin, "' OR 1=1", dealing.ErrNotFound, dealing.ErrNotFound},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := p.Settings(t.Context(), c.actor, c.dealerID)
			require.ErrorIs(t, err, c.see)
			_, err = p.PreviewLetter(t.Context(), c.actor, c.dealerID)
			require.ErrorIs(t, err, c.see)
			changes := map[string]error{
				"profile": p.ChangeProfile(t.Context(), c.actor, c.dealerID, dealing.ProfileAnswers{Name: "Renamed"}, 0),
				"source":  p.AddCustomerSource(t.Context(), c.actor, c.dealerID, name),
				"logo":    p.RemoveLogo(t.Context(), c.actor, c.dealerID),
			}
			_, changes["station"] = p.AddStation(t.Context(), c.actor, c.dealerID, dealing.StationAnswers{Name: name})
			_, changes["template"] = p.AddPanelTemplate(t.Context(), c.actor, c.dealerID, dealing.PanelTemplateAnswers{Name: name, PanelType: "simon_xt"})
			_, _, changes["user"] = p.AddStaff(t.Context(), c.actor, c.dealerID, dealing.StaffAnswers{
				LoginName: strings.ReplaceAll("new"+name, " ", ""), FirstName: "New", LastName: "User", Role: "technician",
			})
			for what, err := range changes {
				if c.change != nil || what == "user" && strings.Contains(name, "'") {
					require.Error(t, err, what)
				}
				require.ErrorIs(t, err, c.change, what)
			}
		})
	}
	_, err := p.Staff(t.Context(), technician, "")
	require.ErrorIs(t, err, dealing.ErrForbidden)
	_, err = p.APIKeys(t.Context(), technician, "")
	require.ErrorIs(t, err, dealing.ErrForbidden)
	_, err = p.SettingsDealers(t.Context(), technician)
	require.ErrorIs(t, err, dealing.ErrForbidden)
	everybody, err := p.SettingsDealers(t.Context(), p.ops)
	require.NoError(t, err)
	require.Len(t, everybody, 3)
	own, err := p.SettingsDealers(t.Context(), p.office)
	require.NoError(t, err)
	require.Len(t, own, 2)
	require.Equal(t, p.dealerID, own[0].ID)
}

func TestSettings_ReceiverInUseCannotBeRemoved(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	stations, err := p.Stations(t.Context(), p.office, "")
	require.NoError(t, err)
	require.Len(t, stations, 1)
	id := p.onboard(p.office, p.johnDoe())

	// Under way, then open: both need the receiver.
	for range 2 {
		requireRefusal(t, p.RetireReceiver(t.Context(), p.office, "", p.receiverID), "Accounts send signals to this receiver")
		requireRefusal(t, p.RetireStation(t.Context(), p.office, "", stations[0].ID), "Accounts send signals to a receiver of this station")
		p.account(id)
		p.exec(`UPDATE onboardings SET status = 'completed', step = '', ended_at = now()`)
	}
	require.Zero(t, p.audited("settings.retire_receiver")+p.audited("settings.retire_station"))

	p.exec(`UPDATE accounts SET state = 'closed', closed_at = now()`)
	require.ErrorIs(t, p.RetireReceiver(t.Context(), p.other, "", p.receiverID), dealing.ErrNotFound)
	require.NoError(t, p.RetireReceiver(t.Context(), p.office, "", p.receiverID))
	require.ErrorIs(t, p.RetireReceiver(t.Context(), p.office, "", p.receiverID), dealing.ErrNotFound)
	require.Equal(t, 1, p.audited("settings.retire_receiver"))
	options, err := p.Options(t.Context(), p.office, "", "")
	require.NoError(t, err)
	require.False(t, options.StationRegistered)
	outcome, err := p.Submit(t.Context(), p.office, dealing.Order{Source: onboarding.SourcePortal, Answers: p.johnDoe(named("Jane", "Roe", "4100000025", "4321"))})
	require.NoError(t, err)
	require.Equal(t, "/forwarding/option", outcome.Problems[0].Field) // nothing can be forwarded any more

	// The closed account still tells where its signals went.
	file, err := p.OnboardingFile(t.Context(), p.office, id)
	require.NoError(t, err)
	require.Equal(t, "Line 1", file.Receiver.Name)
	require.NoError(t, p.RetireStation(t.Context(), p.office, "", stations[0].ID))
	stations, err = p.Stations(t.Context(), p.office, "")
	require.NoError(t, err)
	require.Empty(t, stations)
	_, err = p.AddStation(t.Context(), p.office, "", dealing.StationAnswers{Name: "Central"}) // the name is free again
	require.NoError(t, err)
}

func TestSettings_StationIsRegisteredWithItsReceiverOrNotAtAll(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	_, err := p.RegisterStation(t.Context(), p.office, "", dealing.StationAnswers{Name: "\u202e", Phone: "1"}, dealing.ReceiverAnswers{Protocol: "morse"})
	for field, code := range map[string]string{
		"/station/name": "malformed", "/station/phone": "malformed", "/receiver/name": "required", "/receiver/protocol": "invalid_choice",
	} {
		requireProblem(t, err, field, code)
	}
	_, err = p.RegisterStation(t.Context(), p.office, "", dealing.StationAnswers{Name: "Central"}, line2())
	requireProblem(t, err, "/station/name", "taken")
	require.Zero(t, p.audited("settings.add_station"))

	station, err := p.RegisterStation(t.Context(), p.office, "", dealing.StationAnswers{Name: "Night"}, line2())
	require.NoError(t, err)
	stations, err := p.Stations(t.Context(), p.office, "")
	require.NoError(t, err)
	require.Equal(t, station, stations[1])
	require.False(t, dealing.SelfMonitored(stations))
	require.Equal(t, 1, p.audited("settings.add_station"))

	receiver := station.Receivers[0]
	require.NoError(t, p.ChangeReceiver(t.Context(), p.office, "", receiver.ID, dealing.ReceiverAnswers{Name: "Line 3", Protocol: "dc09"}))
	require.NoError(t, p.ChangeStation(t.Context(), p.office, "", station.ID, dealing.StationAnswers{Name: "Day"}))
	receivers, err := p.Receivers(t.Context(), p.office, "")
	require.NoError(t, err)
	require.Equal(t, onboarding.Receiver{ID: receiver.ID, StationID: station.ID, StationName: "Day", Name: "Line 3", Protocol: onboarding.ProtocolSIA}, receivers[1])

	_, err = p.AddReceiver(t.Context(), p.office, "", station.ID, dealing.ReceiverAnswers{Name: "Line 3", Protocol: "sia"})
	requireProblem(t, err, "/name", "taken")
	_, err = p.AddReceiver(t.Context(), p.other, "", station.ID, line2())
	requireProblem(t, err, "/station_id", "unknown")
	require.ErrorIs(t, p.ChangeReceiver(t.Context(), p.other, "", receiver.ID, line2()), dealing.ErrNotFound)
	require.ErrorIs(t, p.ChangeStation(t.Context(), p.other, "", station.ID, dealing.StationAnswers{Name: "Mine"}), dealing.ErrNotFound)
	require.ErrorIs(t, p.RetireStation(t.Context(), p.other, "", station.ID), dealing.ErrNotFound)
}

func TestSettings_PanelTemplatesAndSources(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	house, err := p.AddPanelTemplate(t.Context(), p.office, "", dealing.PanelTemplateAnswers{Name: "House", PanelType: "simon_xt"})
	require.NoError(t, err)
	_, err = p.AddPanelTemplate(t.Context(), p.office, "", dealing.PanelTemplateAnswers{Name: "House", PanelType: "simon_xt"})
	requireProblem(t, err, "/name", "taken")
	changed, err := p.ChangePanelTemplate(t.Context(), p.office, "", house.ID, dealing.PanelTemplateAnswers{Name: "Villa"}, 1)
	require.NoError(t, err)
	require.Equal(t, 2, changed.Version)
	_, err = p.ChangePanelTemplate(t.Context(), p.office, "", house.ID, dealing.PanelTemplateAnswers{Name: "Hut"}, 1)
	require.ErrorIs(t, err, dealing.ErrStale)
	_, err = p.ChangePanelTemplate(t.Context(), p.other, "", house.ID, dealing.PanelTemplateAnswers{Name: "Hut"}, 2)
	require.ErrorIs(t, err, dealing.ErrNotFound)
	require.ErrorIs(t, p.RetirePanelTemplate(t.Context(), p.other, "", house.ID), dealing.ErrNotFound)
	require.NoError(t, p.RetirePanelTemplate(t.Context(), p.office, "", house.ID))
	templates, err := p.OwnPanelTemplates(t.Context(), p.office, "")
	require.NoError(t, err)
	require.Empty(t, templates)

	require.NoError(t, p.AddCustomerSource(t.Context(), p.office, "", "Radio"))
	requireProblem(t, p.AddCustomerSource(t.Context(), p.office, "", "Radio"), "/name", "taken")
	sources, err := p.CustomerSources(t.Context(), p.office, "")
	require.NoError(t, err)
	require.Len(t, sources, 1)
	require.ErrorIs(t, p.RenameCustomerSource(t.Context(), p.other, "", sources[0].ID, "TV"), dealing.ErrNotFound)
	require.NoError(t, p.RenameCustomerSource(t.Context(), p.office, "", sources[0].ID, "TV"))
	require.ErrorIs(t, p.RetireCustomerSource(t.Context(), p.other, "", sources[0].ID), dealing.ErrNotFound)
	require.NoError(t, p.RetireCustomerSource(t.Context(), p.office, "", sources[0].ID))
	sources, err = p.CustomerSources(t.Context(), p.office, "")
	require.NoError(t, err)
	require.Empty(t, sources)
}

func TestSettings_ProfileShowsInLetters(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	require.NoError(t, p.ChangeProfile(t.Context(), p.office, "", dealing.ProfileAnswers{
		Name: " Sample  Security ", SupportEmail: "help@sample.example.com", SupportPhone: "+1 571 555 0199", NoticeEmail: "office@sample.example.com",
		WebsiteURL: "https://sample.example.com", Colour: "#1F6FEB",
	}, 0))
	require.ErrorIs(t, p.ChangeProfile(t.Context(), p.office, "", dealing.ProfileAnswers{Name: "Too Late"}, 0), dealing.ErrStale)
	saved, err := p.ProfileSaved(t.Context(), p.office, "")
	require.NoError(t, err)
	require.Equal(t, 1, saved.Version)
	require.Equal(t, "Olivia office", saved.By)
	_, err = p.ProfileSaved(t.Context(), p.office, p.otherID)
	require.ErrorIs(t, err, dealing.ErrNotFound)
	settings, err := p.Settings(t.Context(), p.office, "")
	require.NoError(t, err)
	require.Equal(t, "Sample Security", settings.Dealer.Name)
	require.Equal(t, "#1f6feb", settings.Dealer.Colour)
	require.Equal(t, "welcome@dealer.example.com", settings.Dealer.MailFrom) // not the dealer's to change
	bad := dealing.ProfileAnswers{
		Name: "", SupportEmail: "a@b.example.com\nBcc: x@example.com", SupportPhone: "call us", NoticeEmail: "x", WebsiteURL: "javascript:alert(1)", Colour: "red;}",
	}
	err = p.ChangeProfile(t.Context(), p.office, "", bad, 1)
	for _, field := range []string{"/support_email", "/support_phone", "/notice_email", "/website_url", "/colour"} {
		requireProblem(t, err, field, "malformed")
	}
	requireProblem(t, err, "/name", "required")
	require.Equal(t, 1, p.audited("settings.change_profile"))

	png := append([]byte("\x89PNG"), bytes.Repeat([]byte{1}, 100)...)
	require.NoError(t, p.ChangeLogo(t.Context(), p.office, "", png))
	requireProblem(t, p.ChangeLogo(t.Context(), p.office, "", nil), "/logo", "required")
	requireProblem(t, p.ChangeLogo(t.Context(), p.office, "", []byte("<svg/>")), "/logo", "logo_unreadable")
	requireProblem(t, p.ChangeLogo(t.Context(), p.office, "", append(png, make([]byte, dealing.MaxLogo)...)), "/logo", "too_large")
	settings, err = p.Settings(t.Context(), p.office, "")
	require.NoError(t, err)
	require.Equal(t, png, settings.Dealer.Logo)
	pdf, err := p.PreviewLetter(t.Context(), p.office, "")
	require.NoError(t, err)
	require.NotEmpty(t, pdf)
	require.NoError(t, p.RemoveLogo(t.Context(), p.office, ""))
}

func TestSettings_NewUserSignsInWithThePasswordShownOnce(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	typed := dealing.StaffAnswers{LoginName: "tina", FirstName: "Tina", LastName: "Technician", Role: "technician", InstallerRep: true}
	tina, first, err := p.AddStaff(t.Context(), p.office, "", typed)
	require.NoError(t, err)
	session, fault, err := p.SignIn(t.Context(), "tina", first)
	require.NoError(t, err)
	require.Zero(t, fault)
	reps, err := p.Reps(t.Context(), p.office, "", "tech")
	require.NoError(t, err)
	require.Len(t, reps, 1)
	typed.LoginName = "TINA"
	_, _, err = p.AddStaff(t.Context(), p.other, "", typed)
	requireProblem(t, err, "/login_name", "taken")
	typed.Role = "administrator"
	_, _, err = p.AddStaff(t.Context(), p.office, "", typed)
	requireProblem(t, err, "/role", "invalid_choice")
	requireProblem(t, p.ChangeStaff(t.Context(), p.office, "", tina.ID, typed), "/role", "invalid_choice")

	for range 6 {
		_, fault, err = p.SignIn(t.Context(), "tina", "wrong")
		require.NoError(t, err)
	}
	require.Equal(t, "locked", fault.Code)
	_, second, err := p.ResetStaffPassword(t.Context(), p.office, "", tina.ID)
	require.NoError(t, err)
	require.NotEqual(t, first, second)
	_, err = p.UserOf(t.Context(), session)
	require.ErrorIs(t, err, dealing.ErrUnauthenticated)
	session, fault, err = p.SignIn(t.Context(), "tina", second)
	require.NoError(t, err)
	require.Zero(t, fault)

	require.NoError(t, p.DisableStaff(t.Context(), p.office, "", tina.ID))
	_, err = p.UserOf(t.Context(), session)
	require.ErrorIs(t, err, dealing.ErrUnauthenticated)
	require.NoError(t, p.EnableStaff(t.Context(), p.office, "", tina.ID))
	_, err = p.UserOf(t.Context(), session)
	require.NoError(t, err)
	typed.Role, typed.InstallerRep = "office", false
	require.NoError(t, p.ChangeStaff(t.Context(), p.office, "", tina.ID, typed))
	user, err := p.UserOf(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, onboarding.RoleOffice, user.Role)
	require.Zero(t, p.count(`SELECT count(*) FROM audit WHERE reason LIKE '%' || $1 || '%'`, second))
}

func TestSettings_NobodyReachesFurtherThroughAUser(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	branch := p.user("branch", onboarding.RoleOffice, p.branchID)
	linked := p.user("linked", onboarding.RoleTechnician, p.branchID)
	require.NoError(t, p.store.LinkDealer(t.Context(), linked.UserID, p.otherID))
	const sentence = "also works for other dealers"
	for _, actor := range []dealing.Actor{branch, p.office} {
		_, _, err := p.ResetStaffPassword(t.Context(), actor, p.branchID, linked.UserID)
		requireRefusal(t, err, sentence)
		_, err = p.CreateAPIKey(t.Context(), actor, p.branchID, dealing.NewKey{ID: dealing.NewKeyID(), UserID: linked.UserID, Label: "CRM"})
		requireRefusal(t, err, sentence)
	}
	admin := p.user("admin", onboarding.RoleAdministrator, "")
	_, _, err := p.ResetStaffPassword(t.Context(), admin, p.branchID, linked.UserID)
	require.NoError(t, err)

	for _, user := range []string{p.other.UserID, admin.UserID, "nobody"} {
		_, _, err := p.ResetStaffPassword(t.Context(), p.office, "", user)
		require.ErrorIs(t, err, dealing.ErrNotFound)
		require.ErrorIs(t, p.DisableStaff(t.Context(), p.office, "", user), dealing.ErrNotFound)
		_, err = p.CreateAPIKey(t.Context(), p.office, "", dealing.NewKey{ID: dealing.NewKeyID(), UserID: user, Label: "CRM"})
		requireProblem(t, err, "/user_id", "unknown")
	}
	requireRefusal(t, p.DisableStaff(t.Context(), p.office, "", p.office.UserID), "cannot disable yourself")
	requireProblem(t, p.ChangeStaff(t.Context(), p.office, "", p.office.UserID, dealing.StaffAnswers{FirstName: "A", LastName: "B", Role: "technician"}), "/role", "own_role")
}

func TestSettings_APIKeyIsMadeOnceAndEndsAtOnce(t *testing.T) {
	t.Parallel()
	p := openPortal(t)
	asked := dealing.NewKey{ID: dealing.NewKeyID(), UserID: p.office.UserID, Label: "CRM"}
	key, err := p.CreateAPIKey(t.Context(), p.office, "", asked)
	require.NoError(t, err)
	actor, err := p.Authenticate(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, p.office.UserID, actor.UserID)
	_, err = p.CreateAPIKey(t.Context(), p.office, "", asked)
	requireRefusal(t, err, "created before")
	keys, err := p.APIKeys(t.Context(), p.office, "")
	require.NoError(t, err)
	require.Len(t, keys, 1)
	require.Equal(t, key[:11], keys[0].Prefix)
	require.Equal(t, "CRM", keys[0].Label)

	require.ErrorIs(t, p.RevokeAPIKey(t.Context(), p.other, "", keys[0].ID), dealing.ErrNotFound)
	require.ErrorIs(t, p.RevokeAPIKey(t.Context(), p.ops, p.dealerID, keys[0].ID), dealing.ErrForbidden)
	require.NoError(t, p.RevokeAPIKey(t.Context(), p.office, "", keys[0].ID))
	_, err = p.Authenticate(t.Context(), key)
	require.ErrorIs(t, err, dealing.ErrUnauthenticated)
	require.Equal(t, 1, p.audited("settings.create_api_key"))
	require.Equal(t, 1, p.audited("settings.revoke_api_key"))
}
