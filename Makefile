# Two commands do it all on a fresh machine: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ASSETS := rygrad/web/static/dkfds/.ready

.PHONY: help setup packages demo test test-long check audit bom docs screens bench lock clean

help:
	@echo "make demo       set up, start the site on a region of invented citizens, one link per role"
	@echo "make test       set up, check and test (about eight minutes)"
	@echo "make test-long  the long batteries as well (some hours), with their figures in docs/reference/trust.md"
	@echo "make check      lint, format, types, import contract, content check, known vulnerabilities of the parts"
	@echo "make audit      the same question about vulnerabilities, with more patience"
	@echo "make bom        the bill of materials, dist/rygrad.cdx.json (CycloneDX)"
	@echo "make docs       write the generated reference anew"
	@echo "make screens    take the README's pictures anew"
	@echo "make bench      measure, and write docs/reference/performance*.md"
	@echo "make lock       lock the versions of requirements.txt anew"
	@echo "make clean      remove what was built"

setup: $(READY) $(ASSETS)

$(READY): requirements.txt pyproject.toml system-packages.txt
	@sh ./system-packages.sh $(PYTHON)
	@echo "Setting up $(VENV): about a minute the first time."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# The design system's style sheet, icons and font, from npm into the served folder; compressed, never committed.
$(ASSETS): package-lock.json package.json $(READY)
	@npm ci --silent --omit=dev
	@rm -rf rygrad/web/static/dkfds && mkdir -p rygrad/web/static/dkfds/css rygrad/web/static/dkfds/img
	@cp node_modules/dkfds/dist/LICENSE.md rygrad/web/static/dkfds/
	@cp node_modules/dkfds/dist/css/dkfds.min.css rygrad/web/static/dkfds/css/
	@cp -r node_modules/dkfds/dist/img/svg-icons node_modules/dkfds/dist/img/all-svg-icons.svg rygrad/web/static/dkfds/img/
	@mkdir -p rygrad/web/static/dkfds/fonts/IBMPlexSans/complete
	@cd node_modules/dkfds/dist/fonts/IBMPlexSans/complete && cp -r woff woff2 $(CURDIR)/rygrad/web/static/dkfds/fonts/IBMPlexSans/complete/
	@$(BIN)/python -m whitenoise.compress --quiet rygrad/web/static/dkfds/css
	@touch $(ASSETS)

# What only the tests need: a PostgreSQL server of their own, a browser, an OpenID provider.
packages: setup
	@sh ./system-packages.sh $(PYTHON) test
	@test -d node_modules/oidc-provider || npm ci --silent

demo: setup
	@$(BIN)/rygrad demo

# The branches of the core are counted where it is asked directly; counting everywhere would take half as long again.
CORE := tests/spec tests/contracts tests/interfaces tests/engines/test_equal.py tests/properties/test_invariants.py

test: packages check
	$(BIN)/python -m pytest $(CORE) -n auto -m "not long" --cov
	$(BIN)/python -m pytest tests $(CORE:%=--ignore=%) -n auto -m "not long"

test-long: packages check
	$(BIN)/python -m pytest tests -n auto --dist loadgroup --cov -m "not alone"
	$(BIN)/python -m pytest tests -n 0 -m alone

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/rygrad content check
	$(BIN)/rygrad audit $(JUDGED)

# Advisories that were looked at and do not concern us: `--accept ID`, each with its reason and day in a line here.
JUDGED :=

audit: setup
	$(BIN)/rygrad audit --seconds 30 $(JUDGED)

bom: setup
	$(BIN)/rygrad bom --out dist/rygrad.cdx.json

docs: setup
	$(BIN)/python -m docs.generate

# The README's pictures, taken in a real browser.
screens: packages
	$(BIN)/python -m docs.screens

bench: setup packages
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.record
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.neighbours
	$(BIN)/python -m benchmarks.region

lock: setup
	$(BIN)/uv pip compile pyproject.toml --extra region --extra postgresql --extra print --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --quiet -o requirements.txt

clean:
	rm -rf $(VENV) node_modules rygrad/web/static/dkfds dist build .pytest_cache .hypothesis .mypy_cache .ruff_cache .coverage
