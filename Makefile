# emend. `make` alone prints what there is.

PYTHON ?= python3
BIN := .venv/bin
TEXTS := $(notdir $(wildcard raw/*))

.DEFAULT_GOAL := help

help:  ## print this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

edition: .venv/core  ## make the editions of all texts in raw/, in edition/
	$(BIN)/emend build

site: .venv/all  ## publish the editions as a site, in edition/site/
	$(BIN)/emend publish

test: .venv/all system  ## run all tests, after ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

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

# Programs that some tests drive for real. Where they cannot be installed those tests are skipped and say so.
system:
	@./tests/system-programs

clean:  ## remove what make made, but not the editions
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache edition/site

.PHONY: help edition site test lock system clean
