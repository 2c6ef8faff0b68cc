# What a person does with this repository. `make help` lists it.

TOOL := go tool -modfile=tools/go.mod
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO_FILES = find . -name '*.go' -not -path './.*'

# Packages tested at the same time. Each may start a PostgreSQL and a Temporal of its own.
P ?= 2
# For `make run`: flags of `latchkey dev`, as in make run ARGS='--port 9000'.
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run build test release-check chaos outage bench vuln sbom lint fmt clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Run everything on this machine and onboard John Doe (ARGS='--port 9000 --network-wait 5s')
	@bin/latchkey dev $(ARGS)

build: ## Build bin/latchkey
	@echo "Building bin/latchkey $(VERSION); the first time takes some minutes"
	@CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION)' -o bin/latchkey ./cmd/latchkey

test: ## Run every test, with the race detector, after finding or fetching what they need (P=2 packages at a time)
	@tools/debian-packages
	@echo "Finding or fetching PostgreSQL and Temporal; building Temporal once takes about 5 minutes"
	@go run -buildvcs=false ./localstack/fetch
	@tools/run-tests -p $(P)

# A kept history is one run down one path, recorded by the tests themselves: that an open one of each goes on with this
# version, that a change which breaks one is noticed, and that the version before still works on this one's schema. At last that is
# done: the version before is built and runs beside this one.
release-check: ## Check that open runs, and the version before, go on beside this version
	@go test -count=1 -run 'TestReplay' ./workflows
	@go test -count=1 -run 'TestRegister|TestVersion' ./worker
	@go test -count=1 -run 'TestExpand' ./migrations
	@go run -buildvcs=false ./localstack/fetch
	@tools/debian-packages
	@echo "Building the version before, of deploy/version-before, and running it beside this one; about 5 minutes"
	@go test -count=1 -timeout 30m -tags release -run 'TestRelease' ./e2e

# For `make chaos`: the dice, and how many orders they are thrown for. Both stand in the report.
SEED ?= $(shell date +%s)
N ?= 200

chaos: ## Kill servers at random while N orders run, and check that nothing is lost or doubled (SEED=7 N=200)
	@tools/debian-packages
	@go run -buildvcs=false ./localstack/fetch
	@echo "Ordering $(N) accounts in the storm of seed $(SEED); about 2 minutes for 200"
	@SEED=$(SEED) N=$(N) go test -count=1 -timeout 60m -v -run TestChaos ./e2e

# For `make outage`: how long, in seconds, the carrier is tried before an onboarding parks; 0 is as long as in production.
PATIENCE ?= 30

outage: N = 300
outage: ## Park N orders by an outage of the carrier on what `make run` starts, and send them on by one command (N=300)
	@tools/debian-packages
	@go run -buildvcs=false ./localstack/fetch
	@N=$(N) PATIENCE=$(PATIENCE) go test -count=1 -timeout 60m -v -run TestOutage ./e2e

# workflowcheck finds what would make a replay differ; workflowcheck.config.yaml has its exemptions, each with the reason.
lint: ## Check format, vet, staticcheck, workflow determinism and PromQL
	@echo "Checking; building the checkers the first time takes about 2 minutes"
	@unformatted=$$($(GO_FILES) | xargs $(TOOL) gofumpt -l) && \
		{ test -z "$$unformatted" || { printf 'not formatted (make fmt does it):\n%s\n' "$$unformatted"; exit 1; }; }
	@go vet ./...
	@go vet -tags release ./e2e
	@cd tools && go vet ./...
	@cd bench/peers && go vet ./...
	@$(TOOL) staticcheck ./...
	@$(TOOL) workflowcheck -config workflowcheck.config.yaml ./workflows/...
	@cd tools/promql && go vet ./... && go test ./...

fmt: ## Format all Go files
	@$(GO_FILES) | xargs $(TOOL) gofumpt -w

clean: ## Remove what was built and the state of `make run`
	@rm -rf bin .latchkey

# For `make bench`: the rows to measure, as in ROWS=letter,cost; all of bench/rows.go when there are none.
ROWS ?=
comma := ,

bench: ## Measure Latchkey against the plainest programs, and write docs/performance.md (ROWS=letter,cost)
	@tools/debian-packages
	@go run -buildvcs=false ./localstack/fetch
	@echo "Measuring; all rows take up to 40 minutes, and want a quiet machine"
	@go run -buildvcs=false ./bench $(subst $(comma), ,$(ROWS))

vuln: ## Look for known faults in what is compiled in; needs vuln.go.dev
	@GOBIN=$(CURDIR)/bin go install golang.org/x/vuln/cmd/govulncheck@v1.1.4 && bin/govulncheck ./... || { status=$$?; \
		[ $$status -eq 3 ] && echo "vuln: known faults were found, see above" >&2 \
		|| echo "vuln: NOTHING WAS CHECKED: govulncheck or its database (vuln.go.dev) could not be reached" >&2; exit $$status; }

sbom: build ## List what bin/latchkey is made of (CycloneDX), and print the licences that go with it, into bin
	@go tool -modfile=tools/sbom/go.mod cyclonedx-gomod bin -json -std -noserial -notimestamp -version $(VERSION) \
		-output bin/latchkey.cdx.json bin/latchkey
	@tools/licence-texts > bin/licences.txt
	@echo "bin/latchkey.cdx.json and bin/licences.txt are written"
