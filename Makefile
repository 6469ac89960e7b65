# make run    Otto's main job on the recordings in examples/audio: no microphone, no account, no model hub
# make test   all tests that together take minutes
# PIP_ARGS    options for pip, such as a package index with a CPU build of torch (see README.md)

PYTHON ?= python3
VENV ?= .venv
PIP_ARGS ?=
BIN := $(VENV)/bin

.PHONY: run test test-slow lint bench system clean

run: $(VENV)/.otto
	@$(BIN)/otto models fetch smollm2-135m >/dev/null
	@$(BIN)/otto models fetch whisper-tiny.en >/dev/null
	XDG_DATA_HOME=$(CURDIR)/.run $(BIN)/otto hear --format text examples/audio/*.wav

test: $(VENV)/.otto-dev system lint
	$(BIN)/python -m pytest

test-slow: $(VENV)/.otto-dev system
	$(BIN)/python -m pytest -m slow -s

lint: $(VENV)/.otto-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.otto
	$(BIN)/python benchmarks/latency.py

system:
	@sh tools/system_packages.sh

$(VENV)/.otto: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) --editable .
	@touch $@

$(VENV)/.otto-dev: pyproject.toml $(VENV)/.otto
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) --editable '.[dev,docs,mcp,voice]'
	@touch $@

clean:
	rm -rf $(VENV) .run dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
