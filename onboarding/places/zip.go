package places

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed zip_states.txt
var zipStatesFile string

//go:embed zip_zones.txt
var zipZonesFile string

// zipStates has states by ZIP prefix, and by whole ZIP for those that leave their prefix.
var zipStates = sync.OnceValue(func() map[string]string {
	states := map[string]string{}
	for line := range dataLines(zipStatesFile) {
		key, state, _ := strings.Cut(line, " ")
		states[key] = state
	}
	return states
})

// prefixZones is what is known about the ZIP codes of one prefix.
type prefixZones struct {
	// usual is the zone of most of them.
	usual string
	// whole is true when all of them share it, so that a new ZIP can be trusted to it too.
	whole bool
	// sure and unsure have zones by the last two digits.
	sure   map[string]string
	unsure map[string]string
}

var zipZones = sync.OnceValue(func() map[string]prefixZones {
	prefixes := map[string]prefixZones{}
	for line := range dataLines(zipZonesFile) {
		prefix, rest, _ := strings.Cut(line, " ")
		prefixes[prefix] = parsePrefix(rest)
	}
	return prefixes
})

func parsePrefix(columns string) prefixZones {
	known := prefixZones{sure: map[string]string{}, unsure: map[string]string{}}
	most := 0
	for column := range strings.FieldsSeq(columns) {
		name, list, several := strings.Cut(column, "=")
		if !several {
			return prefixZones{usual: name, whole: true}
		}
		zone, disputed := strings.CutSuffix(name, "?")
		into := known.sure
		if disputed {
			into = known.unsure
		}
		endings := strings.Split(list, ",")
		for _, ending := range endings {
			into[ending] = zone
		}
		if len(endings) > most {
			most, known.usual = len(endings), zone
		}
	}
	return known
}

// zipZone is the zone of a US ZIP code or ZIP+4.
func zipZone(zip string) (string, bool) {
	zip, ok := fiveDigits(zip)
	if !ok {
		return "", false
	}
	known := zipZones()[zip[:3]]
	if known.whole {
		return known.usual, true
	}
	if zone, ok := known.sure[zip[3:]]; ok {
		return zone, true
	}
	if zone, ok := known.unsure[zip[3:]]; ok {
		return zone, false
	}
	return known.usual, false
}

// zipState is the state of a US ZIP code or ZIP+4.
func zipState(zip string) (string, bool) {
	zip, ok := fiveDigits(zip)
	if !ok {
		return "", false
	}
	if state, ok := zipStates()[zip]; ok {
		return state, true
	}
	state, ok := zipStates()[zip[:3]]
	return state, ok
}

func fiveDigits(zip string) (string, bool) {
	zip, _, _ = strings.Cut(strings.TrimSpace(zip), "-")
	notDigit := func(r rune) bool { return r < '0' || r > '9' }
	return zip, len(zip) == 5 && !strings.ContainsFunc(zip, notDigit)
}

func dataLines(file string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(file) {
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if !yield(line) {
				return
			}
		}
	}
}
