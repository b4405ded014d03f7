# emend. `make` alone lists the targets.

PYTHON ?= python3
BIN := .venv/bin
TEXTS := $(notdir $(wildcard raw/*))

.DEFAULT_GOAL := help

help:  ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

edition: .venv/core  ## build the editions of all texts in raw/, in edition/
	$(BIN)/emend build

site: .venv/all  ## publish the editions as a site, in edition/site/
	$(BIN)/emend publish

test: .venv/all system  ## run ruff, mypy and all tests, and print the coverage
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m slipcover --source pipeline --json --out .coverage.json -m pytest
	@$(BIN)/python -c 'import json; print("coverage: {percent_covered:.1f} % of {covered_lines} + {missing_lines} lines".format(**json.load(open(".coverage.json"))["summary"]))'

PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --generate-hashes --group build

lock: .venv/bin/python  ## renew the lock files from pyproject.toml (UPGRADE=--upgrade for the latest releases)
	@$(BIN)/uv --version >/dev/null 2>&1 || $(PIP) install --quiet uv
	$(LOCK) $(UPGRADE) -o requirements.lock pyproject.toml
	$(LOCK) $(UPGRADE) --all-extras -o requirements-all.lock pyproject.toml

.venv/bin/python:
	@echo "creating a virtual environment in .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "emend needs Python 3.11 or later: run make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing: on Debian, run apt-get install python3-venv"; exit 2; }

# Every package must match its hash in the lock file. emend itself is built with the locked hatchling, not in isolation,
# so that no unlocked package is fetched.
.venv/core: requirements.lock pyproject.toml | .venv/bin/python
	@echo "installing the dependencies of emend (requirements.lock)"
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/all: requirements-all.lock pyproject.toml | .venv/bin/python
	@echo "installing the dependencies of emend, its extras and its tests (requirements-all.lock)"
	@$(PIP) install --quiet --require-hashes -r requirements-all.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ .venv/core

release: .venv/all  ## build and check a release (TAG=yes to tag it too)
	@TAG=$(TAG) .ci/release

# Programs that some tests run. If one cannot be installed, its tests are skipped with a reason.
system:
	@./tests/system-programs

clean:  ## remove what make created, except the editions
	rm -rf .venv .coverage.json dist *.egg-info .pytest_cache .mypy_cache .ruff_cache edition/site

.PHONY: help edition site test lock release system clean
