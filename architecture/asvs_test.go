package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const asvs = "docs/asvs.md"

// asvsNumbers are the requirements of levels 1 and 2 of OWASP ASVS 5.0.0: each section with
// its last numbers.
const asvsNumbers = `
1.1: 1 2
1.2: 1 2 3 4 5 6 7 8 9
1.3: 1 2 3 4 5 6 7 8 9 10 11
1.4: 1 2 3
1.5: 1 2
2.1: 1 2 3
2.2: 1 2 3
2.3: 1 2 3 4
2.4: 1
3.2: 1 2
3.3: 1 2 3 4
3.4: 1 2 3 4 5 6
3.5: 1 2 3 4 5
3.7: 1 2
4.1: 1 2 3
4.2: 1
4.3: 1 2
4.4: 1 2 3 4
5.1: 1
5.2: 1 2 3
5.3: 1 2
5.4: 1 2 3
6.1: 1 2 3
6.2: 1 2 3 4 5 6 7 8 9 10 11 12
6.3: 1 2 3 4
6.4: 1 2 3 4
6.5: 1 2 3 4 5
6.6: 1 2 3
6.8: 1 2 3 4
7.1: 1 2 3
7.2: 1 2 3 4
7.3: 1 2
7.4: 1 2 3 4 5
7.5: 1 2
7.6: 1 2
8.1: 1 2
8.2: 1 2 3
8.3: 1
8.4: 1
9.1: 1 2 3
9.2: 1 2 3 4
10.1: 1 2
10.2: 1 2
10.3: 1 2 3 4
10.4: 1 2 3 4 5 6 7 8 9 10 11
10.5: 1 2 3 4 5
10.6: 1 2
10.7: 1 2 3
11.1: 1 2
11.2: 1 2 3
11.3: 1 2 3
11.4: 1 2 3 4
11.5: 1
11.6: 1
12.1: 1 2 3
12.2: 1 2
12.3: 1 2 3 4
13.1: 1
13.2: 1 2 3 4 5
13.3: 1 2
13.4: 1 2 3 4 5
14.1: 1 2
14.2: 1 2 3 4
14.3: 1 2 3
15.1: 1 2 3
15.2: 1 2 3
15.3: 1 2 3 4 5 6 7
16.1: 1
16.2: 1 2 3 4 5
16.3: 1 2 3 4
16.4: 1 2 3
16.5: 1 2 3
17.1: 1
17.2: 1 2 3 4
17.3: 1 2`

var (
	asvsRow   = regexp.MustCompile(`(?m)^\| V(\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (met|n/a|\*\*NOT MET\*\*) \| ([^|]+) \|$`)
	testNamed = regexp.MustCompile("`(Test[A-Z]\\w+)`")
)

func TestASVS_AnswersEveryRequirementOnceAndInOrder(t *testing.T) {
	t.Parallel()
	var wanted, answered []string
	for line := range strings.SplitSeq(strings.TrimSpace(asvsNumbers), "\n") {
		section, numbers, found := strings.Cut(line, ": ")
		require.True(t, found, line)
		for number := range strings.FieldsSeq(numbers) {
			wanted = append(wanted, section+"."+number)
		}
	}
	require.Len(t, wanted, 253)
	for _, row := range asvsRow.FindAllStringSubmatch(read(t, asvs), -1) {
		answered = append(answered, row[1])
		assert.NotEmpty(t, strings.TrimSpace(row[5]), row[1])
	}
	assert.Equal(t, wanted, answered)
}

// declaredTests are the names of all tests of the module.
func declaredTests(t *testing.T) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	require.NoError(t, walk("_test.go", func(p string) error {
		file, err := parser.ParseFile(token.NewFileSet(), p, read(t, p), parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declared := range file.Decls {
			if function, is := declared.(*ast.FuncDecl); is && function.Recv == nil {
				tests[function.Name.Name] = true
			}
		}
		return nil
	}))
	return tests
}

func TestASVS_NamesTestsThatExist(t *testing.T) {
	t.Parallel()
	tests := declaredTests(t)
	named := testNamed.FindAllStringSubmatch(read(t, asvs), -1)
	require.Greater(t, len(named), 30)
	for _, found := range named {
		assert.True(t, tests[found[1]], "%s names %s, which is no test", asvs, found[1])
	}
}

func TestASVS_CountsWhatItSays(t *testing.T) {
	t.Parallel()
	text, counted := read(t, asvs), map[string]int{}
	for _, row := range asvsRow.FindAllStringSubmatch(text, -1) {
		counted[row[4]]++
	}
	for status, sentence := range map[string]string{"met": `: (\d+) met,`, "n/a": ` (\d+) do not apply,`, "**NOT MET**": `\*\*(\d+) not met\*\*`} {
		found := regexp.MustCompile(sentence).FindStringSubmatch(text)
		require.NotNil(t, found, status)
		assert.Equal(t, strconv.Itoa(counted[status]), found[1], status)
	}
}
