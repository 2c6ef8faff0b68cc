package portal_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWalk_FromSignInToSuccess(t *testing.T) {
	t.Parallel()
	for name, wide := range map[string]width{"desktop": desktop, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			house := open(t)
			b := house.browser(t, wide)
			b.open("/customers")
			b.look("01-sign-in")
			b.fill("/login_name", "office")
			b.fill("/password", "wrong")
			b.press("Sign in")
			b.look("02-sign-in-wrong")
			b.signIn("office")
			b.look("03-customers")
			b.open("/customers/new")
			b.look("04-create")
			b.press("Create Customer")
			b.press("Next")
			b.look("05-account-empty")
			b.pick("/account/type", "security_system")
			b.press("Next")
			b.press("Next")
			b.look("06-customer-empty")
			require.Equal(t, "problems", evaluate[string](b, "document.activeElement.id"), "the summary of problems has the focus")
			b.customer()
			b.look("06-customer")
			b.press("Next")
			b.awaits("This login name is available.")
			b.fill("/login/name", "EmmaHarvest")
			b.awaits("Login already in use")
			b.look("07-login")
			b.fill("/login/name", "JohnDoeExample")
			b.awaits("This login name is available.")
			b.press("Next")
			b.unfold("Coverage Summary")
			b.awaits("Verizon 4G")
			b.fill("/system/module", house.demo.AvailableModules[0]+"\t")
			b.awaits("Found: Simon XTi-5")
			b.unfold("Where is the serial number?")
			b.pick("picture", "twog_gc2.0")
			b.awaits("open the Installer Toolbox")
			b.look("08-system")
			b.press("Next")
			b.sees("Default Communication Pathway")
			b.look("09-pathway")
			b.press("Next")
			b.look("10-package-empty")
			b.pick("/package/package_id", "interactive_gold")
			b.awaits("ENERGY MANAGEMENT")
			b.awaits("Remote Arming/Disarming")
			b.pick("/package/one_of/supervision", "six_hour_supervision")
			b.awaits("$22.95")
			b.look("10-package")
			b.press("Next")
			b.pick("/forwarding/option", "always")
			b.pick("/forwarding/receiver_id", house.demo.Receivers[0].ID)
			b.awaits("Sample Central Station")
			b.fill("/forwarding/account_number", "12")
			b.press("Next")
			b.look("11-forwarding-wrong")
			b.fill("/forwarding/account_number", "1234")
			b.press("Next")
			b.look("12-templates")
			b.press("Next")
			b.look("13-confirmation")
			b.press("Edit Create Login")
			b.look("14-edit-login")
			b.fill("/login/name", "JohnDoe")
			b.press("Save and return")
			b.sees("JohnDoe")
			b.press("Create Account")
			b.sees("Account Creation Successful!")
			b.look("15-created")
			b.press("Go to the customer's page")
			b.look("16-customer")
			b.quiet()
		})
	}
}

// customer types John Doe's page.
func (b *browser) customer() {
	b.t.Helper()
	b.pick("/customer/property_type", "single_family_house")
	for _, typed := range [][2]string{
		{"first_name", "John"},
		{"last_name", "Doe"},
		{"email", "john.doe@example.com"},
		{"email_confirmation", "john.doe@example.com"},
		{"phone/number", "571 555 0100"},
		{"address/street1", "8281 Greensboro Drive"},
		{"address/city", "Tysons"},
		{"address/postal_code", "22102"},
	} {
		b.fill("/customer/"+typed[0], typed[1])
	}
	b.pick("/customer/address/state", "VA")
}
