package applicationcsv

import (
	"strconv"
	"strings"

	"github.com/latchkey/latchkey/onboarding"
)

type row = onboarding.ImportRow

// AlternateIDColumn must be filled in: by it, a row that is imported again is known.
const AlternateIDColumn = "customer.operations.alternate_id"

const emailColumn, confirmationColumn = "customer.email", "customer.email_confirmation"

// applicationColumns are the members of an application, in the order of its sections.
func applicationColumns() []Column {
	columns := []Column{
		text("kind", "customer or virtual; customer when empty", func(r *row) *string { return (*string)(&r.Answers.Kind) }),
		text("account.type", "security_system, standalone_video_access or automation_awareness", func(r *row) *string { return (*string)(&r.Answers.Account.Type) }),
		text("customer.property_type", "single_family_house, townhouse, condo or business", func(r *row) *string { return &r.Answers.Customer.PropertyType }),
		text("customer.install_type", "professional or self; professional when empty", func(r *row) *string { return &r.Answers.Customer.InstallType }),
		text("customer.company_name", "needed for a business", func(r *row) *string { return &r.Answers.Customer.CompanyName }),
		text("customer.first_name", "", func(r *row) *string { return &r.Answers.Customer.FirstName }),
		text("customer.last_name", "", func(r *row) *string { return &r.Answers.Customer.LastName }),
		text(emailColumn, "", func(r *row) *string { return &r.Answers.Customer.Email }),
		text(confirmationColumn, "the e-mail address again; without this column it is not asked for", func(r *row) *string { return &r.Answers.Customer.EmailConfirmation }),
		text("customer.phone.number", "such as 571 555 0100 or +1 571 555 0100", func(r *row) *string { return &r.Answers.Customer.Phone.Number }),
		text("customer.phone.type", "home, work, mobile or other; home when empty", func(r *row) *string { return &r.Answers.Customer.Phone.Type }),
		text("customer.system_description", "", func(r *row) *string { return &r.Answers.Customer.SystemDescription }),
		text("customer.language", "language of letter and e-mail; en when empty", func(r *row) *string { return &r.Answers.Customer.Language }),
		truth("customer.referred", "another customer referred this one", func(r *row) *bool { return &r.Answers.Customer.Referred }),
	}
	columns = append(columns, addressColumns("customer.address", func(r *row) *onboarding.AddressAnswers { return &r.Answers.Customer.Address })...)
	columns = append(columns,
		text("customer.time_zone", "IANA time zone; detected from the postal code when empty", func(r *row) *string { return &r.Answers.Customer.TimeZone }))
	columns = append(columns, addressColumns("customer.installation_address", installationAddress)...)
	columns = append(columns,
		text("customer.operations.sub_dealer_id", "ID of a sub-dealer", func(r *row) *string { return &r.Answers.Customer.Operations.SubDealerID }),
		text(AlternateIDColumn, "your own number, unique among your customers; must be filled in", func(r *row) *string { return &r.Answers.Customer.Operations.AlternateID }),
		text("customer.operations.sales_rep", "login name of the sales representative", func(r *row) *string { return &r.Answers.Customer.Operations.SalesRep }),
		text("customer.operations.installer_rep", "login name of the installer", func(r *row) *string { return &r.Answers.Customer.Operations.InstallerRep }),
		contractMonths(),
		text("customer.operations.contract_end_date", "YYYY-MM-DD", func(r *row) *string { return &r.Answers.Customer.Operations.ContractEndDate }),
		text("customer.operations.customer_source", "ID of a customer source", func(r *row) *string { return &r.Answers.Customer.Operations.CustomerSource }),
		text("login.name", "desired login name; suggested from the name when empty", func(r *row) *string { return &r.Answers.Login.Name }),
		text("system.panel_type", "a panel of the catalogue, or auto; auto when empty", func(r *row) *string { return &r.Answers.System.PanelType }),
		text("system.module", "serial number, IMEI or MEID of the module", func(r *row) *string { return &r.Answers.System.Module }),
		text("pathway.value", "the module's default pathway when empty", func(r *row) *string { return &r.Answers.Pathway.Value }),
		text("package.template_id", "ID of a package template", func(r *row) *string { return &r.Answers.Package.TemplateID }),
		text("package.package_id", "such as interactive_gold", func(r *row) *string { return &r.Answers.Package.PackageID }),
		addOns(),
		text("forwarding.option", "always, phone_line_fails or never", func(r *row) *string { return &r.Answers.Forwarding.Option }),
		truth("forwarding.phone_line_connected", "a phone line is connected", func(r *row) *bool { return &r.Answers.Forwarding.PhoneLineConnected }),
		text("forwarding.receiver_id", "ID of a receiver", func(r *row) *string { return &r.Answers.Forwarding.ReceiverID }),
		text("forwarding.account_number", "the account number at the monitoring station", func(r *row) *string { return &r.Answers.Forwarding.AccountNumber }),
		events(),
		truth("forwarding.ul_etl", "UL/ETL listed", func(r *row) *bool { return &r.Answers.Forwarding.ULETL }),
		truth("forwarding.two_way_voice_fire_co", "two-way voice after fire and CO alarms", func(r *row) *bool { return &r.Answers.Forwarding.TwoWayVoiceFireCO }),
		defaultNotifications(),
		text("templates.panel_template_id", "ID of an AirFX panel template", func(r *row) *string { return &r.Answers.Templates.PanelTemplateID }),
		text("coverage_override_reason", "lets the run go on although coverage is low or absent", func(r *row) *string { return &r.Answers.CoverageOverrideReason }),
	)
	return columns
}

// expectedColumns are what a commitment expects of its installation.
func expectedColumns() []Column {
	return []Column{
		text("expected.install_date", "YYYY-MM-DD", func(r *row) *string { return &r.Expected.InstallDate }),
		text("expected.network", "the network that is expected", func(r *row) *string { return &r.Expected.Network }),
		text("expected.panel_type", "the control panel that is expected", func(r *row) *string { return &r.Expected.PanelType }),
		text("expected.installer_rep", "login name of who is expected to install", func(r *row) *string { return &r.Expected.InstallerRep }),
		text("expires_at", "YYYY-MM-DD; half a year from now when empty", func(r *row) *string { return &r.ExpiresAt }),
		text("activate_at", "YYYY-MM-DD or YYYY-MM-DDTHH:MM, by the property's clock; not on a date when empty", func(r *row) *string { return &r.ActivateAt }),
	}
}

func addressColumns(prefix string, of func(*row) *onboarding.AddressAnswers) []Column {
	return []Column{
		text(prefix+".country", "US or CA; US when empty", func(r *row) *string { return &of(r).Country }),
		text(prefix+".street1", "", func(r *row) *string { return &of(r).Street1 }),
		text(prefix+".street2", "", func(r *row) *string { return &of(r).Street2 }),
		text(prefix+".city", "", func(r *row) *string { return &of(r).City }),
		text(prefix+".state", "state or province", func(r *row) *string { return &of(r).State }),
		text(prefix+".postal_code", "", func(r *row) *string { return &of(r).PostalCode }),
	}
}

// installationAddress comes to be with the first cell of it that is filled in: without one,
// the system is installed at the customer's address.
func installationAddress(r *row) *onboarding.AddressAnswers {
	if r.Answers.Customer.InstallationAddress == nil {
		r.Answers.Customer.InstallationAddress = &onboarding.AddressAnswers{}
	}
	return r.Answers.Customer.InstallationAddress
}

func contractMonths() Column {
	return Column{
		Name: "customer.operations.contract_months", About: "a whole number",
		read: func(r *row, cell string) (fault onboarding.Fault) {
			r.Answers.Customer.Operations.ContractMonths, fault = parseWhole(cell)
			return fault
		},
		write: func(r row) string {
			if r.Answers.Customer.Operations.ContractMonths == 0 {
				return ""
			}
			return strconv.Itoa(r.Answers.Customer.Operations.ContractMonths)
		},
	}
}

func addOns() Column {
	return Column{
		Name: "package.add_ons", About: "id:quantity, several with " + between + " between them; the quantity may be left out",
		read: func(r *row, cell string) onboarding.Fault {
			for _, entry := range entries(cell) {
				id, quantity, _ := strings.Cut(entry, ":")
				number, fault := parseWhole(quantity)
				if fault.Found() {
					return onboarding.Fault{Code: "malformed", Message: "Write each add-on as id:quantity, such as six_hour_supervision:1, with " + between + " between them."}
				}
				r.Answers.Package.AddOns = append(r.Answers.Package.AddOns, onboarding.AddOnAnswer{ID: strings.TrimSpace(id), Quantity: number})
			}
			return onboarding.Fault{}
		},
		write: func(r row) string {
			var cells []string
			for _, addOn := range r.Answers.Package.AddOns {
				if addOn.Quantity == 0 {
					cells = append(cells, addOn.ID)
					continue
				}
				cells = append(cells, addOn.ID+":"+strconv.Itoa(addOn.Quantity))
			}
			return strings.Join(cells, between)
		},
	}
}

// noEvents forwards nothing, which an empty cell does not say: it takes the usual groups.
const noEvents = "none"

func events() Column {
	return Column{
		Name: "forwarding.events", About: "event groups with " + between + " between them; the usual ones when empty, " + noEvents + " for none",
		read: func(r *row, cell string) onboarding.Fault {
			r.Answers.Forwarding.Events = []string{}
			if strings.TrimSpace(cell) != noEvents {
				r.Answers.Forwarding.Events = entries(cell)
			}
			return onboarding.Fault{}
		},
		write: func(r row) string {
			if chosen := r.Answers.Forwarding.Events; chosen == nil || len(chosen) > 0 {
				return strings.Join(chosen, between)
			}
			return noEvents
		},
	}
}

func defaultNotifications() Column {
	return Column{
		Name: "templates.default_notifications", About: "true or false; applied when empty",
		read: func(r *row, cell string) onboarding.Fault {
			apply, fault := parseTruth(cell)
			r.Answers.Templates.DefaultNotifications = &apply
			return fault
		},
		write: func(r row) string {
			if r.Answers.Templates.DefaultNotifications == nil {
				return ""
			}
			return strconv.FormatBool(*r.Answers.Templates.DefaultNotifications)
		},
	}
}
