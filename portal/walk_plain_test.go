package portal_test

import (
	"testing"
)

func TestWalk_WorksWithoutScripts(t *testing.T) {
	t.Parallel()
	house := open(t)
	b := house.browser(t, phone).withoutScripts()
	b.signIn("office")
	b.open("/customers/new")
	b.press("Create Customer")
	b.pick("/account/type", "security_system")
	b.press("Next")
	b.customer()
	b.press("Next")
	b.press("Next") // the suggested login name
	b.open(b.path() + "?coverage=show")
	b.sees("Verizon 4G")
	b.fill("/system/module", house.demo.AvailableModules[0])
	b.unfold("Where is the serial number?")
	b.pick("picture", "vista.0")
	b.press("Show")
	b.sees("above its status lights")
	b.press("Next")
	b.press("Next")
	b.pick("/package/package_id", "interactive_gold")
	b.press("Update")
	b.sees("$21.95")
	b.pick("/package/one_of/supervision", "six_hour_supervision")
	b.press("Next")
	b.pick("/forwarding/option", "never")
	b.press("Next")
	b.press("Next")
	b.sees("$22.95")
	b.press("Create Account")
	b.sees("Account Creation Successful!")
	b.press("Go to the customer's page")
	b.sees("Wait for the module to join the network")
	b.press("Email Welcome Letter to Customer")
	b.sees("on its way to the customer's primary email address")
	b.quiet()
}
