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
		name: "maroto", folder: "bench/peers", benchmark: "Maroto", repetitions: "100x", takes: "half a minute",
		comparisons: []comparison{
			{"letters, against maroto", figure{"Maroto/latchkey", "letters/s"}, figure{"Maroto/maroto", "letters/s"}, timesAtLeast(1)},
			{"bytes of the letter", figure{"Maroto/latchkey", "bytes/letter"}, figure{"Maroto/maroto", "bytes/letter"}, reach{}},
			{"allocations", figure{"Maroto/latchkey", "allocs/op"}, figure{"Maroto/maroto", "allocs/op"}, reach{}},
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
