package portal

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/latchkey/latchkey/catalog"
)

// serialHelp is the seed's "Where is the serial number?": one picture, chosen from a list.
type serialHelp struct {
	// Picture is the list, "Select image from dropdown".
	Picture field
	Shown   serialPicture
	// Open says that somebody has chosen, so that the answer must be in sight.
	Open bool
}

// serialPicture is the drawing of one kind of module, with the words to it.
type serialPicture struct {
	ID    string
	Panel catalog.Panel
	catalog.SerialHelp
}

// File is the drawing below static/; empty for a panel that is none.
func (p serialPicture) File() string {
	if _, known := catalog.Current().Panel(p.Panel.ID); !known {
		return ""
	}
	return "panels/" + p.Panel.ID + ".svg"
}

func (serialPicture) template() string { return "serial_picture" }

func serialPictures() []serialPicture {
	var pictures []serialPicture
	for _, panel := range catalog.Current().Panels() {
		for i, help := range panel.SerialHelp {
			pictures = append(pictures, serialPicture{panel.ID + "." + strconv.Itoa(i), panel, help})
		}
	}
	return pictures
}

// serialHelpField is the list's name in every form that it stands in. It answers nothing.
const serialHelpField = "picture"

// askedPicture is what was chosen when the page is shown for the picture's sake; empty when
// it is shown for another reason.
func askedPicture(c *gin.Context) string {
	if c.Request.PostForm.Get("action") == actionRefresh {
		return c.Request.PostForm.Get(serialHelpField)
	}
	return c.Query(serialHelpField)
}

// serialHelpFor shows the chosen picture, or else that of a panel, or else the first one.
func serialHelpFor(chosen, panelID string) serialHelp {
	pictures := serialPictures()
	at := slices.IndexFunc(pictures, func(p serialPicture) bool { return p.ID == chosen })
	if at < 0 {
		at = slices.IndexFunc(pictures, func(p serialPicture) bool { return p.Panel.ID == panelID })
	}
	shown := pictures[max(at, 0)]
	options := make([]option, len(pictures))
	for i, picture := range pictures {
		options[i] = option{Value: picture.ID, Label: picture.Module, Group: picture.Panel.Name}
	}
	return serialHelp{
		Picture: newForm(nil).choice(serialHelpField, "Select image from dropdown:", shown.ID, options),
		Shown:   shown, Open: chosen != "",
	}
}

// showSerialPicture answers the list's script with the picture that was chosen.
func (s *site) showSerialPicture(c *gin.Context) error {
	return s.show(c, http.StatusOK, serialHelpFor(c.Query(serialHelpField), "").Shown)
}
