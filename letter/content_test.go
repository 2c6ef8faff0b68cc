package letter

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The golden files hold the wording, so that a change of it is read in review. The PDF's bytes are not golden: they may
// change with Go's compressor; that they are the same in every process is a test of its own.
var update = flag.Bool("update", false, "rewrite the golden files")

func TestCompose_SaysWhatTheGoldenLettersSay(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "es", "fr"} {
		for name, facts := range map[string]Facts{"print": printFacts(), "mail": mailFacts()} {
			content, err := Compose(in(facts, language))
			require.NoError(t, err)
			golden := filepath.Join("testdata", name+"_"+language+".txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(plainText(content)), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), plainText(content), golden)
		}
	}
}

func TestRender_PrintsEverySentenceOfTheContent(t *testing.T) {
	t.Parallel()
	for name, facts := range map[string]Facts{
		"print en": printFacts(), "print es": in(printFacts(), "es"), "print fr": in(printFacts(), "fr"),
		"mail en": mailFacts(), "mail es": in(mailFacts(), "es"), "mail fr": in(mailFacts(), "fr"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content, err := Compose(facts)
			require.NoError(t, err)
			printed := readBack(t, render(t, facts))
			for _, sentence := range sentences(content) {
				require.Contains(t, strings.ReplaceAll(printed, "\u00a0", " "), strings.ReplaceAll(sentence, "\u00a0", " "))
			}
		})
	}
}

// sentences are everything printed except the subject, which is the document's title.
func sentences(c Content) []string {
	said := []string{c.Heading, c.Date, c.Greeting, c.Intro, c.LoginNameLabel, c.LoginName}
	if c.Password != nil {
		said = append(said, c.Password.Label, c.Password.Value)
	}
	if c.Setup != nil {
		said = append(said, c.Setup.Label, c.Setup.URL, c.Setup.Validity)
	}
	said = append(append(append(said, c.StepsHeading), c.Steps...), c.BenefitsHeading)
	said = append(append(said, c.Benefits...), c.Notes...)
	return append(said, c.Contact, c.Closing, c.Signature, c.PoweredBy)
}

func plainText(c Content) string {
	return strings.Join(append([]string{c.Subject}, sentences(c)...), "\n") + "\n"
}

func TestTexts_AreCompleteInEveryLanguage(t *testing.T) {
	t.Parallel()
	english := readTexts(t, "en")
	gap := regexp.MustCompile(`{{\.\w+}}`)
	for _, language := range []string{"es", "fr"} {
		translated := readTexts(t, language)
		require.Equal(t, slices.Sorted(maps.Keys(english)), slices.Sorted(maps.Keys(translated)), language)
		for id, text := range translated {
			require.NotEqual(t, english[id], text, "%s is still English in %s", id, language)
			require.ElementsMatch(t, gap.FindAllString(english[id], -1), gap.FindAllString(text, -1), "%s in %s", id, language)
		}
	}
}

// readTexts returns a language's texts by name; of a plural, the common form.
func readTexts(t *testing.T, language string) map[string]string {
	t.Helper()
	raw, err := textFiles.ReadFile("texts/" + language + ".json")
	require.NoError(t, err)
	var entries map[string]any
	require.NoError(t, json.Unmarshal(raw, &entries))
	texts := map[string]string{}
	for id, entry := range entries {
		if plural, isPlural := entry.(map[string]any); isPlural {
			entry = plural["other"]
		}
		require.IsType(t, "", entry, id)
		require.NotEmpty(t, entry, id)
		texts[id] = entry.(string)
	}
	return texts
}

func TestCompose_PicksTheNearestLanguage(t *testing.T) {
	t.Parallel()
	for wanted, used := range map[string]string{
		"en": "en", "en-US": "en", "es": "es", "es-MX": "es", "es-419": "es", "fr": "fr", "fr-CA": "fr",
		"": "en", "zh": "en", "not a tag": "en", "xx-YY": "en",
	} {
		content, err := Compose(in(printFacts(), wanted))
		require.NoError(t, err)
		require.Equal(t, used, content.Language, wanted)
	}
}

func TestCompose_WritesDatesAsEachLanguageDoes(t *testing.T) {
	t.Parallel()
	facts := printFacts()
	facts.IssuedOn = time.Date(2026, time.August, 1, 23, 0, 0, 0, newYork)
	facts.ReadyAt = time.Date(2026, time.August, 2, 0, 5, 0, 0, newYork)
	for language, want := range map[string][2]string{
		"en": {"August 1, 2026", "August 2, 2026, 12:05 AM EST"},
		"es": {"1 de agosto de 2026", "2 de agosto de 2026, 00:05 EST"},
		"fr": {"1er août 2026", "2 août 2026, 00\u00a0h\u00a005 EST"},
	} {
		content, err := Compose(in(facts, language))
		require.NoError(t, err)
		require.Equal(t, want[0], content.Date)
		require.Contains(t, strings.Join(content.Notes, "\n"), want[1])
	}
}

func TestCompose_SaysOnlyWhatIsSo(t *testing.T) {
	t.Parallel()
	facts := mailFacts()
	facts.SecurityAccount = false
	facts.ReadyAt = time.Time{}
	facts.Dealer.SupportEmail, facts.Dealer.SupportPhone = "", ""
	content, err := Compose(facts)
	require.NoError(t, err)
	require.Empty(t, content.Notes)
	require.Empty(t, content.Contact)
	require.Nil(t, content.Password)

	for hours, said := range map[int]string{
		0: "The link works once.", 1: "The link works once and expires after 1 hour.", 24: "The link works once and expires after 24 hours.",
	} {
		facts.Variant = MailVariant{SetupURL: "https://example.com/x", ValidHours: hours}
		content, err := Compose(facts)
		require.NoError(t, err)
		require.Equal(t, said, content.Setup.Validity)
	}
	for _, contact := range []struct{ email, phone, said string }{
		{"help@example.com", "", "contact us at help@example.com."},
		{"", "555 0100", "call us at 555\u00a00100."},
		{"help@example.com", "555 0100", "contact us at help@example.com or 555\u00a00100."},
	} {
		facts.Dealer.SupportEmail, facts.Dealer.SupportPhone = contact.email, contact.phone
		content, err := Compose(facts)
		require.NoError(t, err)
		require.Contains(t, content.Contact, contact.said)
	}
}

func TestCompose_TreatsNamesAsWordsNotAsTemplates(t *testing.T) {
	t.Parallel()
	content, err := Compose(named(printFacts(), "{{.Website}}", "<b>&"))
	require.NoError(t, err)
	require.Equal(t, "Dear {{.Website}} <b>&,", content.Greeting)
}

func TestRender_RefusesIncompleteFactsByFieldAndNeverByValue(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*Facts){
		"dealer_name":        func(f *Facts) { f.Dealer.Name = " \t" },
		"customer_name":      func(f *Facts) { f.Customer.FirstName, f.Customer.LastName = "\n", "" },
		"login_name":         func(f *Facts) { f.LoginName = "" },
		"issued_on":          func(f *Facts) { f.IssuedOn = time.Time{} },
		"website_url":        func(f *Facts) { f.WebsiteURL = "javascript:alert(1)" },
		"temporary_password": func(f *Facts) { f.Variant = PrintVariant{} },
		"setup_url":          func(f *Facts) { f.Variant = MailVariant{SetupURL: "javascript:secret()"} },
		"variant":            func(f *Facts) { f.Variant = nil },
	} {
		facts := printFacts()
		spoil(&facts)
		_, err := Render(facts)
		var fault *Error
		require.True(t, errors.As(err, &fault), field)
		require.Equal(t, &Error{Code: CodeFactsIncomplete, Field: field}, fault)
		require.Equal(t, fmt.Sprintf("letter_facts_incomplete: %s", field), err.Error())
	}
}
