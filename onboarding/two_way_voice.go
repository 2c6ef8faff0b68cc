package onboarding

import "strings"

// addOnTwoWayVoice is the add-on that the seed's third line asks for.
const addOnTwoWayVoice = "two_way_voice"

// TwoWayVoiceReadiness is the seed's table under "Two Way Voice": a call can be made
// when all three lines say Yes.
type TwoWayVoiceReadiness struct {
	ModuleCapable    bool
	ReceiverSupports bool
	PackageIncludes  bool
}

// TwoWayVoiceOf reads the three lines from answers, however complete they are.
func TwoWayVoiceOf(answers Answers, facts Facts) TwoWayVoiceReadiness {
	return newChecking(answers, facts).twoWayVoice()
}

// Ready reports whether all three lines say Yes.
func (r TwoWayVoiceReadiness) Ready() bool {
	return r.ModuleCapable && r.ReceiverSupports && r.PackageIncludes
}

// Missing lists the lines that say No, in the seed's words.
func (r TwoWayVoiceReadiness) Missing() []string {
	var missing []string
	for _, line := range []struct {
		yes  bool
		text string
	}{
		{r.ModuleCapable, "Module Two-Way Voice Capable: No"},
		{r.ReceiverSupports, "Selected Receiver Supports Two-Way Voice: No"},
		{r.PackageIncludes, "Service Package Includes Two-Way Voice: No"},
	} {
		if !line.yes {
			missing = append(missing, line.text)
		}
	}
	return missing
}

func (c *checking) twoWayVoice() TwoWayVoiceReadiness {
	return TwoWayVoiceReadiness{
		ModuleCapable:    c.later.module || c.facts.Module != nil && c.facts.Module.TwoWayVoice,
		ReceiverSupports: c.facts.Receiver != nil && c.facts.Receiver.TwoWayVoice,
		PackageIncludes:  c.chosenPackage().has(addOnTwoWayVoice),
	}
}

func (c *checking) twoWayVoiceFireCO() {
	readiness := c.twoWayVoice()
	if !c.in.Forwarding.TwoWayVoiceFireCO || readiness.Ready() {
		return
	}
	c.problem("/forwarding/two_way_voice_fire_co", "two_way_voice_not_ready",
		"Two-way voice calls for fire and CO alarms need three times Yes, but: "+strings.Join(readiness.Missing(), "; ")+". Change that, or clear this choice.")
}
