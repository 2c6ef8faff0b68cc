package letter

import (
	"embed"
	"encoding/json"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed texts/*.json
var textFiles embed.FS

// languages that really have a letter; the first is the default.
var languages = []language.Tag{language.English, language.Spanish, language.French}

var languageMatcher = language.NewMatcher(languages)

var loadTexts = sync.OnceValues(func() (*i18n.Bundle, error) {
	bundle := i18n.NewBundle(languages[0])
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	for _, tag := range languages {
		if _, err := bundle.LoadMessageFileFS(textFiles, "texts/"+tag.String()+".json"); err != nil {
			return nil, err
		}
	}
	return bundle, nil
})

// nearestLanguage picks one of languages for a BCP 47 tag; nonsense gets the default.
func nearestLanguage(wanted string) language.Tag {
	_, index := language.MatchStrings(languageMatcher, wanted)
	return languages[index]
}

// writer says sentences in one language and remembers the first one it could not say.
type writer struct {
	language  language.Tag
	localizer *i18n.Localizer
	words     words
	err       error
}

// words fill the gaps in the sentences.
type words struct {
	Dealer, Name, Website, Email, Phone, ReadyAt string
}

func newWriter(tag language.Tag, words words) (*writer, error) {
	bundle, err := loadTexts()
	if err != nil {
		return nil, err
	}
	return &writer{language: tag, localizer: i18n.NewLocalizer(bundle, tag.String()), words: words}, nil
}

func (w *writer) say(id string) string {
	return w.localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: w.words})
}

func (w *writer) sayCount(id string, count int) string {
	return w.localize(&i18n.LocalizeConfig{MessageID: id, PluralCount: count})
}

func (w *writer) localize(config *i18n.LocalizeConfig) string {
	text, used, err := w.localizer.LocalizeWithTag(config)
	// go-i18n falls back to English for a missing text; half a letter in another language is a bug, not a letter.
	if w.err == nil && (err != nil || used != w.language) {
		w.err = &Error{Code: CodeRenderFailed}
	}
	return text
}
