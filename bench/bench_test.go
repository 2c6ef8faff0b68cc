package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const printed = `goos: linux
cpu: AMD EPYC
BenchmarkThing
a line of a log
BenchmarkThing/ours-2   	       1	  5000000000 ns/op	        12.50 things/s	        40.00 p99-ms
BenchmarkThing/bare-2   	       1	  5000000000 ns/op	        10.00 things/s	        30.00 p99-ms
PASS
`

func TestReadFigures_FindsWhatABenchmarkReports(t *testing.T) {
	measured, err := readFigures(strings.NewReader(printed))
	require.NoError(t, err)
	reported := figures{
		{"Thing/ours", "things/s"}: 12.5,
		{"Thing/bare", "p99-ms"}:   30,
		{"Thing/bare", "ns/op"}:    5e9,
	}
	for at, want := range reported {
		got, err := measured.at(at)
		require.NoError(t, err)
		require.InDelta(t, want, got, 0.001, "%v", at)
	}
	_, err = measured.at(figure{"Thing/ours", "letters/s"})
	require.EqualError(t, err, "benchmark Thing/ours did not report letters/s")
}

func TestJudge_SaysWhetherAPromiseWasKept(t *testing.T) {
	measured, err := readFigures(strings.NewReader(printed))
	require.NoError(t, err)
	speed, slow := figure{"Thing/ours", "things/s"}, figure{"Thing/ours", "p99-ms"}
	bareSpeed, bareSlow := figure{"Thing/bare", "things/s"}, figure{"Thing/bare", "p99-ms"}
	for _, c := range []struct {
		comparison comparison
		compared   string
		verdict    verdict
	}{
		{comparison{"", speed, bareSpeed, timesAtLeast(1.25)}, "1.25x", kept},
		{comparison{"", speed, bareSpeed, timesAtLeast(1.26)}, "1.25x", broken},
		{comparison{"", slow, bareSlow, timesAtMost(1.3)}, "1.33x", broken},
		{comparison{"", slow, bareSlow, timesAtMost(1.34)}, "1.33x", kept},
		{comparison{"", slow, bareSlow, moreAtMost(10)}, "+10", kept},
		{comparison{"", slow, bareSlow, moreAtMost(9)}, "+10", broken},
		{comparison{"", slow, figure{}, noMoreThan(40)}, "", kept},
		{comparison{"", slow, figure{}, noMoreThan(39)}, "", broken},
		{comparison{"", slow, bareSlow, reach{}}, "1.33x", ""},
	} {
		l, err := c.comparison.judge(measured)
		require.NoError(t, err)
		require.Equal(t, c.compared, l.Compared, c.comparison.reach.text)
		require.Equal(t, c.verdict, l.Verdict, c.comparison.reach.text)
	}
}

func TestWrite_KeepsRowsThatWereNotMeasuredAgain(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("page.md", []byte("# Words\n"+tableBegins+"old\n"+tableEnds+"more words\n"), 0o600))
	before := record{rows[0].name: {Day: "2026-01-02", Machine: "a machine", Lines: []line{{What: "first", Unit: "x/s", Ours: 1}}}}
	require.NoError(t, before.write("record.json", "page.md"))
	now, err := readRecord("record.json")
	require.NoError(t, err)
	now[rows[1].name] = entry{Day: "2026-01-03", Machine: "a machine", Lines: []line{{What: "second", Unit: "ms", Ours: 1234.56}}}
	require.NoError(t, now.write("record.json", "page.md"))
	page, err := os.ReadFile("page.md")
	require.NoError(t, err)
	text := string(page)
	require.Contains(t, text, "| first | 1 x/s |")
	require.Contains(t, text, "| second | 1235 ms |")
	require.NotContains(t, text, "old")
	require.True(t, strings.HasPrefix(text, "# Words\n") && strings.HasSuffix(text, "more words\n"))
}

func TestDraw_RefusesAPageWithoutAPlaceForTheTable(t *testing.T) {
	_, err := draw([]byte("# Words\n"), "table")
	require.ErrorContains(t, err, "make bench writes from here")
}

func TestChoose_NamesTheRowsWhenOneIsUnknown(t *testing.T) {
	_, err := choose(rows, []string{"nonsense"})
	require.ErrorContains(t, err, `no row is called "nonsense"; the rows are `+rows[0].name)
	some, err := choose(rows, []string{rows[1].name})
	require.NoError(t, err)
	require.Len(t, some, 1)
}

// TestRows_AreThere is what keeps a renamed benchmark from being missed until somebody
// measures.
func TestRows_AreThere(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rows {
		require.False(t, seen[r.name], "two rows are called %s", r.name)
		seen[r.name] = true
		files, err := filepath.Glob(filepath.Join("..", r.folder, "*_test.go"))
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(files, func(file string) bool {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			return strings.Contains(string(text), "\nfunc Benchmark"+r.benchmark+"(b *testing.B)")
		}), "row %s: there is no Benchmark%s in %s", r.name, r.benchmark, r.folder)
	}
}

func TestPage_HasAPlaceForTheTable(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", pageFile))
	require.NoError(t, err)
	_, err = draw(page, "")
	require.NoError(t, err)
}
