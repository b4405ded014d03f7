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

lock: .venv/bin/python  ## renew the lock files from pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --all-extras -o requirements-all.lock pyproject.toml

.venv/bin/python:
	@echo "making a virtual environment in .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "emend needs Python 3.11 or later: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv .venv || { echo "no venv module: on Debian, apt-get install python3-venv"; exit 2; }

.venv/core: requirements.lock pyproject.toml | .venv/bin/python
	@echo "installing what emend needs (requirements.lock)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/all: requirements-all.lock pyproject.toml | .venv/bin/python
	@echo "installing what emend, its extras and its tests need (requirements-all.lock)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-all.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@ .venv/core

# Programs that some tests drive for real. Where they cannot be installed those tests are skipped and say so.
system:
	@./tests/system-programs

clean:  ## remove what make made, but not the editions
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache edition/site

.PHONY: help edition site test lock system clean
