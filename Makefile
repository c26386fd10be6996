# `make demo` and `make test` do all their own set-up; they need Python 3.10+ and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help

.PHONY: help demo docs pictures test lint types tests bench bench-run bench-collectors bench-extract bench-apply bench-scale \
        bench-faithfulness bench-faults bench-human-texts bench-levers bench-mutations clean

help:
	@echo "make demo    install docgen, fetch the embedded model, document real code"
	@echo "make test    lint, types and tests"
	@echo "make docs    build the documentation site in site/"
	@echo "make pictures  record the README's terminal again, with the default model"
	@echo "make bench   measure a run (elements, calls, tokens, seconds, memory) and the collectors"
	@echo "make bench-faults   kills, faults and other people's source, in numbers (an hour)"
	@echo "make bench-apply    docstrings into other people's source, in numbers (an hour)"
	@echo "make bench-extract  extraction beside ast, libcst and griffe, on packages from PyPI"
	@echo "make bench-levers   speed of the default model with each setting beside docgen's own (half an hour)"
	@echo "make bench-scale    whole runs over made-up packages of growing size, a simulator for a model (hours)"
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

# pydoclint brings a fork of docstring-parser under the same name, so it cannot live beside docgen.
$(VENV)-linters/.done: $(BIN)/python constraints.txt
	$(PYTHON) -m venv $(VENV)-linters
	$(VENV)-linters/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt pydoclint numpydoc
	@touch $@

# The reference collectors are read, not run: torch is not needed to document them. `--fresh`, since `out/` is under
# version control and would be taken over.
demo: $(VENV)/.docgen
	$(BIN)/docgen run collectors_ref/collectors.py collectors_ref/utils.py --fresh --format json,flat,md --out out

docs: $(VENV)/.docgen
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	$(BIN)/python -m mkdocs build --strict

pictures: $(VENV)/.docgen
	$(BIN)/python docs/recording.py

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

tests: $(VENV)/.collectors $(VENV)-linters/.done
	$(BIN)/python -m pytest

test: lint types tests

bench: bench-run bench-collectors

bench-run: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks.bench_run $(TARGETS)

bench-collectors: $(VENV)/.collectors
	$(BIN)/python -m tests.benchmarks.bench_collectors

bench-apply: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks.bench_apply

bench-faithfulness: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks.bench_faithfulness $(DATA)

bench-human-texts: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks.bench_human_texts

bench-levers: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks.bench_levers $(LEVERS)

bench-mutations: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks.bench_mutations

$(VENV)/.bench: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@touch $@

bench-extract: $(VENV)/.bench
	$(BIN)/python -m tests.benchmarks.bench_extract

bench-scale: $(VENV)/.bench
	$(BIN)/python -m tests.benchmarks.bench_scale --repeat

bench-faults: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks.bench_faults

clean:
	rm -rf $(VENV) $(VENV)-linters .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist site
