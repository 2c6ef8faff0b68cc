package onboarding

// Fault is why a typed value cannot be read. It becomes a Problem once the field is
// known; the zero Fault means that there is none.
type Fault struct {
	Code    string
	Message string
}

// Found reports whether there is a fault.
func (f Fault) Found() bool { return f.Code != "" }
