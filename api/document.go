package api

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/latchkey/latchkey/applicationjson"
)

// describe is the frame of the OpenAPI document and the settings of huma. Its own pages
// are off: they load scripts from elsewhere, and its document is written on first use
// without a lock.
func describe(version string) huma.Config {
	config := huma.DefaultConfig("Latchkey", version)
	config.DocsPath, config.OpenAPIPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil // would put a $schema member into every body
	config.RejectUnknownQueryParameters = true
	config.Info.Description = introduction
	config.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	config.Servers = []*huma.Server{{URL: "/"}}
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		schemeKey:   {Type: "http", Scheme: "bearer", Description: "An API key, lk_…; it acts as one user."},
		schemePanel: {Type: "apiKey", In: "header", Name: "webhook-signature", Description: "HMAC-SHA256 of Standard Webhooks, with webhook-id and webhook-timestamp."},
	}
	return config
}

// schemaName keeps the sections of an application apart from what is made of them: both
// have an Account and a Package.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.PkgPath() == reflect.TypeFor[applicationjson.Application]().PkgPath() && !strings.HasPrefix(name, "Application") {
		return "Application" + name
	}
	return name
}

const introduction = `Durable account onboarding for security dealers.

Times are RFC 3339 in UTC, money is whole cents, lists are ` + "`{items, next_cursor}`" + `. Whatever is not a
success is a problem document with a ` + "`code`" + ` for programs and sentences for people; all problems of a
request come at once. What you may not see does not exist for you: 404, never 403.

Also open: /healthz, /readyz, /metrics.`

// completeDocument adds what huma's tags cannot say.
func completeDocument(document *huma.OpenAPI) {
	application := document.Paths["/v1/onboardings"].Post.RequestBody.Content["application/json"]
	application.Example = json.RawMessage(exampleApplication)

	// huma has no way to say that an object may be null.
	customer := document.Components.Schemas.Map()["ApplicationCustomer"]
	address := customer.Properties["installation_address"]
	customer.Properties["installation_address"] = &huma.Schema{
		Description: address.Description,
		OneOf:       []*huma.Schema{{Ref: address.Ref}, {Type: "null"}},
	}
	customer.PrecomputeMessages()

	// The raw body is read for its signature, or to tell an empty member from one that is
	// left out; it is the same JSON.
	delete(document.Paths["/v1/panel-events"].Post.RequestBody.Content, "application/octet-stream")
	delete(document.Paths["/v1/commitments/{id}"].Patch.RequestBody.Content, "application/octet-stream")
}

// exampleApplication is the seed's own customer.
const exampleApplication = `{
  "kind": "customer",
  "account": {"type": "security_system"},
  "customer": {
    "property_type": "single_family_house", "install_type": "professional",
    "first_name": "John", "last_name": "Doe",
    "email": "john.doe@example.com", "email_confirmation": "john.doe@example.com",
    "phone": {"number": "+1 571 555 0100", "type": "home"}, "language": "en",
    "address": {"country": "US", "street1": "8281 Greensboro Drive", "city": "Tysons", "state": "VA", "postal_code": "22102"},
    "installation_address": null
  },
  "system": {"panel_type": "auto", "module": "4100000017"},
  "package": {"package_id": "interactive_gold", "add_ons": [{"id": "six_hour_supervision", "quantity": 1}]},
  "forwarding": {"option": "never"},
  "templates": {"default_notifications": true}
}`
