package places

import (
	"time"
	_ "time/tzdata" // the rules of clock changes, also on machines without zone files
)

// Zone is a time zone that can be chosen for a property.
type Zone struct {
	// Name is the IANA name, e.g. "America/New_York".
	Name string
	// Label is what people read, e.g. "Eastern Time (New York)".
	Label string
}

// TimeZones lists every zone we offer, from east to west.
func TimeZones() []Zone { return zones }

// OffersTimeZone reports whether name is one of TimeZones.
func OffersTimeZone(name string) bool {
	for _, zone := range zones {
		if zone.Name == name {
			return true
		}
	}
	return false
}

// Location is the clock of one of TimeZones; false for any other name. The database of zones
// is built into the program, so one of ours that it lacks is a fault of the build.
func Location(name string) (*time.Location, bool) {
	if !OffersTimeZone(name) {
		return nil, false
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return location, true
}

var zones = []Zone{
	{"America/St_Johns", "Newfoundland Time (St. John's)"},
	{"America/Halifax", "Atlantic Time (Halifax)"},
	{"America/Goose_Bay", "Atlantic Time (Goose Bay)"},
	{"America/Glace_Bay", "Atlantic Time (Glace Bay)"},
	{"America/Moncton", "Atlantic Time (Moncton)"},
	{"America/Puerto_Rico", "Atlantic Time, no daylight saving (Puerto Rico)"},
	{"America/St_Thomas", "Atlantic Time, no daylight saving (U.S. Virgin Islands)"},
	{"America/New_York", "Eastern Time (New York)"},
	{"America/Detroit", "Eastern Time (Detroit)"},
	{"America/Toronto", "Eastern Time (Toronto)"},
	{"America/Iqaluit", "Eastern Time (Iqaluit)"},
	{"America/Kentucky/Louisville", "Eastern Time (Louisville, Kentucky)"},
	{"America/Kentucky/Monticello", "Eastern Time (Monticello, Kentucky)"},
	{"America/Indiana/Indianapolis", "Eastern Time (Indianapolis)"},
	{"America/Indiana/Marengo", "Eastern Time (Marengo, Indiana)"},
	{"America/Indiana/Petersburg", "Eastern Time (Petersburg, Indiana)"},
	{"America/Indiana/Vevay", "Eastern Time (Vevay, Indiana)"},
	{"America/Indiana/Vincennes", "Eastern Time (Vincennes, Indiana)"},
	{"America/Indiana/Winamac", "Eastern Time (Winamac, Indiana)"},
	{"America/Atikokan", "Eastern Time, no daylight saving (Atikokan)"},
	{"America/Chicago", "Central Time (Chicago)"},
	{"America/Indiana/Knox", "Central Time (Knox, Indiana)"},
	{"America/Indiana/Tell_City", "Central Time (Tell City, Indiana)"},
	{"America/Menominee", "Central Time (Menominee)"},
	{"America/North_Dakota/Beulah", "Central Time (Beulah, North Dakota)"},
	{"America/North_Dakota/Center", "Central Time (Center, North Dakota)"},
	{"America/North_Dakota/New_Salem", "Central Time (New Salem, North Dakota)"},
	{"America/Winnipeg", "Central Time (Winnipeg)"},
	{"America/Rankin_Inlet", "Central Time (Rankin Inlet)"},
	{"America/Resolute", "Central Time (Resolute)"},
	{"America/Regina", "Central Time, no daylight saving (Regina)"},
	{"America/Swift_Current", "Central Time, no daylight saving (Swift Current)"},
	{"America/Denver", "Mountain Time (Denver)"},
	{"America/Boise", "Mountain Time (Boise)"},
	{"America/Edmonton", "Mountain Time (Edmonton)"},
	{"America/Cambridge_Bay", "Mountain Time (Cambridge Bay)"},
	{"America/Inuvik", "Mountain Time (Inuvik)"},
	{"America/Phoenix", "Mountain Time, no daylight saving (Phoenix)"},
	{"America/Dawson_Creek", "Mountain Time, no daylight saving (Dawson Creek)"},
	{"America/Fort_Nelson", "Mountain Time, no daylight saving (Fort Nelson)"},
	{"America/Whitehorse", "Mountain Time, no daylight saving (Whitehorse)"},
	{"America/Dawson", "Mountain Time, no daylight saving (Dawson)"},
	{"America/Los_Angeles", "Pacific Time (Los Angeles)"},
	{"America/Vancouver", "Pacific Time (Vancouver)"},
	{"America/Anchorage", "Alaska Time (Anchorage)"},
	{"America/Juneau", "Alaska Time (Juneau)"},
	{"America/Metlakatla", "Alaska Time (Metlakatla)"},
	{"America/Nome", "Alaska Time (Nome)"},
	{"America/Sitka", "Alaska Time (Sitka)"},
	{"America/Yakutat", "Alaska Time (Yakutat)"},
	{"America/Adak", "Hawaii-Aleutian Time (Adak)"},
	{"Pacific/Honolulu", "Hawaii Time (Honolulu)"},
	{"Pacific/Pago_Pago", "Samoa Time (Pago Pago)"},
	{"Pacific/Guam", "Chamorro Time (Guam)"},
	{"Pacific/Saipan", "Chamorro Time (Saipan)"},
}
