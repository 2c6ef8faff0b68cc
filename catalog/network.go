package catalog

import "time"

// Network is a carrier's network that modules use.
type Network struct {
	ID   string
	Name string
	// Countries are ISO 3166 codes.
	Countries []string
	// MapURL is the provider's own coverage map.
	MapURL string
	// Note is what a dealer should know about coverage results of this network.
	Note string
	// SunsetOn is when the network was or will be switched off; zero when no date is known.
	SunsetOn time.Time
}

// Sunset reports whether the network takes no new modules at this moment.
func (n Network) Sunset(now time.Time) bool {
	return !n.SunsetOn.IsZero() && !now.Before(n.SunsetOn)
}

// networkRow is a network as its data file writes it.
type networkRow struct {
	ID, Name  string
	Countries []string
	MapURL    string
	Note      string
	SunsetOn  string
}

func (r networkRow) network() (Network, error) {
	sunset, err := dateOf(r.SunsetOn)
	if err != nil {
		return Network{}, err
	}
	return Network{r.ID, r.Name, r.Countries, r.MapURL, r.Note, sunset}, nil
}
