package places

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
)

func TestTimeZone_DetectsTheZoneOfAPostalCode(t *testing.T) {
	t.Parallel()
	for _, place := range []struct {
		name, country, postalCode, zone string
		sure                            bool
	}{
		{"Tysons VA", "US", "22102", "America/New_York", true},
		{"ZIP+4", "US", "22102-1234", "America/New_York", true},
		{"Phoenix AZ keeps no summer time", "US", "85001", "America/Phoenix", true},
		{"the Navajo Nation does", "US", "86503", "America/Denver", true},
		{"Honolulu HI", "US", "96813", "Pacific/Honolulu", true},
		{"American Samoa shares Hawaii's prefix", "US", "96799", "Pacific/Pago_Pago", true},
		{"San Juan PR", "US", "00901", "America/Puerto_Rico", true},
		{"Charlotte Amalie VI", "US", "00802", "America/St_Thomas", true},
		{"Hagåtña GU", "US", "96910", "Pacific/Guam", true},
		{"Saipan MP", "US", "96950", "Pacific/Saipan", true},
		{"El Paso TX", "US", "79901", "America/Denver", true},
		{"Pensacola FL", "US", "32501", "America/Chicago", true},
		{"Phenix City AL lives on Georgia's time", "US", "36867", "America/Chicago", false},
		{"Cloverport KY lies on the line", "US", "40111", "America/Kentucky/Louisville", false},
		{"Paducah KY is Central", "US", "42001", "America/Chicago", true},
		{"Gary IN is Central", "US", "46402", "America/Chicago", true},
		{"Show Low AZ is not of the Navajo Nation", "US", "85901", "America/Phoenix", true},
		{"Flagstaff AZ neither", "US", "86001", "America/Phoenix", true},
		{"the Hopi lie within it", "US", "86039", "America/Denver", false},
		{"a new ZIP under a prefix of one zone", "US", "22199", "America/New_York", true},
		{"a new ZIP under a prefix of several", "US", "83499", "America/Boise", false},
		{"an army post office has no zone", "US", "09001", "", false},
		{"no such prefix", "US", "00001", "", false},
		{"no ZIP", "US", "2210", "", false},
		{"Toronto ON", "CA", "M5V 3L9", "America/Toronto", true},
		{"Kenora ON", "CA", "P9N 1A1", "America/Winnipeg", true},
		{"Lloydminster SK", "CA", "S9V 0A1", "America/Edmonton", true},
		{"Saskatoon SK", "CA", "S7K 0A1", "America/Regina", true},
		{"Dawson Creek BC", "CA", "V1G 0A1", "America/Dawson_Creek", true},
		{"the Kootenays change time on the way", "CA", "V0B 1A0", "America/Vancouver", false},
		{"Nunavut lies in three zones", "CA", "X0A 0H0", "America/Iqaluit", false},
		{"no such district", "CA", "D1A 1A1", "", false},
		{"a country we do not offer", "GB", "SW1A 1AA", "", false},
	} {
		t.Run(place.name, func(t *testing.T) {
			t.Parallel()
			zone, sure := TimeZone(place.country, place.postalCode)
			require.Equal(t, place.zone, zone)
			require.Equal(t, place.sure, sure)
		})
	}
}

func TestStateOf_FollowsThePost(t *testing.T) {
	t.Parallel()
	for postalCode, state := range map[string]string{
		"22102": "VA", "06390": "NY", "06391": "CT", "20500": "DC", "96799": "AS", "96910": "GU", "00901": "PR", "09001": "AE", "34001": "AA",
	} {
		found, ok := StateOf(UnitedStates, postalCode)
		require.True(t, ok, postalCode)
		require.Equal(t, state, found, postalCode)
	}
	for postalCode, province := range map[string]string{
		"M5V 3L9": "ON", "H2Y 1C6": "QC", "X0C 0G0": "NU", "X1A 2P7": "NT", "Y1A 1A1": "YT", "A1A 1A1": "NL",
	} {
		found, ok := StateOf(Canada, postalCode)
		require.True(t, ok, postalCode)
		require.Equal(t, province, found, postalCode)
	}
	_, ok := StateOf(UnitedStates, "000")
	require.False(t, ok)
}

func TestTimeZone_DetectsOnlyZonesThatWeOffer(t *testing.T) {
	t.Parallel()
	detected := map[string]bool{}
	for _, known := range zipZones() {
		detected[known.usual] = true
		for _, zone := range known.sure {
			detected[zone] = true
		}
		for _, zone := range known.unsure {
			detected[zone] = true
		}
	}
	for _, known := range districts {
		detected[known.zone] = true
	}
	for zone := range detected {
		require.True(t, OffersTimeZone(zone), zone)
	}
	require.Greater(t, len(detected), 30)
}

func TestStateOf_NamesOnlyStatesThatWeOfferOrFreelyAssociatedOnes(t *testing.T) {
	t.Parallel()
	country, ok := FindCountry(UnitedStates)
	require.True(t, ok)
	for key, code := range zipStates() {
		if code == "FM" || code == "MH" || code == "PW" {
			continue // sovereign states served by the US post, where nobody installs for us
		}
		_, ok := country.FindState(code)
		require.True(t, ok, key)
	}
}

func TestTimeZones_AreZonesOfTheIANADatabase(t *testing.T) {
	t.Parallel()
	for _, zone := range TimeZones() {
		_, err := time.LoadLocation(zone.Name)
		require.NoError(t, err, zone.Name)
		require.NotEmpty(t, zone.Label)
	}
}

func TestCountries_HaveTheirStates(t *testing.T) {
	t.Parallel()
	countries := Countries()
	require.Equal(t, "USA", countries[0].Name)
	require.Len(t, countries[0].States, 59)
	require.Len(t, countries[1].States, 13)

	virginia, ok := countries[0].FindState("virginia")
	require.True(t, ok)
	require.Equal(t, "VA", virginia.Code)
	_, ok = countries[1].FindState("VA")
	require.False(t, ok)
}

func FuzzTimeZone(f *testing.F) {
	f.Add("US", "22102")
	f.Add("CA", "M5V 3L9")
	f.Add("US", "967\x00")
	f.Fuzz(func(t *testing.T, country, postalCode string) {
		zone, sure := TimeZone(country, postalCode)
		if sure {
			require.True(t, OffersTimeZone(zone))
		}
	})
}
