# Two commands do everything: `make run` and `make test`.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# Real data beside the checkout, if somebody put it there; never part of the repository.
REAL_DATA ?= $(wildcard ../shared/data)
export REAL_DATA

.PHONY: run test lint types audit bench lock screenshots clean

run: var/installed
	@exec $(BIN)/python -m portal.lib.supervisor

test: var/installed-dev var/browser
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

bench: var/installed-dev
	$(BIN)/python -m tests.load $(ARGS)

lint: var/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports --no-cache
	$(BIN)/bandit -q -r accounts governance kpis portal relationships value -c pyproject.toml

types: var/installed-dev
	PORTAL_ENV=development $(BIN)/mypy accounts governance kpis portal relationships value

screenshots: var/installed-dev var/browser
	$(BIN)/python -m tests.screenshots

lock: var/installed-dev
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile --universal --generate-hashes --no-strip-extras --no-header --python-version 3.11 -U requirements.in -o requirements.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-strip-extras --no-header --python-version 3.11 -U requirements-dev.in -o requirements-dev.txt

$(BIN)/python:
	@echo "  virtual environment …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -m venv .venv

var/installed: requirements.txt | $(BIN)/python
	@mkdir -p var
	@echo "  libraries (each checked against its hash; about a minute the first time) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

var/installed-dev: requirements.txt requirements-dev.txt | $(BIN)/python
	@mkdir -p var
	@echo "  libraries and development tools (each checked against its hash) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch var/installed $@

# Browser tests need Chromium: found, installed where we may, or said to be missing by the tests themselves.
var/browser:
	@mkdir -p var
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } \
	  || echo "  no Chromium here and no way to install it: browser tests will be skipped"
	@touch $@

clean:
	rm -rf var .venv
