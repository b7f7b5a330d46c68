# Allmende. `make demo` runs the main job, `make test` passes the tests; Python ≥ 3.11 and make are all it needs.
#
#   make demo     a library with six personas on a chain of your own, and its page
#   make web      the page, where it is missing or older than its sources
#   make test     all tests: those of the page, then the others (ARGS goes to the others: ARGS="-k timeline")
#   make check    formats, types, walls, generated files, gas budgets, for Python and for the page
#   make guards   every guard of the contracts out in turn (minutes; ARGS="--sample 6 --seed 1" for a few)
#   make assurance  state machines of 10,000 steps, all terms of the exit search, every planted fault, every guard:
#                 what `make test` does in part
#   make mutants  small faults put into the contracts that move funds, one at a time (ARGS="--sample 40 --seed 1", "--all";
#                 cut and started again, both this and `make guards` go on where they were)
#   make bench    the figures, as ratios to their peers
#   make screenshots  every page at two widths in light and dark (.build/screenshots), two of them for the docs; needs Chromium
#   make setup    what running needs (`.venv`, anvil); the other targets call it
#   make generate artefacts and typed events from the contracts, and what the page knows of contracts, words and API
#   make lock     requirements/*.txt from pyproject.toml

SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.12 >/dev/null 2>&1 && python3.12 -c '' >/dev/null 2>&1 && echo python3.12 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
UV = $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
UV_RUN = UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV=$(VENV) $(UV)
RUN = PATH="$(CURDIR)/$(BIN):$$PATH"

ANVIL := node_modules/.anvil-stamp
RUNTIME := $(VENV)/.runtime-stamp
DEV := $(VENV)/.dev-stamp

PAGE := frontend/dist/index.html
PAGE_RUNTIME := frontend/node_modules/.page-stamp
PAGE_DEV := frontend/node_modules/.dev-stamp
PAGE_PACKAGES := frontend/package.json frontend/package-lock.json frontend/.npmrc
# folders too, because a file that went away changes nothing else
PAGE_SOURCES = $(PAGE_PACKAGES) frontend/index.html frontend/vite.config.ts \
  $(shell find frontend/src frontend/public ! -name '*.test.ts' 2>/dev/null)

.PHONY: help setup demo web test check guards mutants assurance bench generate screenshots lock clean format
.DEFAULT_GOAL := help

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile

setup: $(RUNTIME) $(ANVIL)

web: $(PAGE)

demo: setup web
	@$(RUN) allmende demo $(ARGS)

# --- what running needs ---------------------------------------------------------------------------------------------

$(VENV)/pyvenv.cfg: scripts/bootstrap.sh
	@PYTHON="$(PYTHON)" sh scripts/bootstrap.sh

# The development group holds the runtime group, so where it was asked for it serves both.
ifneq ($(wildcard $(DEV))$(filter test check guards mutants assurance bench generate screenshots format,$(MAKECMDGOALS)),)
$(RUNTIME): $(DEV)
	@touch $@
else
$(RUNTIME): $(VENV)/pyvenv.cfg requirements/runtime.txt pyproject.toml
	@echo "installing the runtime group"
	@$(UV_RUN) pip sync -q --require-hashes requirements/runtime.txt
	@$(UV_RUN) pip install -q --no-deps --no-build-isolation -e .
	@touch $@
endif

$(ANVIL): $(RUNTIME) package-lock.json
	@echo "installing anvil"
	@$(RUN) npm ci --silent --ignore-scripts
	@touch $@

# As with Python: where the development tools of the page were asked for, they serve both.
ifneq ($(wildcard $(PAGE_DEV))$(filter test check generate format,$(MAKECMDGOALS)),)
$(PAGE_RUNTIME): $(PAGE_DEV)
	@touch $@
else
$(PAGE_RUNTIME): $(PAGE_PACKAGES) | $(RUNTIME)
	@echo "installing what builds the page"
	@$(RUN) npm ci --silent --ignore-scripts --omit=dev --prefix frontend
	@touch $@
endif

$(PAGE): $(PAGE_SOURCES) | $(PAGE_RUNTIME)
	@echo "building the page"
	@$(RUN) npm run build --silent --prefix frontend -- --logLevel warn
	@touch $@

# --- development ----------------------------------------------------------------------------------------------------

$(DEV): $(VENV)/pyvenv.cfg requirements/dev.txt pyproject.toml
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info >= (3, 13))' || \
	  { echo "tests and checks need Python 3.11 or 3.12 (ape asks for NumPy 1): make clean, then make test PYTHON=python3.12"; exit 1; }
	@echo "installing the development group"
	@$(UV_RUN) pip sync -q --require-hashes requirements/dev.txt
	@$(UV_RUN) pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(PAGE_DEV): $(PAGE_PACKAGES) | $(RUNTIME)
	@echo "installing the development tools of the page"
	@$(RUN) npm ci --silent --ignore-scripts --prefix frontend
	@touch $@

test: $(DEV) setup $(PAGE_DEV) web
	@$(RUN) npm test --silent --prefix frontend
	@$(RUN) pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(DEV) setup $(PAGE_DEV)
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@$(RUN) lint-imports
	@$(RUN) python -m scripts._generate --check
	@$(RUN) python -m scripts._guards --check
	@$(RUN) python -m scripts._docstrings
	@$(RUN) allmende bench gas --check
	@$(RUN) ape compile --force >/dev/null
	@$(RUN) npm run types --silent --prefix frontend
	@$(RUN) npm run lint --silent --prefix frontend

guards: $(DEV) setup
	@$(RUN) python -m scripts._guards --remove --jobs 2 $(ARGS)

assurance: $(DEV) setup
	@ALLMENDE_EFFORT=full $(RUN) pytest -q -n 2 --dist loadfile tests/contracts/stateful tests/contracts/exits \
	  tests/contracts/test_faults.py
	@$(RUN) python -m scripts._guards --remove --jobs 2

mutants: $(DEV) setup
	@$(RUN) python -m scripts._mutants --jobs 2 $(ARGS)

format: $(DEV) $(PAGE_DEV)
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .
	@$(RUN) npm run format --silent --prefix frontend

bench: $(DEV) setup
	@$(RUN) allmende bench all $(ARGS)

generate: $(DEV) $(PAGE_DEV)
	@$(RUN) python -m scripts._generate
	@$(RUN) python -m scripts._guards
	@$(RUN) python -m bench.gas

screenshots: $(DEV) setup web
	@$(RUN) python -m scripts._screenshots

lock: $(VENV)/pyvenv.cfg
	$(UV) pip compile -q --universal --generate-hashes --no-annotate --custom-compile-command "make lock" \
	  --group build --group dev pyproject.toml -o requirements/dev.txt
	$(UV) pip compile -q --universal --generate-hashes --no-annotate --custom-compile-command "make lock" \
	  --group build -c requirements/dev.txt pyproject.toml -o requirements/runtime.txt

clean:
	rm -rf $(VENV) .tools node_modules .build .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis \
	  frontend/node_modules frontend/dist
