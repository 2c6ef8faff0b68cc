package applicationjson_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/applicationjson"
	"github.com/latchkey/latchkey/onboarding"
)

// complete has every member filled in, so that one forgotten in a conversion shows.
const complete = `{
  "kind": "customer",
  "account": {"type": "security_system"},
  "customer": {
    "property_type": "business", "install_type": "professional", "company_name": "Doe & Sons",
    "first_name": "José", "last_name": "Núñez", "email": "jose@example.com", "email_confirmation": "Jose@example.com",
    "phone": {"number": "+15715550100", "type": "work"}, "system_description": "Shop", "language": "es", "referred": true,
    "address": {"country": "US", "street1": "1 Main St", "street2": "Suite 2", "city": "Tysons", "state": "VA", "postal_code": "22102"},
    "time_zone": "America/New_York",
    "installation_address": {"country": "CA", "street1": "2 Queen St", "city": "Toronto", "state": "ON", "postal_code": "M5H 2N2"},
    "operations": {"sub_dealer_id": "d", "alternate_id": "A-1", "sales_rep": "s", "installer_rep": "i", "contract_months": 36, "contract_end_date": "2029-03-01", "customer_source": "web"}
  },
  "login": {"name": "JoseNunez"},
  "system": {"panel_type": "simon_xt", "module": "4100000017"},
  "pathway": {"value": "cell"},
  "package": {"template_id": "t", "package_id": "commercial", "add_ons": [{"id": "lights", "quantity": 2}]},
  "forwarding": {"option": "always", "phone_line_connected": true, "receiver_id": "r", "account_number": "1234", "events": ["alarms", "panics"], "ul_etl": true, "two_way_voice_fire_co": true},
  "templates": {"default_notifications": false, "panel_template_id": "p"},
  "coverage_override_reason": "tested on site"
}`

func TestApplication_SurvivesTheWayThroughTheDomain(t *testing.T) {
	t.Parallel()
	var application applicationjson.Application
	require.NoError(t, json.Unmarshal([]byte(complete), &application))

	back, err := json.Marshal(applicationjson.FromAnswers(application.Answers()))
	require.NoError(t, err)

	require.JSONEq(t, complete, string(back))
}

func TestApplication_TellsUnansweredFromNone(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		`{}`:                             nil,
		`{"forwarding":{"events":[]}}`:   {},
		`{"forwarding":{"events":null}}`: nil,
	} {
		var application applicationjson.Application
		require.NoError(t, json.Unmarshal([]byte(body), &application))
		answers := application.Answers()
		require.Equal(t, want, answers.Forwarding.Events, body)
		require.Nil(t, answers.Templates.DefaultNotifications, body)
		require.Equal(t, answers, applicationjson.FromAnswers(answers).Answers(), body)
	}
}

func TestApplication_IsACustomersWhenTheKindIsLeftOut(t *testing.T) {
	t.Parallel()
	require.Equal(t, onboarding.KindCustomer, applicationjson.Application{}.Answers().Kind)
}

func TestSections_ReplaceWholeSectionsAndLeaveTheOthers(t *testing.T) {
	t.Parallel()
	var application applicationjson.Application
	require.NoError(t, json.Unmarshal([]byte(complete), &application))
	var sections applicationjson.Sections
	require.NoError(t, json.Unmarshal([]byte(`{"system": {"module": "4100000018"}}`), &sections))

	amended := sections.Over(application.Answers())

	want := application.Answers()
	want.System = onboarding.SystemAnswers{Module: "4100000018"}
	require.Equal(t, want, amended)
}
