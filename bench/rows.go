package main

// rows are all that is measured, in the order of the table. The promises are those that the
// project set itself before it measured.
var rows = []row{
	{
		name: "throughput", folder: "e2e", benchmark: "Throughput", repetitions: "1x", takes: "about 6 minutes",
		comparisons: []comparison{
			{"onboardings, end to end", figure{"Throughput/latchkey/workers-1", "onboardings/s"}, figure{"Throughput/bare/workers-1", "onboardings/s"}, timesAtLeast(0.8)},
			{"the same with 2 workers", figure{"Throughput/latchkey/workers-2", "onboardings/s"}, figure{"Throughput/bare/workers-2", "onboardings/s"}, timesAtLeast(0.8)},
			{"share of API, worker and SQL in all CPU time", figure{"Throughput/latchkey/workers-1", "own-share"}, figure{}, noMoreThan(0.25)},
			{"CPU of the API", figure{"Throughput/latchkey/workers-1", "api-cpu-s/op"}, figure{}, reach{}},
			{"CPU of the worker", figure{"Throughput/latchkey/workers-1", "worker-cpu-s/op"}, figure{"Throughput/bare/workers-1", "worker-cpu-s/op"}, reach{}},
			{"CPU of Temporal", figure{"Throughput/latchkey/workers-1", "temporal-cpu-s/op"}, figure{"Throughput/bare/workers-1", "temporal-cpu-s/op"}, reach{}},
			{"CPU of PostgreSQL", figure{"Throughput/latchkey/workers-1", "postgres-cpu-s/op"}, figure{}, reach{}},
		},
	},
	{
		name: "submit", folder: "e2e", benchmark: "Submit", repetitions: "1x", takes: "about 3 minutes",
		comparisons: []comparison{
			{"order to validated answer, median, 1 client", figure{"Submit/latchkey/clients-1", "p50-ms"}, figure{"Submit/bare/clients-1", "p50-ms"}, timesAtMost(1.5)},
			{"99th percentile, 1 client", figure{"Submit/latchkey/clients-1", "p99-ms"}, figure{"Submit/bare/clients-1", "p99-ms"}, timesAtMost(2)},
			{"median, 32 clients", figure{"Submit/latchkey/clients-32", "p50-ms"}, figure{"Submit/bare/clients-32", "p50-ms"}, timesAtMost(1.5)},
			{"99th percentile, 32 clients", figure{"Submit/latchkey/clients-32", "p99-ms"}, figure{"Submit/bare/clients-32", "p99-ms"}, timesAtMost(2)},
		},
	},
	{
		name: "reads", folder: "e2e", benchmark: "Reads", repetitions: "1x", takes: "about 4 minutes",
		comparisons: []comparison{
			{"is a login name free, answers", figure{"Reads/login-name/latchkey", "requests/s"}, figure{"Reads/login-name/bare", "requests/s"}, timesAtLeast(0.8)},
			{"is a login name free, 99th percentile", figure{"Reads/login-name/latchkey", "p99-ms"}, figure{"Reads/login-name/bare", "p99-ms"}, timesAtMost(2)},
			{"a module, answers", figure{"Reads/module/latchkey", "requests/s"}, figure{"Reads/module/bare", "requests/s"}, timesAtLeast(0.8)},
			{"a module, 99th percentile", figure{"Reads/module/latchkey", "p99-ms"}, figure{"Reads/module/bare", "p99-ms"}, timesAtMost(2)},
			{"coverage, answers", figure{"Reads/coverage/latchkey", "requests/s"}, figure{"Reads/coverage/bare", "requests/s"}, timesAtLeast(0.8)},
			{"coverage, 99th percentile", figure{"Reads/coverage/latchkey", "p99-ms"}, figure{"Reads/coverage/bare", "p99-ms"}, timesAtMost(2)},
			{"an onboarding, answers", figure{"Reads/onboarding/latchkey", "requests/s"}, figure{"Reads/onboarding/bare", "requests/s"}, timesAtLeast(0.8)},
			{"an onboarding, 99th percentile", figure{"Reads/onboarding/latchkey", "p99-ms"}, figure{"Reads/onboarding/bare", "p99-ms"}, timesAtMost(2)},
			{"a list of 50, answers", figure{"Reads/accounts-50/latchkey", "requests/s"}, figure{"Reads/accounts-50/bare", "requests/s"}, timesAtLeast(0.8)},
			{"a list of 50, 99th percentile", figure{"Reads/accounts-50/latchkey", "p99-ms"}, figure{"Reads/accounts-50/bare", "p99-ms"}, timesAtMost(2)},
		},
	},
	{
		name: "lists", folder: "e2e", benchmark: "Lists", repetitions: "1x", takes: "about 4 minutes",
		comparisons: []comparison{
			{"list of accounts, median among 1,000,000 against 10,000", figure{"Lists/list/rows-1000000", "p50-ms"}, figure{"Lists/list/rows-10000", "p50-ms"}, timesAtMost(1.5)},
			{"open ones, median among 1,000,000 against 10,000", figure{"Lists/list-open/rows-1000000", "p50-ms"}, figure{"Lists/list-open/rows-10000", "p50-ms"}, timesAtMost(1.5)},
			{"search for a login name, median among 1,000,000 against 10,000", figure{"Lists/search-login/rows-1000000", "p50-ms"}, figure{"Lists/search-login/rows-10000", "p50-ms"}, timesAtMost(1.5)},
			{"for a serial, median among 1,000,000 against 10,000", figure{"Lists/search-serial/rows-1000000", "p50-ms"}, figure{"Lists/search-serial/rows-10000", "p50-ms"}, timesAtMost(1.5)},
			{"for a last name, median among 1,000,000 against 10,000", figure{"Lists/search-last-name/rows-1000000", "p50-ms"}, figure{"Lists/search-last-name/rows-10000", "p50-ms"}, timesAtMost(1.5)},
			{"for a word that all have, median among 1,000,000 against 10,000", figure{"Lists/search-word-of-everybody/rows-1000000", "p50-ms"}, figure{"Lists/search-word-of-everybody/rows-10000", "p50-ms"}, timesAtMost(1.5)},
			{"for nobody, median among 1,000,000 against 10,000", figure{"Lists/search-nobody/rows-1000000", "p50-ms"}, figure{"Lists/search-nobody/rows-10000", "p50-ms"}, timesAtMost(1.5)},
		},
	},
	{
		name: "letter", folder: "letter", benchmark: "Letter", repetitions: "1x", takes: "about 2 minutes",
		comparisons: []comparison{
			{"letters a second of CPU, Latin, against Chromium", figure{"Letter/latin/latchkey", "letters/s"}, figure{"Letter/latin/chromium", "letters/s"}, timesAtLeast(100)},
			{"the same with Han, Kana or Hangul", figure{"Letter/cjk/latchkey", "letters/s"}, figure{"Letter/cjk/chromium", "letters/s"}, timesAtLeast(100)},
			{"size, Latin", figure{"Letter/latin/latchkey", "bytes/letter"}, figure{}, noMoreThan(30_000)},
			{"size, with Han, Kana or Hangul", figure{"Letter/cjk/latchkey", "bytes/letter"}, figure{}, noMoreThan(60_000)},
			{"allocations, Latin", figure{"Letter/latin/latchkey", "allocs/letter"}, figure{}, reach{}},
		},
	},
	{
		name: "maroto", folder: "bench/peers", benchmark: "Maroto", repetitions: "100x", takes: "half a minute",
		comparisons: []comparison{
			{"letters, against maroto", figure{"Maroto/latchkey", "letters/s"}, figure{"Maroto/maroto", "letters/s"}, timesAtLeast(1)},
			{"bytes of the letter", figure{"Maroto/latchkey", "bytes/letter"}, figure{"Maroto/maroto", "bytes/letter"}, reach{}},
			{"allocations", figure{"Maroto/latchkey", "allocs/op"}, figure{"Maroto/maroto", "allocs/op"}, reach{}},
		},
	},
	{
		name: "import", folder: "e2e", benchmark: "Import", repetitions: "1x", takes: "about a minute",
		comparisons: []comparison{
			{"commitments from CSV, every rule checked, against COPY", figure{"Import/commitments/latchkey", "rows/s"}, figure{"Import/commitments/copy", "rows/s"}, timesAtLeast(0.25)},
		},
	},
	{
		name: "waiting", folder: "e2e", benchmark: "Waiting", repetitions: "1x", takes: "about 15 minutes",
		comparisons: []comparison{
			{"memory of the worker, 5,000 waiting over 1,000,000 finished", figure{"Waiting/waiting", "worker-bytes"}, figure{"Waiting/none", "worker-bytes"}, timesAtMost(1.1)},
			{"memory of the API", figure{"Waiting/waiting", "api-bytes"}, figure{"Waiting/none", "api-bytes"}, timesAtMost(1.1)},
			{"order to validated answer, median", figure{"Waiting/waiting", "submit-p50-ms"}, figure{"Waiting/none", "submit-p50-ms"}, timesAtMost(1.11)},
			{"an onboarding read, median", figure{"Waiting/waiting", "get-p50-ms"}, figure{"Waiting/none", "get-p50-ms"}, timesAtMost(1.11)},
			{"list of onboardings, median", figure{"Waiting/waiting", "list-p50-ms"}, figure{"Waiting/none", "list-p50-ms"}, timesAtMost(1.11)},
			{"Temporal's bytes of a waiting run", figure{"Waiting/waiting", "temporal-bytes/waiting-run"}, figure{}, reach{}},
			{"PostgreSQL's bytes of one", figure{"Waiting/waiting", "postgres-bytes/waiting-run"}, figure{}, reach{}},
		},
	},
	{
		name: "pages", folder: "portal", benchmark: "Portal", repetitions: "1x", takes: "about a minute",
		comparisons: []comparison{
			{"customers, 95th percentile", figure{"Portal/customers/latchkey", "p95-ms"}, figure{"Portal/customers/static", "p95-ms"}, moreAtMost(10)},
			{"search, last name, 95th percentile", figure{"Portal/search,_last_name/latchkey", "p95-ms"}, figure{"Portal/search,_last_name/static", "p95-ms"}, moreAtMost(10)},
			{"operations, 95th percentile", figure{"Portal/operations/latchkey", "p95-ms"}, figure{"Portal/operations/static", "p95-ms"}, moreAtMost(10)},
			{"customer file, 95th percentile", figure{"Portal/customer_file/latchkey", "p95-ms"}, figure{"Portal/customer_file/static", "p95-ms"}, moreAtMost(10)},
			{"create customer, 500 drafts, 95th percentile", figure{"Portal/create_customer,_500_drafts/latchkey", "p95-ms"}, figure{"Portal/create_customer,_500_drafts/static", "p95-ms"}, moreAtMost(10)},
			{"wizard, customer, 95th percentile", figure{"Portal/wizard,_customer/latchkey", "p95-ms"}, figure{"Portal/wizard,_customer/static", "p95-ms"}, moreAtMost(10)},
			{"confirmation, 95th percentile", figure{"Portal/confirmation/latchkey", "p95-ms"}, figure{"Portal/confirmation/static", "p95-ms"}, moreAtMost(10)},
			{"settings, 95th percentile", figure{"Portal/settings/latchkey", "p95-ms"}, figure{"Portal/settings/static", "p95-ms"}, moreAtMost(10)},
		},
	},
	{
		name: "restart", folder: "e2e", benchmark: "Restart", repetitions: "1x", takes: "about 5 minutes",
		comparisons: []comparison{
			{"added by a worker killed with 500 in flight, against twice the sticky time-out", figure{"Restart/killed", "added-s"}, figure{"Restart/killed", "sticky-timeout-s"}, timesAtMost(2)},
		},
	},
	{
		name: "peers", folder: "bench/peers", benchmark: "Peers", repetitions: "1x", takes: "about 2 minutes",
		comparisons: []comparison{
			{"a River chain: onboardings, end to end", figure{"Peers/river", "onboardings/s"}, figure{}, reach{}},
			{"a DBOS workflow: onboardings, end to end", figure{"Peers/dbos", "onboardings/s"}, figure{}, reach{}},
		},
	},
}
