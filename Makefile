# Two commands do all their own set-up, given Python 3.11 or newer with venv and pip:
#   make example   the main job on an embedded example, without asking any registry
#   make test      everything that CI checks
# `make fixtures` and `make docs` write again what is generated; `make test` fails when that was forgotten.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXAMPLE := fixtures/example

.PHONY: example test lint types unit fixtures docs clean

example: $(VENV)/installed
	@$(BIN)/provcheck lockfile $(EXAMPLE)/package-lock.json --evidence $(EXAMPLE)/evidence --offline \
	    --registry https://registry.example \
	    --trusted-root $(EXAMPLE)/trusted_root.json --npm-keys $(EXAMPLE)/npm-keys.json; \
	status=$$?; test $$status -eq 1 || exit $$status  # the example has an invalid dependency: 1 is right

test: lint types unit

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

unit: $(VENV)/installed-dev
	$(BIN)/pytest --numprocesses=auto

fixtures: $(VENV)/installed-dev
	PYTHONPATH=tests $(BIN)/python -m support.make_fixtures

docs: $(VENV)/installed-dev
	PYTHONPATH=tests $(BIN)/python -m support.make_docs

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Provcheck needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
