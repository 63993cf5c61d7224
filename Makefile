# `make demo` runs the main job, `make test` the tests; each sets up what it needs first.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo docs-demo test test-all lint lock clean

# Bytecode is written, whatever the environment says: without it every start costs seconds.
unexport PYTHONDONTWRITEBYTECODE

# The first of these that runs and is Python 3.11 or later runs the set-up, which finds or fetches a Python 3.13.
works = $(shell $(1) -c 'import sys; print("$(1)" if sys.version_info >= (3, 11) else "")' 2>/dev/null)
PYTHON ?= $(or $(call works,.venv/bin/python),$(call works,python3),$(call works,python3.13),$(call works,python3.12),$\
	$(call works,python3.11),python3)

help:
	@echo 'make demo    load a simulated league, run the checkpoints, build Data Docs'
	@echo 'make docs-demo  the demo, then pictures of its pages in docs/images'
	@echo 'make test    check the code and run the tests'
	@echo 'make test-all  the same with every simulated league: all seasons, all incidents'
	@echo 'make lint    check the code: ruff, mypy, import walls'
	@echo 'make setup   make .venv, with the command .venv/bin/contracts'
	@echo 'make lock    write requirements.lock anew from pyproject.toml'
	@echo 'make clean   remove caches, the embedded warehouse, results and pages (not .venv)'

setup:
	@$(PYTHON) scripts/setup.py

demo: setup
	@.venv/bin/contracts demo

docs-demo: demo
	@.venv/bin/python scripts/screenshots.py

test: lint
	@.venv/bin/pytest -n 2 --no-loadscope-reorder -m "not long" $(PYTEST_ARGS)

test-all: lint
	@.venv/bin/pytest -n 2 --no-loadscope-reorder $(PYTEST_ARGS)

lint: setup
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@walls=$$(.venv/bin/lint-imports --no-logo 2>&1) || { echo "$$walls"; exit 1; }

lock: setup
	@.venv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.13 --generate-hashes --no-build \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --output-file requirements.lock

clean:
	@if [ -d .warehouse ] && [ -x .venv/bin/contracts ]; then .venv/bin/contracts warehouse down; fi
	@rm -rf .warehouse .contracts .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
