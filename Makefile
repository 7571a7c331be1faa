# Two commands do it all on a fresh machine: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup packages demo test test-long check docs bench lock clean

help:
	@echo "make demo       set up and show a demo region of invented citizens"
	@echo "make test       set up, check and test (about four minutes)"
	@echo "make test-long  the long batteries as well (about half an hour)"
	@echo "make check      lint, format, types, import contract, content check"
	@echo "make docs       write the generated reference anew"
	@echo "make bench      measure, and write docs/reference/performance*.md"
	@echo "make lock       lock the versions of requirements.txt anew"
	@echo "make clean      remove what was built"

setup: $(READY)

$(READY): requirements.txt pyproject.toml system-packages.txt
	@sh ./system-packages.sh $(PYTHON)
	@echo "Setting up $(VENV): about a minute the first time."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# What only the tests need: a PostgreSQL server of their own.
packages:
	@sh ./system-packages.sh $(PYTHON) test

demo: setup
	@$(BIN)/rygrad demo

test: packages check
	$(BIN)/python -m pytest tests -n auto -m "not long" --cov

test-long: packages check
	$(BIN)/python -m pytest tests -n auto --cov

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/rygrad content check

docs: setup
	$(BIN)/python -m docs.generate

bench: setup packages
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.record

lock: setup
	$(BIN)/uv pip compile pyproject.toml --extra region --extra postgresql --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --quiet -o requirements.txt

clean:
	rm -rf $(VENV) dist build .pytest_cache .hypothesis .mypy_cache .ruff_cache .coverage
