package e2e

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// casesOfEach is how many requests each operation gets.
const casesOfEach = 40

// The document makes up the requests and judges the answers: every operation, right and
// wrong ones, by everybody. Nothing may break, say what the document does not, or give
// one dealer what is another's.
func TestEveryOperation_AnswersAsDocumented(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	f := &fuzz{stack: s, document: s.readDocument(t), dice: rand.New(rand.NewPCG(numberFrom(t, "SEED", 1), 3))}
	f.furnish(t)
	require.Greater(t, len(f.document.operations), 40)
	for _, o := range f.document.operations {
		for range casesOfEach {
			f.try(t, o)
		}
	}
	t.Logf("%d requests to %d operations; answers by status: %v", f.sent, len(f.document.operations), f.statuses)
	require.Equal(t, http.StatusOK, s.office.get(t, "/readyz").status)
}

// fuzz is one run of it.
type fuzz struct {
	*stack
	document openAPI
	dice     *rand.Rand
	// ours are IDs of the office's own objects, theirs of the other dealer's.
	ours, theirs []string
	sent         int
	statuses     map[int]int
}

// furnish gives both dealers something that the other may not see.
func (f *fuzz) furnish(t *testing.T) {
	t.Helper()
	f.statuses = map[int]int{}
	for range 3 {
		made := f.submit(t, f.newCustomer(t))
		f.ours = append(f.ours, made.ID, f.awaitStatus(t, made.ID, "waiting").AccountID)
	}
	f.ours = append(f.ours, f.idOf(t, f.office, "/v1/drafts", map[string]string{"kind": "customer"}))
	f.theirs = append(f.theirs, f.idOf(t, f.other, "/v1/drafts", map[string]string{"kind": "customer"}))
	for _, receiver := range f.demo.Receivers {
		f.ours = append(f.ours, receiver.ID)
	}
}

func (f *fuzz) idOf(t *testing.T, by caller, path string, body any) string {
	t.Helper()
	made := by.post(t, path, body)
	require.Equal(t, http.StatusCreated, made.status, string(made.body))
	var read struct{ ID string }
	require.NoError(t, json.Unmarshal(made.body, &read))
	return read.ID
}

// attempt is a request that was made up.
type attempt struct {
	*http.Request
	by      string
	strange bool // by a dealer, with the ID of the other's object in its path
	sent    []byte
}

func (f *fuzz) try(t *testing.T, o operation) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tried := f.invent(ctx, t, o)
	response, err := httpClient.Do(tried.Request)
	if err != nil {
		// What Go's client does not send cannot hurt the server.
		require.NotContains(t, err.Error(), "EOF", tried.about(o))
		return
	}
	defer response.Body.Close()
	if !o.streams || response.StatusCode != http.StatusOK {
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err, tried.about(o))
		response.Body = io.NopCloser(bytes.NewReader(body))
		f.judge(t, o, tried, response, body)
	}
	f.sent++
	f.statuses[response.StatusCode]++
}

func (a attempt) about(o operation) string {
	return o.name + " by " + a.by + ": " + a.URL.String() + " " + string(a.sent[:min(len(a.sent), 2000)])
}

func (f *fuzz) judge(t *testing.T, o operation, tried attempt, response *http.Response, body []byte) {
	t.Helper()
	about := tried.about(o)
	assert.Less(t, response.StatusCode, 500, "%s: %s", about, body)
	assert.True(t, o.documents(strconv.Itoa(response.StatusCode)), "%s: %d is not documented: %s", about, response.StatusCode, body)
	if tried.by == "nobody" && !o.open {
		assert.Equal(t, http.StatusUnauthorized, response.StatusCode, about)
	}
	if tried.strange {
		assert.GreaterOrEqual(t, response.StatusCode, 400, "%s: another dealer's object: %s", about, body)
	}
	if tried.by == "other" {
		for _, id := range f.ours {
			// What a client sent may come back to it; what it did not may not.
			if !strings.Contains(tried.URL.String()+string(tried.sent), id) {
				assert.NotContains(t, string(body), id, "%s: shows another dealer's object", about)
			}
		}
	}
	valid, problems := f.document.checker.ValidateHttpResponse(tried.Request, response)
	if !valid {
		for _, problem := range problems {
			assert.Fail(t, "the answer is not as documented", "%s: %d %s\n%s %s", about, response.StatusCode, body, problem.Message, problem.Reason)
		}
	}
	if response.StatusCode < 300 && tried.by == "office" && o.method == http.MethodPost {
		f.learn(body)
	}
}

// learn remembers the ID of what the office has just made.
func (f *fuzz) learn(body []byte) {
	var made struct{ ID string }
	if json.Unmarshal(body, &made) == nil && uuid.Validate(made.ID) == nil && len(f.ours) < 200 {
		f.ours = append(f.ours, made.ID)
	}
}

var inPath = regexp.MustCompile(`\{[^}]+\}`)

func (f *fuzz) invent(ctx context.Context, t *testing.T, o operation) attempt {
	t.Helper()
	callers := map[string]caller{"office": f.office, "other": f.other, "operator": f.ops, "nobody": {url: f.office.url}}
	by := []string{"office", "office", "office", "other", "other", "operator", "nobody"}[f.dice.IntN(7)]
	made := attempt{by: by}
	invention := &invention{dice: f.dice, document: f.document, known: f.ours}
	path := inPath.ReplaceAllStringFunc(o.path, func(name string) string {
		value := invention.id()
		if f.dice.IntN(8) == 0 {
			// Without a value it would be another route.
			value = cmp.Or(hostile[f.dice.IntN(len(hostile))], "nothing")
		}
		isID := strings.HasSuffix(name, "id}") // whether a login name is free is for everybody to ask
		made.strange = made.strange || isID && by == "other" && slices.Contains(f.ours, value)
		return url.PathEscape(value)
	})
	query := url.Values{}
	for _, p := range o.query {
		if f.dice.IntN(2) == 0 {
			query.Set(p.name, asText(f.value(invention, p.schema)))
		}
	}
	if o.body != nil {
		made.sent = f.bodyFor(t, o, invention)
	}
	address := f.office.url + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, o.method, address, bytes.NewReader(made.sent))
	require.NoError(t, err)
	if o.body != nil {
		request.Header.Set("Content-Type", o.bodyType)
	}
	if key := callers[by].key; key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	for _, p := range o.headers {
		if f.dice.IntN(3) == 0 {
			request.Header.Set(p.name, strings.Map(printable, asText(f.value(invention, p.schema))))
		}
	}
	made.Request = request
	return made
}

// printable keeps what Go's client would not send out of a header.
func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return '?'
	}
	return r
}

func (f *fuzz) value(i *invention, schema map[string]any) any {
	made := i.valid(schema, 0)
	if f.dice.IntN(4) == 0 {
		return i.spoil(made)
	}
	return made
}

// bodyFor is mostly JSON. Whole applications begin from one that is in order: made up from
// nothing, hardly one would come past the first rule.
func (f *fuzz) bodyFor(t *testing.T, o operation, i *invention) []byte {
	t.Helper()
	if f.dice.IntN(12) == 0 {
		return []byte(hostile[f.dice.IntN(len(hostile))])
	}
	var value any
	if o.path == "/v1/onboardings" && f.dice.IntN(2) == 0 {
		encoded, err := json.Marshal(f.newCustomer(t).Application)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(encoded, &value))
	} else {
		value = i.valid(o.body, 0)
	}
	if f.dice.IntN(2) == 0 {
		value = i.spoil(value)
	}
	encoded, err := json.Marshal(value)
	require.NoError(t, err)
	return encoded
}

func asText(value any) string {
	if text, isText := value.(string); isText {
		return text
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return "?"
	}
	return string(encoded)
}
