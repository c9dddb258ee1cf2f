# Every target sets up by itself what it needs: the locked environment in .venv, and Python where it is missing.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: help demo test lint fuzz bench conformance generate oracle lock clean

help:  ## show these lines
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

demo: $(STAMP)  ## validate, render and run examples/flip-coin
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/demo

test: lint  ## everything that must pass before a commit
	$(BIN)/pytest -n 2

lint: $(STAMP)  ## style, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

N ?= 50000
SEED ?= 1
LONGER := kill.py crash.py property.py
fuzz: $(STAMP)  ## N=50000 broken and made files (SEED=1), each in a process that is watched; 200 killed engines
	YAMLFLOW_FUZZ_COUNT=$(N) YAMLFLOW_FUZZ_SEED=$(SEED) $(BIN)/pytest -n 2 tests/fuzz
	YAMLFLOW_KILLS=200 YAMLFLOW_FUZZ=1000 $(BIN)/pytest -n 2 $(addprefix tests/engine/test_engine_,$(LONGER))

bench: $(STAMP)  ## the figures, as medians of whole processes
	$(BIN)/python benchmarks/bench.py

conformance: $(STAMP)  ## a table: does the local engine give what the real controller gave? Needs the recordings
	$(BIN)/python scripts/conformance.py

generate: $(STAMP)  ## Argo's schema from its models; from schemas/ the tables of keys and fields, and docs/argo-coverage.md
	$(BIN)/python scripts/generate_argo_schema.py
	$(BIN)/python scripts/generate_keys.py
	$(BIN)/python scripts/generate_argo_coverage.py

oracle: $(STAMP)  ## answers of the real expr-lang, govaluate and YAML reader, for the tests; needs Go
	cd tests/expressions/oracle && $(CURDIR)/$(BIN)/python record.py
	cd tests/argo/oracle && paste <(cut -f1 ../readings.tsv) <(cut -f1 ../readings.tsv | go run .) > readings.new && mv readings.new ../readings.tsv

lock: $(STAMP)  ## requirements.lock, from pyproject.toml
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header --universal \
	  --python-version 3.11 --group dev pyproject.toml -o requirements.lock

clean:  ## remove the environment, caches and what was built
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): scripts/setup requirements.lock pyproject.toml
	scripts/setup $(VENV)
	@touch $@
