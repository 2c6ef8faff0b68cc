package onboarding

// CoverageLevel is how well a network covers an address.
type CoverageLevel string

// The levels, as the seed's coverage summary shows them. Unknown is never silently full.
const (
	CoverageFull    CoverageLevel = "full"
	CoveragePartial CoverageLevel = "partial"
	CoverageNone    CoverageLevel = "none"
	CoverageUnknown CoverageLevel = "unknown"
)

// NetworkCoverage is one row of the coverage summary.
type NetworkCoverage struct {
	Name        string
	Coverage    CoverageLevel
	Recommended bool
	// Sunset networks take no new modules; they are shown but never recommended.
	Sunset bool
	MapURL string
}

// CoverageReason judges a report: empty when some living network covers the address
// in full or nothing is known, otherwise why a person must look. A report without
// networks means that there is no data for the place, not that nothing reaches it.
func CoverageReason(report []NetworkCoverage) Reason {
	if len(report) == 0 {
		return ""
	}
	best := CoverageNone
	for _, network := range report {
		if network.Sunset {
			continue
		}
		switch {
		case network.Coverage == CoverageFull:
			return ""
		case network.Coverage == CoverageUnknown:
			best = CoverageUnknown
		case network.Coverage == CoveragePartial && best == CoverageNone:
			best = CoveragePartial
		}
	}
	switch best {
	case CoveragePartial:
		return ReasonLowCoverage
	case CoverageUnknown:
		return ""
	default:
		return ReasonNoCoverage
	}
}
