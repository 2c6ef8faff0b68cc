package onboarding

const (
	maxReferenceLength   = 100
	maxAlternateIDLength = 25
)

// operations holds the seed's "Operations Information", all of it optional.
func (c *checking) operations(in OperationsAnswers) OperationsAnswers {
	const field = "/customer/operations"
	out := OperationsAnswers{
		SubDealerID:    c.known(field+"/sub_dealer_id", in.SubDealerID, c.facts.SubDealerKnown, "Choose a sub-dealer from the list, or none."),
		AlternateID:    c.line(field+"/alternate_id", in.AlternateID, maxAlternateIDLength),
		SalesRep:       c.rep(field+"/sales_rep", in.SalesRep),
		InstallerRep:   c.rep(field+"/installer_rep", in.InstallerRep),
		ContractMonths: in.ContractMonths,
	}
	if out.AlternateID != "" && c.facts.AlternateIDTaken {
		c.problem(field+"/alternate_id", string(ReasonAlternateIDTaken), "Another customer of yours has this alternate ID. Enter a different one.")
	}
	c.contract(field, in, &out)
	out.CustomerSource = c.known(field+"/customer_source", in.CustomerSource, c.facts.CustomerSourceKnown, "Choose a customer source from the list, or none.")
	return out
}

// known reads a reference to something the dealer has: empty, or an ID that is known.
func (c *checking) known(field, typed string, isKnown bool, message string) string {
	id, fault := ParseLine(typed, maxReferenceLength)
	if fault.Found() || id != "" && !isKnown {
		c.problem(field, "unknown", message)
	}
	return id
}

func (c *checking) rep(field, typed string) string {
	return c.known(field, typed, c.facts.RepsKnown[reference(typed)], "Find the rep by last name, first name or login name and choose one from the list.")
}
