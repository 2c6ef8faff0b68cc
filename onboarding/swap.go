package onboarding

import "slices"

// SwapAnswers are what a dealer types to swap a module.
type SwapAnswers struct {
	Module string
	// PanelType is empty when the control panel stays.
	PanelType string
}

// Equipment is what hangs at the wall: a module, and the panel it is in.
type Equipment struct {
	ModuleID  string
	PanelType string
	Pathway   string
}

// CheckSwap holds the module that is to replace was against the rules of the page "Enter
// the system information", and refuses the same one. facts are about the new module.
func CheckSwap(answers SwapAnswers, was Equipment, facts Facts) (Equipment, Problems) {
	if blank(answers.PanelType) {
		answers.PanelType = was.PanelType
	}
	c := newChecking(Answers{System: SystemAnswers{PanelType: answers.PanelType, Module: answers.Module}}, facts)
	c.system()
	problems := c.problems
	for i := range problems {
		problems[i].Field = swapFields[problems[i].Field]
	}
	if facts.Module != nil && facts.Module.ID == was.ModuleID {
		// That it is in use is no news, and to terminate the account would be bad advice.
		problems = slices.DeleteFunc(problems, func(p Problem) bool { return p.Field == "/module_serial" })
		problems = append(problems, Problem{"/module_serial", "same_module", "This is the module that the account has already. Enter the serial number of the module that replaces it."})
	}
	if len(problems) > 0 {
		return Equipment{}, problems
	}
	module := *facts.Module
	pathway := was.Pathway
	if !slices.Contains(module.Pathways, pathway) {
		pathway = module.DefaultPathway
	}
	return Equipment{ModuleID: module.ID, PanelType: c.out.Answers.System.PanelType, Pathway: pathway}, nil
}

var swapFields = map[string]string{"/system/module": "/module_serial", "/system/panel_type": "/panel_type"}
