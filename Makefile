# Run "make help" for what there is.
.DEFAULT_GOAL := help

GOLANGCI := $(CURDIR)/.cellworks/bin/golangci-lint
# The packages whose code and tests link no provider SDK: the race detector
# would take gigabytes and minutes to build the others.
LIGHT = comm -23 <(go list ./... | sort) <(go list -test -f '{{if .ForTest}}{{.ForTest}}{{else}}{{.ImportPath}}{{end}} {{join .Deps " "}}' ./... | grep pulumi-aws/sdk | cut -d' ' -f1 | sed 's/\.test$$//' | sort -u)
SHELL := /bin/bash

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

.PHONY: check
check: ## Everything that CI checks
	.ci/run

.PHONY: test
test: ## All tests, end to end included
	go test ./...

.PHONY: race
race: ## The tests of the light packages under the race detector
	go test -race -timeout 30m $$($(LIGHT))

.PHONY: lint
lint: $(GOLANGCI) ## The linters of .golangci.yml
	$(GOLANGCI) run ./...

$(GOLANGCI): tools/lint/go.mod tools/lint/go.sum
	@echo "building the linters, once"
	go build -C tools/lint -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: golden
golden: ## Rewrite every golden file; read the diff
	-go test $$(grep -rl 'pulumitest' --include='*_test.go' base utility cell pkg | xargs -n1 dirname | sort -u | sed 's|^|./|') -update
	-go test ./pkg/config -update

.PHONY: generate
generate: ## Rewrite everything generated
	go generate ./...

.PHONY: bench
bench: ## All benchmarks, as docs/performance.md explains
	go test -run '^$$' -bench . -skip '^BenchmarkCells$$' -benchtime 3x -timeout 30m ./...
	CELLWORKS_BENCH_CELLS=1,10,50 go test -run '^$$' -bench '^BenchmarkCells$$' -benchtime 1x -timeout 2h ./cmd/cellworks

.PHONY: bench-smoke
bench-smoke: ## Each benchmark once, to see that it runs
	go test -run '^$$' -bench . -benchtime 1x -timeout 30m ./...
