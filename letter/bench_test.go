package letter

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	devtools "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// BenchmarkLetter reports what a letter costs in processor time, whoever spends it, beside what the same sentences cost that
// a browser prints: one browser with one tab, which is open already.
func BenchmarkLetter(b *testing.B) {
	for name, facts := range map[string]Facts{"latin": withLogo(printFacts()), "cjk": branded(printFacts())} {
		b.Run(name, func(b *testing.B) {
			b.Run("latchkey", func(b *testing.B) {
				const letters = 2000
				for b.Loop() {
					before := allocated()
					measureLetters(b, letters, ownTime, func(n int) []byte { return render(b, ofAnother(facts, n)) })
					after := allocated()
					b.ReportMetric(float64(after.Mallocs-before.Mallocs)/letters, "allocs/letter")
					b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/letters/1000, "kB-allocated/letter")
				}
			})
			b.Run("chromium", func(b *testing.B) {
				const letters = 50
				printer := startPrinter(b)
				for b.Loop() {
					measureLetters(b, letters, printer.time, func(n int) []byte { return printer.print(asHTML(b, ofAnother(facts, n))) })
				}
			})
		})
	}
}

func measureLetters(b *testing.B, letters int, spent func() time.Duration, write func(n int) []byte) {
	b.Helper()
	pdf := write(0) // what is done once was done by then
	before := spent()
	for n := range letters {
		pdf = write(n)
	}
	took := spent() - before
	require.True(b, bytes.HasPrefix(pdf, []byte("%PDF-")))
	require.Contains(b, readBack(b, pdf), printFacts().LoginName)
	b.ReportMetric(float64(letters)/took.Seconds(), "letters/s")
	b.ReportMetric(float64(len(pdf)), "bytes/letter")
	b.ReportMetric(0, "ns/op") // of all letters, by the clock
}

// ofAnother is the letter of another customer of the same dealer.
func ofAnother(facts Facts, n int) Facts {
	facts.Customer.AddressLines = append([]string{facts.Customer.LastName + " " + facts.Customer.FirstName, fmt.Sprint(n, " Greensboro Drive")}, facts.Customer.AddressLines[2:]...)
	facts.LoginName += strconv.Itoa(n)
	facts.Variant = PrintVariant{TemporaryPassword: fmt.Sprintf("kX7-%06x-Rt9", 7919*n)}
	return facts
}

func allocated() (stats runtime.MemStats) {
	runtime.ReadMemStats(&stats)
	return stats
}

// ownTime is what this process has taken of the processors.
func ownTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// asHTML is a letter for a browser to lay out and print.
func asHTML(b *testing.B, facts Facts) string {
	b.Helper()
	content, err := Compose(facts)
	require.NoError(b, err)
	var html strings.Builder
	require.NoError(b, letterHTML.Execute(&html, map[string]any{
		"Content": content, "Address": facts.Customer.AddressLines, "Colour": facts.Dealer.PrimaryColour,
		"Logo": template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(facts.Dealer.Logo)),
	}))
	return html.String()
}

var letterHTML = template.Must(template.New("letter").Parse(`<!doctype html><html lang="{{.Content.Language}}"><meta charset="utf-8"><title>{{.Content.Subject}}</title>
<style>@page{size:letter;margin:48pt 64pt 46pt}body{font:9.5pt/13.5pt "DejaVu Sans",sans-serif;margin:0}h1{font-size:18pt;color:{{.Colour}}}h2{font-size:10.5pt;color:{{.Colour}}}
.login{background:#f8eceb;border-left:3pt solid {{.Colour}};padding:9pt}code{font:15pt "DejaVu Sans Mono",monospace}header{border-bottom:2pt solid {{.Colour}}}footer{font-size:7.5pt;text-align:center}</style>
<header><img src="{{.Logo}}" width="190"><p><b>{{.Content.Signature}}</b><br>{{.Content.SupportPhone}}<br>{{.Content.SupportEmail}}<br>{{.Content.WebsiteText}}</p></header>
<p>{{.Content.Date}}</p><p>{{range .Address}}{{.}}<br>{{end}}</p><h1>{{.Content.Heading}}</h1><p>{{.Content.Greeting}}</p><p>{{.Content.Intro}}</p>
<div class="login">{{.Content.LoginNameLabel}}<br><code>{{.Content.LoginName}}</code><br>{{with .Content.Password}}{{.Label}}<br><code>{{.Value}}</code>{{end}}</div>
<h2>{{.Content.StepsHeading}}</h2><ol>{{range .Content.Steps}}<li>{{.}}{{end}}</ol><h2>{{.Content.BenefitsHeading}}</h2><ul>{{range .Content.Benefits}}<li>{{.}}{{end}}</ul>
{{range .Content.Notes}}<p>{{.}}</p>{{end}}<p>{{.Content.Contact}}</p><p>{{.Content.Closing}}<br><b>{{.Content.Signature}}</b></p><footer>{{.Content.PoweredBy}}</footer></html>`))

// printer is a browser that prints.
type printer struct {
	b   *testing.B
	tab context.Context
	pid int
}

func startPrinter(b *testing.B) *printer {
	b.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("/usr/bin/chromium"), chromedp.NoSandbox,
		chromedp.UserDataDir(b.TempDir()), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-gpu", true))
	browser, stop := chromedp.NewExecAllocator(b.Context(), options...)
	b.Cleanup(stop)
	tab, closeTab := chromedp.NewContext(browser)
	b.Cleanup(closeTab)
	require.NoError(b, chromedp.Do(tab, chromedp.Navigate("about:blank")))
	return &printer{b, tab, chromedp.FromContext(tab).Browser.Process().Pid}
}

// print prints as a service would that has a browser: a new content, no new page.
func (p *printer) print(html string) []byte {
	p.b.Helper()
	frames, err := chromedp.Call(p.tab, devtools.GetFrameTree, cdp.Empty{})
	require.NoError(p.b, err)
	_, err = chromedp.Call(p.tab, devtools.SetDocumentContent, devtools.SetDocumentContentParams{FrameID: frames.FrameTree.Frame.ID, HTML: html})
	require.NoError(p.b, err)
	yes := true
	printed, err := chromedp.Call(p.tab, devtools.PrintToPDF, devtools.PrintToPDFParams{PreferCSSPageSize: &yes, PrintBackground: &yes})
	require.NoError(p.b, err)
	return printed.Data
}

// time is what all processes of the browser have taken of the processors.
func (p *printer) time() time.Duration {
	p.b.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(p.b, err)
	parents, spent := map[int]int{}, map[int]time.Duration{}
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile, and is none of the browser's
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		require.NoError(p.b, err)
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // the name before may hold anything
		parents[pid] = p.number(fields[1])
		spent[pid] = time.Duration(p.number(fields[11])+p.number(fields[12])) * time.Second / ticksPerSecond
	}
	total := time.Duration(0)
	for pid, took := range spent {
		for above := pid; above != 0; above = parents[above] {
			if above == p.pid {
				total += took
				break
			}
		}
	}
	return total
}

// ticksPerSecond is what the kernel counts processor time in.
const ticksPerSecond = 100

func (p *printer) number(field string) int {
	p.b.Helper()
	number, err := strconv.Atoi(field)
	require.NoError(p.b, err, fmt.Sprintf("%q in the kernel's table of processes", field))
	return number
}
