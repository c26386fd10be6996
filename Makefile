# `make demo` and `make test` do all their own set-up; they need Python 3.10+ and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help

.PHONY: help demo test lint types tests bench bench-faults clean

help:
	@echo "make demo    install docgen, fetch the embedded model, document real code"
	@echo "make test    lint, types and tests"
	@echo "make bench   measure a run: elements, calls, tokens, seconds, memory"
	@echo "make bench-faults   kills, faults and other people's source, in numbers (an hour)"
	@echo "make clean   remove what these made"

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "docgen needs Python 3.10 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.docgen: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.test: $(VENV)/.docgen
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

# torch comes first and pinned: asked for by name alone, pip takes a build with gigabytes of CUDA.
$(VENV)/.collectors: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[collectors]'
	@touch $@

demo: $(VENV)/.docgen
	$(BIN)/docgen run textwrap --out out

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

tests: $(VENV)/.test
	$(BIN)/python -m pytest

test: lint types tests

bench: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks.bench_run

bench-faults: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks.bench_faults

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
