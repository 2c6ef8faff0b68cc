package places

import "strings"

// district is what the beginning of a Canadian postal code says.
type district struct {
	province string
	zone     string
	unsure   bool
}

// districts has the districts by first letter and, where a province keeps more than one
// time, by the first three characters. The longer beginning wins. An unsure district
// lies in two zones.
var districts = map[string]district{
	"A": {province: "NL", zone: "America/St_Johns"},
	// Labrador, but for its southern coast, keeps Atlantic time.
	"A0K": {province: "NL", zone: "America/St_Johns", unsure: true},
	"A0P": {province: "NL", zone: "America/Goose_Bay"},
	"A0R": {province: "NL", zone: "America/Goose_Bay"},
	"A2V": {province: "NL", zone: "America/Goose_Bay"},
	"B":   {province: "NS", zone: "America/Halifax"},
	"C":   {province: "PE", zone: "America/Halifax"},
	"E":   {province: "NB", zone: "America/Moncton"},
	"G":   {province: "QC", zone: "America/Toronto"},
	// The lower North Shore and the Magdalen Islands keep Atlantic time.
	"G0G": {province: "QC", zone: "America/Toronto", unsure: true},
	"G4T": {province: "QC", zone: "America/Halifax"},
	"H":   {province: "QC", zone: "America/Toronto"},
	"J":   {province: "QC", zone: "America/Toronto"},
	"K":   {province: "ON", zone: "America/Toronto"},
	"L":   {province: "ON", zone: "America/Toronto"},
	"M":   {province: "ON", zone: "America/Toronto"},
	"N":   {province: "ON", zone: "America/Toronto"},
	"P":   {province: "ON", zone: "America/Toronto"},
	// Ontario west of 90° keeps Central time, Atikokan and Pickle Lake no summer time.
	"P0T": {province: "ON", zone: "America/Toronto", unsure: true},
	"P0V": {province: "ON", zone: "America/Winnipeg", unsure: true},
	"P0W": {province: "ON", zone: "America/Winnipeg"},
	"P0X": {province: "ON", zone: "America/Winnipeg"},
	"P0Y": {province: "ON", zone: "America/Winnipeg"},
	"P8N": {province: "ON", zone: "America/Winnipeg"},
	"P8T": {province: "ON", zone: "America/Winnipeg"},
	"P9A": {province: "ON", zone: "America/Winnipeg"},
	"P9N": {province: "ON", zone: "America/Winnipeg"},
	"R":   {province: "MB", zone: "America/Winnipeg"},
	"S":   {province: "SK", zone: "America/Regina"},
	// Lloydminster and the places around it keep Alberta's time.
	"S0M": {province: "SK", zone: "America/Regina", unsure: true},
	"S9V": {province: "SK", zone: "America/Edmonton"},
	"T":   {province: "AB", zone: "America/Edmonton"},
	"V":   {province: "BC", zone: "America/Vancouver"},
	// The Columbia and Kootenay valleys keep Mountain time or change it on the way, the
	// Peace country keeps no summer time.
	"V0A": {province: "BC", zone: "America/Edmonton", unsure: true},
	"V0B": {province: "BC", zone: "America/Vancouver", unsure: true},
	"V0C": {province: "BC", zone: "America/Dawson_Creek", unsure: true},
	"V1A": {province: "BC", zone: "America/Edmonton"},
	"V1C": {province: "BC", zone: "America/Edmonton"},
	"V1G": {province: "BC", zone: "America/Dawson_Creek"},
	"V1J": {province: "BC", zone: "America/Dawson_Creek"},
	"X":   {province: "NT", zone: "America/Edmonton"},
	"X0A": {province: "NU", zone: "America/Iqaluit", unsure: true},
	"X0B": {province: "NU", zone: "America/Edmonton", unsure: true},
	"X0C": {province: "NU", zone: "America/Rankin_Inlet", unsure: true},
	"Y":   {province: "YT", zone: "America/Whitehorse"},
}

func districtOf(postalCode string) district {
	code := strings.ToUpper(strings.TrimSpace(postalCode))
	if len(code) < 3 {
		return district{}
	}
	if found, ok := districts[code[:3]]; ok {
		return found
	}
	return districts[code[:1]]
}

func provinceOf(postalCode string) (string, bool) {
	found := districtOf(postalCode)
	return found.province, found.province != ""
}

func canadianZone(postalCode string) (string, bool) {
	found := districtOf(postalCode)
	return found.zone, found.zone != "" && !found.unsure
}
