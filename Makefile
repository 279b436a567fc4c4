# Everything lives in .venv beside this file: nothing is installed on the machine, and a second clone has its own.

PYTHON ?=
PORT ?= 8080
FILE ?=
ARGS ?=
ROWS ?=
BASE ?=
SEED ?=
STEPS ?=
MINUTES ?=
ROUNDS ?= 40
UPGRADE ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STAMPS := .venv/stamps

# A .venv that was copied or moved points at another directory's code, one whose Python is gone points at nothing.
OURS := $(shell $(BIN)/python -c 'print(open("$(STAMPS)/venv").read().strip())' 2>/dev/null)
ifneq ($(OURS),$(CURDIR))
STALE := stale
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo laptop test quick check lock reading table simulate kill bench site image clean stale

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

install: $(STAMPS)/project ## Set up .venv with what npsbot needs, from requirements.lock

demo: install ## Run npsbot with the sandbox and say which address to open (PORT=8080)
	$(BIN)/npsbot demo --port $(PORT)

laptop: install ## Ask your first real customers from this machine (ARGS="--contacts customers.csv"; see docs/laptop.md)
	@$(BIN)/npsbot laptop $(ARGS)

# One process more than there are cores shares the tests out; the slowest are named at the end. Some tests
# (ARGS) run in one process, which starts at once: add "-n auto" for many.
EVERYTHING := -n auto --durations 15 --thin-postgres

test: $(STAMPS)/dev ## Run all tests, on SQLite and PostgreSQL (ARGS="tests/intake -k stop" for some of them)
	$(BIN)/python -m pytest $(or $(ARGS),$(EVERYTHING))

quick: $(STAMPS)/dev ## Run all tests but those of the slow kinds (processes, crash, wire, simulation, fuzz, demo, recomputed)
	$(BIN)/python -m pytest $(EVERYTHING) -m "not slow" $(ARGS)

check: $(STAMPS)/dev ## Check format, lint, types and who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

reading: $(STAMPS)/dev ## Read the labelled replies: what is found in each set, or (FILE=replies.jsonl) what was misread
	$(BIN)/python -m tests.support.reading_table $(if $(FILE),"$(FILE)")

table: $(STAMPS)/dev ## Recompute the published figures of FILE=table.json and show what differs
	@test -n "$(FILE)" || { echo "Name the file of published figures: make table FILE=tests/data/nps_table.json" >&2; exit 2; }
	$(BIN)/python -m tests.support.table "$(FILE)"

simulate: $(STAMPS)/dev ## Let a simulated world try to break the promises (MINUTES=3; SEED=1 STEPS=300 for one world; ARGS=--postgres)
	@PYTHONHASHSEED=0 $(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED)) $(if $(STEPS),--steps $(STEPS)) \
		$(if $(MINUTES),--minutes $(MINUTES)) $(ARGS)

kill: $(STAMPS)/dev ## Kill servers under load, on both databases (ROUNDS=40 times each)
	KILLS=$(ROUNDS) $(BIN)/python -m pytest -q tests/processes

bench: $(STAMPS)/dev ## Measure, and print the table of docs/benchmarks.md (ROWS="inbound reader"; BASE=REV to compare with)
	@BASE="$(BASE)" $(BIN)/python -m bench $(ROWS)

site: $(STAMPS)/site ## Make the pages of docs/ a site with search in build/site; a broken link is an error
	@rm -rf build/pages build/site
	@.venv/site/bin/python site/pages.py build
	@.venv/site/bin/zensical build --strict --clean --config-file build/mkdocs.yml
	@echo "Wrote build/site. To read it: $(BIN)/python -m http.server --bind 127.0.0.1 --directory build/site"

# Not in .venv: it is needed where the lock is made and nowhere else. Another release may sort or mark pins otherwise.
UV := 0.13.9

# The existing pins stay, unless UPGRADE=--upgrade asks for newer ones. The tests run on what is shipped, so the
# second lock may only add to the first.
LOCK := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate \
	--python-version 3.11 --universal $(UPGRADE)

lock: $(STAMPS)/venv ## Write the lock files from pyproject.toml (UPGRADE=--upgrade for newer releases)
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(BIN)/python -m venv "$$tools"; \
	"$$tools/bin/python" -m pip --disable-pip-version-check --quiet install uv==$(UV); \
	"$$tools/bin/"$(LOCK) pyproject.toml --extra build --output-file requirements.lock >/dev/null; \
	"$$tools/bin/"$(LOCK) pyproject.toml --extra build --extra dev --constraint requirements.lock \
		--output-file requirements-dev.lock >/dev/null; \
	"$$tools/bin/"$(LOCK) --group site --output-file requirements-site.lock >/dev/null; \
	echo "Wrote requirements.lock, requirements-dev.lock and requirements-site.lock."

image: $(STAMPS)/dev ## Follow the Dockerfile without Docker, in a bare root of this machine (as root; it installs everything anew)
	$(BIN)/python -m tests.support.bare_root

clean: ## Remove .venv, caches and what was built; databases stay
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMPS)/venv: $(STALE)
	@set -e; chosen=; \
	for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then chosen=$$python; break; fi; \
	done; \
	if [ -z "$$chosen" ]; then \
		echo "npsbot needs Python 3.11 or newer; $(or $(PYTHON),python3) is $$($(or $(PYTHON),python3) --version 2>&1 | tail -n 1). Name another: make PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	if ! "$$chosen" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$chosen cannot make a virtual environment: it lacks ensurepip, which Debian keeps in python3-venv." >&2; exit 1; \
	fi; \
	echo "Making .venv with $$("$$chosen" --version) ..."; \
	"$$chosen" -m venv --clear .venv; \
	mkdir -p $(STAMPS); echo "$(CURDIR)" > $@

$(STAMPS)/runtime: requirements.lock $(STAMPS)/venv
	@echo "Installing what npsbot needs ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(STAMPS)/project: pyproject.toml $(STAMPS)/runtime
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/project
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Beside the packages of the tests rather than among them, so that neither has to fit the other.
$(STAMPS)/site: requirements-site.lock $(STAMPS)/venv
	@echo "Installing what makes the site ..."
	@$(BIN)/python -m venv --clear .venv/site
	@.venv/site/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-site.lock
	@touch $@
