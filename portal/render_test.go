package portal

import (
	"html/template"
	"io"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// everyPage is a page of each kind; a template that none of them names is dead.
func everyPage() []page {
	return []page{
		errorPage{},
		signInPage{},
		customersPage{},
		customerPage{},
		createdPage{},
		createPage{},
		taskPage{},
		wizardPage{},
		confirmationPage{},
		operationsPage{},
		accountCorrectionPage{},
		changePage{},
		swapPage{},
		terminatePage{},
		groupPage{},
		groupChoices{},
		panelActivity{},
		toDoPage{},
		newLinkPage{},
		loginAnswer{},
		coverageAnswer{},
		serialPicture{},
		moduleAnswer{},
		websiteHomePage{},
		websiteSignInPage{},
		setUpPage{},
		passwordPage{},
		ownPasswordPage{},
		loginNamePage{},
		settingsPage{},
		commitmentsPage{},
		commitmentPage{},
		createdCommitmentPage{},
		whichCommitmentPage{},
		activationPage{},
		todayPage{},
		preparePage{},
		secretPage{},
		importForm{},
		importPage{},
	}
}

func everyContent() []content {
	return []content{
		accountContent{}, customerContent{}, loginContent{}, systemContent{}, pathwayContent{}, packageContent{}, forwardingContent{}, templatesContent{},
	}
}

func parsed(t *testing.T) templates {
	t.Helper()
	files, err := loadAssets(staticFiles)
	require.NoError(t, err)
	parsed, err := parseTemplates(templateFiles, template.FuncMap{"asset": files.url})
	require.NoError(t, err)
	return parsed
}

func TestTemplates_RenderEveryPageEmptyAndFull(t *testing.T) {
	t.Parallel()
	all := parsed(t)
	unused := map[string]bool{}
	for name := range all {
		unused[name] = true
	}
	for _, empty := range everyPage() {
		delete(unused, empty.template())
		_, err := all.render(empty)
		require.NoError(t, err, "%T, empty", empty)
		_, err = all.render(filled(t, empty).(page))
		require.NoError(t, err, "%T, full", empty)
	}
	require.Empty(t, unused, "templates without a page")
}

func TestTemplates_RenderEverySectionEmptyAndFull(t *testing.T) {
	t.Parallel()
	all := parsed(t)
	require.Len(t, everyContent(), len(sectionPages))
	for _, empty := range everyContent() {
		_, err := all.part(empty)
		require.NoError(t, err, "%T, empty", empty)
		_, err = all.part(filled(t, empty).(content))
		require.NoError(t, err, "%T, full", empty)
	}
}

func TestTemplates_FailInsteadOfWritingHalfAPage(t *testing.T) {
	t.Parallel()
	_, err := parsed(t).render(unknownPage{})
	require.Error(t, err)
	require.Error(t, parsed(t)["wizard"].ExecuteTemplate(io.Discard, "page", struct{ Title string }{}), "a field that is not there is a mistake")
}

type unknownPage struct{}

func (unknownPage) template() string { return "no such template" }

// filled is a copy in which every field says something, so that every branch of a
// template is taken.
func filled(t *testing.T, empty any) any {
	t.Helper()
	made := reflect.New(reflect.TypeOf(empty)).Elem()
	fill(made, 0)
	return made.Interface()
}

func fill(v reflect.Value, depth int) {
	const deepest = 12
	if depth > deepest {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("<script>x</script>")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth+1)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(1_800_000_000, 0)))
			return
		}
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				fill(v.Field(i), depth+1)
			} else if field.Anonymous {
				fillEmbedded(v.Field(i), depth)
			}
		}
	default:
	}
}

// fillEmbedded fills what a page shows through a frame; reflection may set its exported
// fields though the type itself is not exported.
func fillEmbedded(v reflect.Value, depth int) {
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			fill(v.Field(i), depth+1)
		}
	}
}
