package letter

import (
	"fmt"
	"time"

	"golang.org/x/text/language"
)

// calendars write dates and times the way people of each language do in the Americas.
var calendars = map[language.Tag]calendar{
	language.English: {
		months: [12]string{
			"January", "February", "March", "April", "May", "June",
			"July", "August", "September", "October", "November", "December",
		},
		date: func(day int, month string, year int) string { return fmt.Sprintf("%s %d, %d", month, day, year) },
		time: "3:04 PM",
	},
	language.Spanish: {
		months: [12]string{
			"enero", "febrero", "marzo", "abril", "mayo", "junio",
			"julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
		},
		date: func(day int, month string, year int) string { return fmt.Sprintf("%d de %s de %d", day, month, year) },
		time: "15:04",
	},
	language.French: {
		months: [12]string{
			"janvier", "février", "mars", "avril", "mai", "juin",
			"juillet", "août", "septembre", "octobre", "novembre", "décembre",
		},
		date: func(day int, month string, year int) string {
			if day == 1 {
				return fmt.Sprintf("1er %s %d", month, year)
			}
			return fmt.Sprintf("%d %s %d", day, month, year)
		},
		// The Office québécois de la langue française writes 15 h 04.
		time: "15\u00a0h\u00a004",
	},
}

type calendar struct {
	months [12]string
	date   func(day int, month string, year int) string
	time   string
}

func (c calendar) onDay(at time.Time) string {
	return c.date(at.Day(), c.months[at.Month()-1], at.Year())
}

func (c calendar) atTime(at time.Time) string {
	return c.onDay(at) + ", " + at.Format(c.time+" MST")
}
