# Needs Python 3.11 or newer and make; everything else is installed into .venv by the first target that needs it.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
INSTALLED := .venv/.installed
DEMO ?= demo-crm

.PHONY: help demo test check format bench bench-dedupe slow clean

help: ## Show these targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(INSTALLED): pyproject.toml
	@test -n "$(PYTHON)" || { echo "crmcli needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(INSTALLED) ## Make a CRM from the sample data in ./demo-crm and look around in it
	@test -e $(DEMO)/crm.toml || $(BIN)/crm demo $(DEMO)
	$(BIN)/crm -C $(DEMO) list deals --where "amount > 40000" --columns name,company.name,stage,amount --sort -amount
	$(BIN)/crm -C $(DEMO) graph company:5 --depth 1
	$(BIN)/crm -C $(DEMO) timeline deal:9
	$(BIN)/crm -C $(DEMO) dedupe contacts
	$(BIN)/crm -C $(DEMO) pipeline show deals
	$(BIN)/crm -C $(DEMO) report pipeline
	$(BIN)/crm -C $(DEMO) report funnel

test: $(INSTALLED) ## Run the tests (about 8 minutes on two cores)
	$(BIN)/python -m pytest -n auto -m 'not slow' $(ARGS)

check: $(INSTALLED) ## Run the linters, the type checker and the layer contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED) ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(INSTALLED) ## Measure speed; ARGS="--rows 10000" for a quick run
	$(BIN)/python tests/benchmarks/run.py $(ARGS)

bench-dedupe: $(INSTALLED) ## Measure how well duplicates are found, in every set with known truth
	$(BIN)/python tests/benchmarks/dedupe_sets.py $(ARGS)

slow: $(INSTALLED) ## Run the long tests: every fault point, full sizes
	$(BIN)/python -m pytest -n auto -m slow $(ARGS)

clean: ## Remove the environment, caches and the demo
	rm -rf .venv $(DEMO) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
